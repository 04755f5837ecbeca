//! The life of one connection, from the switch of protocols to its end.
//!
//! Owns reading and the timers; the writer owns writing. Must not decide what a message means.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::SplitStream;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};
use tokio::time::{sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

use super::Gateway;
use super::api::WebSocketTarget;
use super::connection::{Connection, Inside};
use super::end::{By, End};
use super::event;
use super::writer::{self, Finish};
use crate::ids;
use crate::invoke::invoke;

pub(crate) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// How long the switch of protocols may take once it has been answered.
const SWITCH_TIME: Duration = Duration::from_secs(10);
/// How long the last frames may take to leave; what waits for a reader that does not read is lost with it.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long a client may take to close its side after the gateway closed; until then its bytes are thrown
/// away, since a line closed over unread bytes is reset, and the close frame lost.
const LINGER: Duration = Duration::from_secs(2);

/// Everything that a session needs and gives back at its end.
pub(crate) struct Session {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) connection: Arc<Connection>,
    pub(crate) inside: Inside,
    pub(crate) room: OwnedSemaphorePermit,
}

/// Runs a session; `$disconnect` follows however it ends.
pub(crate) async fn run(session: Session, upgrade: OnUpgrade) {
    let Session { gateway, connection, inside, room } = session;
    let Inside { outbox, closing, ended } = inside;
    if let Ok(Ok(upgraded)) = timeout(SWITCH_TIME, upgrade).await {
        let limits = &gateway.api.limits;
        let config = WebSocketConfig::default()
            .read_buffer_size(limits.frame_bytes.clamp(1024, 32 * 1024))
            .max_frame_size(Some(limits.frame_bytes))
            .max_message_size(Some(limits.message_bytes));
        let socket = Socket::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        let (sink, mut stream) = socket.split();
        let (finish, finishing) = oneshot::channel();
        let (broken, mut breaking) = oneshot::channel();
        let writer =
            writer::Writer { connection: Arc::clone(&connection), sink, outbox, patience: limits.write };
        let mut writing = tokio::spawn(writer.run(finishing, broken));
        let end = converse(&gateway, &connection, &mut stream, closing, &mut breaking).await;
        gateway.connections.begin_end(connection.id());
        let goodbye = async {
            // A writer that broke has dropped its end; there is nobody left to tell.
            let _ = finish.send(Finish(end.clone()));
            match timeout(FAREWELL, &mut writing).await {
                Ok(Ok(Some(sink))) => {
                    if let Ok(socket) = stream.reunite(sink) {
                        linger(socket).await;
                    }
                }
                Ok(_) => {}
                Err(_) => writing.abort(),
            }
        };
        tokio::join!(goodbye, gateway.disconnected(&connection, &end));
    } else {
        gateway.connections.begin_end(connection.id());
        gateway.disconnected(&connection, &End::abnormal()).await;
    }
    gateway.connections.forget(connection.id());
    drop(room);
    drop(ended);
}

async fn converse(
    gateway: &Arc<Gateway>,
    connection: &Arc<Connection>,
    stream: &mut SplitStream<Socket>,
    mut closing: watch::Receiver<Option<End>>,
    broken: &mut oneshot::Receiver<()>,
) -> End {
    let limits = &gateway.api.limits;
    let expiry = connection.opened() + limits.lifetime;
    loop {
        let idle = connection.last_active() + limits.idle;
        let received = tokio::select! {
            biased;
            told = closing.wait_for(Option::is_some) => {
                return told.ok().and_then(|end| end.clone()).unwrap_or_else(End::abnormal);
            }
            _ = &mut *broken => return End::abnormal(),
            () = sleep_until(expiry) => return End::going_away(),
            () = sleep_until(idle) => {
                // A push may have gone out since; then there is a later moment to wait for.
                if connection.last_active() + limits.idle <= idle {
                    return End::going_away();
                }
                continue;
            }
            received = stream.next() => received,
        };
        connection.touch();
        match received {
            Some(Ok(Message::Text(text))) => gateway.route(connection, &text).await,
            Some(Ok(Message::Binary(_))) => return End::unsupported(),
            Some(Ok(Message::Close(frame))) => return End::by_client(frame.as_ref()),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            Some(Err(error)) => return End::of_error(&error),
            None => return End::abnormal(),
        }
    }
}

/// Closes this side, then waits for the other.
async fn linger(mut socket: Socket) {
    let line = socket.get_mut();
    let closing = async {
        line.shutdown().await?;
        let mut discarded = [0; 4096];
        while line.read(&mut discarded).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Late or broken, the line is dropped either way.
    let _ = timeout(LINGER, closing).await;
}

impl Gateway {
    /// Invokes `$disconnect`, once, without a retry: like AWS, on a best effort.
    async fn disconnected(&self, connection: &Connection, end: &End) {
        let initiated = match end.by {
            By::Client => "client",
            By::Gateway => "gateway",
            By::Nobody => "nobody",
        };
        tracing::debug!(connection = connection.id(), code = end.code, initiated, "connection ended");
        let Some(WebSocketTarget::Function(function)) = self.target("$disconnect") else {
            return;
        };
        let event = event::disconnect(self, &connection.opening, end, &ids::fresh());
        let _turn = self.disconnects.acquire().await;
        // Whatever it answers, nobody is there to hear it; failures have been logged.
        invoke(&self.invoke, function, &event, self.api.limits.integration).await;
    }
}
