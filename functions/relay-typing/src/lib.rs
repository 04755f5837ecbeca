//! WebSocket route `typing`: a hint that someone is writing, for the other participant's sockets.
//!
//! Nothing is stored, and a hint that gets lost is no loss: what goes wrong here is noted and left.
#![warn(missing_docs)]

mod pace;

use std::time::Duration;

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use case_chat_aws::{Connections, Sockets, StoreError, ThreadLog};
use case_chat_domain::{CaseId, CaseStatus, Timestamp};
use case_chat_entry::{
    audit::{Entry, Outcome},
    handshake,
};
use case_chat_wire::{ClientFrame, Code, ServerFrame};
use futures::future::join_all;

pub use pace::Pace;

/// A hint that comes later than this would be wrong by then.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a hint needs on its way.
pub struct Relay {
    /// Who is on the case.
    pub thread: ThreadLog,
    /// Who is reachable.
    pub connections: Connections,
    /// And how.
    pub sockets: Sockets,
    /// How often each socket may hint.
    pub pace: Pace,
}

impl Relay {
    /// Passes a hint on, or tells a frame that is none that it is invalid. Says how it ended, for the audit trail; what
    /// comes too fast, a hint or not, is dropped before anything is looked at, and leaves no line.
    pub async fn handle(
        &self,
        event: &ApiGatewayWebsocketProxyRequest,
        entry: &mut Entry,
        now: Timestamp,
    ) -> Result<Option<Outcome>, Error> {
        let connection_id = handshake::connection_id(event).unwrap_or_default();
        if !self.pace.admits(connection_id, now) {
            return Ok(None);
        }
        match serde_json::from_str(event.body.as_deref().unwrap_or_default()) {
            Ok(ClientFrame::Typing { case_id }) => {
                entry.case_id = Some(case_id.clone());
                self.relay(connection_id, &case_id, entry, now).await.map(Some)
            }
            Ok(ClientFrame::Ping) | Err(_) => {
                let refusal = ServerFrame::Error { code: Code::InvalidRequest.as_str() }.to_json()?;
                let _ = self.sockets.push(connection_id, &refusal).await?;
                Ok(Some(Outcome::Refused(Code::InvalidRequest)))
            }
        }
    }

    /// Three requests one after the other, and one for each of the other's sockets. A stranger's hint
    /// ends after two.
    async fn relay(
        &self,
        connection_id: &str,
        case_id: &CaseId,
        entry: &mut Entry,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let (owner, tail) = tokio::join!(self.connections.owner(connection_id), self.thread.tail(case_id));
        let Some(owner) = owner?.filter(|owner| owner.token_expires_at > now) else {
            return Ok(Outcome::Refused(Code::Unauthenticated));
        };
        entry.subject = Some(owner.user_id.clone().into());
        let tail = tail?;
        let Some((tail, writer)) = tail.as_ref().and_then(|tail| Some((tail, tail.admit(&owner.user_id)?)))
        else {
            return Ok(Outcome::Refused(Code::CaseNotFound));
        };
        let record = tail.record();
        if record.status == CaseStatus::Closed {
            return Ok(Outcome::Refused(Code::CaseClosed));
        }
        let frame = ServerFrame::Typing { case_id, role: writer.role() }.to_json()?;
        let reader = &record.participants.get(writer.role().other()).user_id;
        let open = self.connections.of(reader, now).await?;
        let pushes = open
            .iter()
            .filter(|connection| connection.token_expires_at > now)
            .map(|connection| self.sockets.push(&connection.connection_id, &frame));
        // One that is gone is forgotten when a message finds it so.
        let _ = tokio::time::timeout(PATIENCE, join_all(pushes)).await;
        Ok(Outcome::Done)
    }
}

/// Why a hint was not passed on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A store or a socket could not be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A frame could not be written.
    #[error("a frame could not be written")]
    Frame(#[from] serde_json::Error),
}
