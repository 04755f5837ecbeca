//! The streams of `threads` and `inbox` to the sockets of both participants.
//!
//! A socket receives its frames in the order of the stream. A push that fails ends that socket's
//! share of the batch and nothing else: the client sees the gap and fetches. What fails the record
//! is only what a retry may mend: a table that cannot be read, a record that cannot be.
#![warn(missing_docs)]

mod frames;

use std::{collections::HashMap, sync::Arc, time::Duration};

use aws_lambda_events::{dynamodb::Event, streams::DynamoDbEventResponse};
use case_chat_aws::{Connection, Connections, News, Pushed, Sockets, StoreError, ThreadLog};
use case_chat_domain::{Timestamp, UserId};
use case_chat_entry::stream::{self, Position};
use futures::{StreamExt, stream::iter};

use crate::frames::{Addressed, frames_for};

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
    frames: Vec<Arc<str>>,
    positions: Vec<Position>,
}

/// Where a batch goes.
pub struct Broadcast {
    /// Who is on a case.
    pub thread: ThreadLog,
    /// Who is reachable.
    pub connections: Connections,
    /// And how.
    pub sockets: Sockets,
}

/// Pushes a batch and says which records must come again.
pub async fn broadcast(to: &Broadcast, event: &Event, now: Timestamp) -> DynamoDbEventResponse {
    let Broadcast { thread, connections, sockets } = to;
    let mut outboxes: HashMap<UserId, Outbox> = HashMap::new();
    let mut failed = Vec::new();
    let news = stream::records(event)
        .map(|(position, record)| (position, News::read(&record.change.keys, &record.change.new_image)));
    let addressed: Vec<(Position, Result<Addressed, frames::Error>)> = iter(news)
        .map(|(position, news)| async move {
            let frames = async { frames_for(thread, &news?).await };
            (position, frames.await)
        })
        .buffered(LOOKUPS_AT_ONCE)
        .collect()
        .await;
    for (position, frames) in addressed {
        match frames {
            Ok(frames) => {
                for (user_id, frame) in frames {
                    let outbox = outboxes.entry(user_id).or_default();
                    outbox.frames.push(frame);
                    outbox.positions.push(position.clone());
                }
            }
            Err(error) => {
                tracing::error!(%error, "a record of the stream cannot be pushed");
                failed.push(position);
            }
        }
    }
    let results: Vec<(Outbox, Result<(), StoreError>)> = iter(outboxes)
        .map(|(user_id, outbox)| async move {
            let result = deliver(connections, sockets, &user_id, &outbox.frames, now).await;
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
    stream::failures(failed)
}

async fn deliver(
    connections: &Connections,
    sockets: &Sockets,
    user_id: &UserId,
    frames: &[Arc<str>],
    now: Timestamp,
) -> Result<(), StoreError> {
    let open = connections.of(user_id, now).await?;
    let pushes = open.iter().map(|connection| push_all(connections, sockets, connection, frames, now));
    if tokio::time::timeout(PATIENCE, futures::future::join_all(pushes)).await.is_err() {
        tracing::warn!("slow sockets were left behind; their clients will fetch");
    }
    Ok(())
}

/// One socket's share. Whatever goes wrong here is this socket's alone.
async fn push_all(
    connections: &Connections,
    sockets: &Sockets,
    connection: &Connection,
    frames: &[Arc<str>],
    now: Timestamp,
) {
    let id = &connection.connection_id;
    if connection.token_expires_at <= now {
        if let Err(error) = sockets.close(id).await {
            tracing::warn!(%error, "a socket whose token ended could not be closed");
        }
        return;
    }
    for frame in frames {
        match sockets.push(id, frame).await {
            Ok(Pushed::Yes) => {}
            Ok(Pushed::Gone) => {
                let young = now.millis() - connection.connected_at.millis() < YOUNG_MILLIS;
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
