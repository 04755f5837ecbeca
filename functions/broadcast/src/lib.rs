//! The streams of `threads` and `inbox` to the sockets of both participants.
//!
//! A socket receives its frames in the order of the stream. A push that fails ends that socket's
//! share of the batch and nothing else: the client sees the gap and fetches. What fails the record
//! is only what a retry may mend: a table that cannot be read, a record that cannot be.
#![warn(missing_docs)]

mod deliveries;
mod frames;

use std::{collections::HashMap, sync::Arc, time::Duration};

use aws_lambda_events::{dynamodb::Event, streams::DynamoDbEventResponse};
use case_chat_aws::{Connection, Connections, News, Pushed, Sockets, StoreError, ThreadLog, read_trace};
use case_chat_domain::{Timestamp, UserId};
use case_chat_entry::{
    metrics::Metrics,
    stream::{self, Position},
    trace::Tracer,
};
use futures::{StreamExt, stream::iter};

use crate::{
    deliveries::{Deliveries, Message},
    frames::{Addressed, frames_for},
};

/// People served at a time; each has at most 20 sockets.
const PEOPLE_AT_ONCE: usize = 64;

/// Cases looked up at a time, for markers that say who has read but not who else shares the case.
const LOOKUPS_AT_ONCE: usize = 16;

/// A person's pushes of one batch take at most this long, so that slow sockets hold up no others:
/// what is not pushed by then is fetched. 100 records concern at most 200 people, four rounds of
/// this within the function's 30 s.
const PATIENCE: Duration = Duration::from_secs(5);

/// API Gateway answers "gone" for a handshake that is not complete, so a young socket is kept.
const YOUNG_MILLIS: i64 = 60_000;

/// What one person is to receive of a batch, in order.
#[derive(Default)]
struct Outbox {
    frames: Vec<Frame>,
    positions: Vec<Position>,
}

/// A frame, and the message that it brings, if it brings one.
struct Frame {
    text: Arc<str>,
    message: Option<Message>,
}

/// Where a batch goes.
pub struct Broadcast {
    /// Who is on a case.
    pub thread: ThreadLog,
    /// Who is reachable.
    pub connections: Connections,
    /// And how.
    pub sockets: Sockets,
    /// Where deliveries are counted.
    pub metrics: Metrics,
    /// Which of them are followed.
    pub tracer: Tracer,
}

/// Pushes a batch and says which records must come again.
pub async fn broadcast(to: &Broadcast, event: &Event, now: Timestamp) -> DynamoDbEventResponse {
    let Broadcast { thread, metrics, tracer, .. } = to;
    let mut deliveries = Deliveries::since(now);
    let mut outboxes: HashMap<UserId, Outbox> = HashMap::new();
    let mut failed = Vec::new();
    let news = stream::records(event).map(|(position, record)| {
        let (keys, image) = (&record.change.keys, &record.change.new_image);
        let news = News::read(keys, image);
        let trace = tracer.trace(read_trace(image));
        let message = news.as_ref().ok().and_then(|news| deliveries.watch(news, trace));
        (position, message, news)
    });
    let addressed: Vec<(Position, Option<Message>, Result<Addressed, frames::Error>)> = iter(news)
        .map(|(position, message, news)| async move {
            let frames = async { frames_for(thread, &news?).await };
            (position, message, frames.await)
        })
        .buffered(LOOKUPS_AT_ONCE)
        .collect()
        .await;
    for (position, message, frames) in addressed {
        match frames {
            Ok(frames) => {
                for (user_id, text) in frames {
                    let outbox = outboxes.entry(user_id).or_default();
                    outbox.frames.push(Frame { text, message });
                    outbox.positions.push(position.clone());
                }
            }
            Err(error) => {
                tracing::error!(%error, "a record of the stream cannot be pushed");
                failed.push(position);
            }
        }
    }
    let round = &Round { to, deliveries: &deliveries, now };
    let results: Vec<(Outbox, Result<(), StoreError>)> = iter(outboxes)
        .map(|(user_id, outbox)| async move {
            let result = round.deliver(&user_id, &outbox.frames).await;
            (outbox, result)
        })
        .buffer_unordered(PEOPLE_AT_ONCE)
        .collect()
        .await;
    for (outbox, result) in results {
        if let Err(error) = result {
            tracing::error!(%error, "a person's sockets are not known");
            failed.extend(outbox.positions);
        }
    }
    deliveries.tell(metrics, tracer);
    stream::failures(metrics, failed)
}

/// The pushes of a batch.
struct Round<'a> {
    to: &'a Broadcast,
    deliveries: &'a Deliveries,
    now: Timestamp,
}

impl Round<'_> {
    async fn deliver(&self, user_id: &UserId, frames: &[Frame]) -> Result<(), StoreError> {
        let open = self.to.connections.of(user_id, self.now).await?;
        let pushes = open.iter().map(|connection| self.push_all(connection, frames));
        if tokio::time::timeout(PATIENCE, futures::future::join_all(pushes)).await.is_err() {
            tracing::warn!("slow sockets were left behind; their clients will fetch");
        }
        Ok(())
    }

    /// One socket's share. Whatever goes wrong here is this socket's alone.
    async fn push_all(&self, connection: &Connection, frames: &[Frame]) {
        let Broadcast { connections, sockets, .. } = self.to;
        let id = &connection.connection_id;
        if connection.token_expires_at <= self.now {
            if let Err(error) = sockets.close(id).await {
                tracing::warn!(%error, "a socket whose token ended could not be closed");
            }
            return;
        }
        for Frame { text, message } in frames {
            match sockets.push(id, text).await {
                Ok(Pushed::Yes) => message.iter().for_each(|message| self.deliveries.taken(*message)),
                Ok(Pushed::Gone) => {
                    self.deliveries.gone();
                    let young = self.now.millis() - connection.connected_at.millis() < YOUNG_MILLIS;
                    if !young && let Err(error) = connections.remove(&connection.user_id, id).await {
                        tracing::warn!(%error, "a socket that is gone stays noted");
                    }
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "a push failed; its client will fetch");
                    return;
                }
            }
        }
    }
}
