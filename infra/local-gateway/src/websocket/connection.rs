//! An open connection as everyone but its own session sees it: something to send to, close, or ask about.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::end::End;
use super::event::Opening;

/// A connection that `$connect` accepted.
pub(crate) struct Connection {
    pub(crate) opening: Opening,
    /// Permits for messages that functions work on.
    pub(crate) in_flight: Arc<Semaphore>,
    outbox: mpsc::Sender<Utf8Bytes>,
    closing: watch::Sender<Option<End>>,
    ended: watch::Receiver<()>,
    opened: Instant,
    /// When something last came or went, in milliseconds after `opened`.
    active: AtomicU64,
}

/// What the session of a connection holds of it.
pub(crate) struct Inside {
    pub(crate) outbox: mpsc::Receiver<Utf8Bytes>,
    pub(crate) closing: watch::Receiver<Option<End>>,
    /// Dropped when all is over, `$disconnect` included.
    pub(crate) ended: watch::Sender<()>,
}

/// Why a frame was not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Gone,
    Full,
}

impl Connection {
    pub(crate) fn new(opening: Opening, queued_frames: usize, in_flight: usize) -> (Self, Inside) {
        let (outbox, outgoing) = mpsc::channel(queued_frames);
        let (closing, close) = watch::channel(None);
        let (alive, ended) = watch::channel(());
        let connection = Self {
            opening,
            in_flight: Arc::new(Semaphore::new(in_flight)),
            outbox,
            closing,
            ended,
            opened: Instant::now(),
            active: AtomicU64::new(0),
        };
        (connection, Inside { outbox: outgoing, closing: close, ended: alive })
    }

    pub(crate) fn id(&self) -> &str {
        &self.opening.connection_id
    }

    /// Queues a frame after those accepted before it, and never waits.
    pub(crate) fn push(&self, frame: Utf8Bytes) -> Result<(), Refused> {
        self.outbox.try_send(frame).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Refused::Full,
            mpsc::error::TrySendError::Closed(_) => Refused::Gone,
        })
    }

    /// Queues the answer to this client's own message, and waits for room: who does not read is not read.
    pub(crate) async fn reply(&self, frame: Utf8Bytes) {
        if self.outbox.send(frame).await.is_err() {
            tracing::debug!(connection = self.id(), "the connection ended before its answer");
        }
    }

    /// Makes the session end, if it has not been told to already.
    pub(crate) fn close(&self, end: End) {
        self.closing.send_if_modified(|closing| {
            let first = closing.is_none();
            closing.get_or_insert(end);
            first
        });
    }

    /// Waits until the session is over.
    pub(crate) async fn ended(&self) {
        let mut ended = self.ended.clone();
        while ended.changed().await.is_ok() {}
    }

    pub(crate) fn touch(&self) {
        let since = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.active.fetch_max(since, Ordering::Relaxed);
    }

    pub(crate) fn last_active(&self) -> Instant {
        self.opened + self.active_after()
    }

    pub(crate) fn last_active_millis(&self) -> u64 {
        self.opening.connected_at + self.active.load(Ordering::Relaxed)
    }

    pub(crate) fn opened(&self) -> Instant {
        self.opened
    }

    fn active_after(&self) -> Duration {
        Duration::from_millis(self.active.load(Ordering::Relaxed))
    }
}
