//! Writes a connection's frames, in the order in which they were accepted, and its close frame last.

use std::sync::Arc;
use std::time::Duration;

use futures::SinkExt;
use futures::stream::SplitSink;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::protocol::Message;

use super::connection::Connection;
use super::end::{By, End};
use super::session::Socket;

type Sink = SplitSink<Socket, Message>;

/// Tells the writer how the connection ends.
pub(crate) struct Finish(pub(crate) End);

/// The writing side of a connection.
pub(crate) struct Writer {
    pub(crate) connection: Arc<Connection>,
    pub(crate) sink: Sink,
    pub(crate) outbox: mpsc::Receiver<Utf8Bytes>,
    /// How long a frame may take to leave.
    pub(crate) patience: Duration,
}

/// The line broke, or its reader took too long.
struct Broken;

impl Writer {
    /// Gives the sink back when the end has been written; says so on `broken` when nothing can be written.
    pub(crate) async fn run(
        mut self,
        finish: oneshot::Receiver<Finish>,
        broken: oneshot::Sender<()>,
    ) -> Option<Sink> {
        match self.write(finish).await {
            Ok(()) => Some(self.sink),
            Err(Broken) => {
                // The session may have ended by itself meanwhile.
                let _ = broken.send(());
                None
            }
        }
    }

    async fn write(&mut self, mut finish: oneshot::Receiver<Finish>) -> Result<(), Broken> {
        let end = loop {
            tokio::select! {
                biased;
                told = &mut finish => break told.map_err(|_| Broken)?.0,
                Some(frame) = self.outbox.recv() => self.send(Message::Text(frame)).await?,
            }
        };
        match end.by {
            By::Gateway => self.last_words(&end).await,
            // The answer to a close frame has been queued by the protocol already.
            By::Client => self.flush().await,
            By::Nobody => Ok(()),
        }
    }

    async fn last_words(&mut self, end: &End) -> Result<(), Broken> {
        self.outbox.close();
        while let Some(frame) = self.outbox.recv().await {
            self.send(Message::Text(frame)).await?;
        }
        self.send(Message::Close(Some(end.frame()))).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Broken> {
        let sent = timeout(self.patience, self.sink.send(message)).await;
        sent.map_err(|_| Broken)?.map_err(|_| Broken)?;
        self.connection.touch();
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        let flushed = timeout(self.patience, self.sink.flush()).await;
        flushed.map_err(|_| Broken)?.map_err(|_| Broken)
    }
}
