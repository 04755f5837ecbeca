use case_chat_domain::{CaseId, Role, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What a socket receives from the functions. Frames without `type` are the gateway's own.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServerFrame<'a> {
    /// A record of a thread, whatever its kind.
    Message {
        /// Byte for byte as it was stored.
        #[cfg_attr(feature = "typescript", ts(type = "ThreadRecord"))]
        record: &'a RawValue,
    },
    /// The receiver no longer shares the case.
    Removed {
        /// Which case.
        case_id: &'a CaseId,
    },
    /// Someone has read up to there.
    Read {
        /// Which case.
        case_id: &'a CaseId,
        /// Which side.
        role: Role,
        /// The newest record that they have seen.
        seq: Seq,
        /// When they said so.
        read_at: Timestamp,
    },
    /// The other side is writing, just now.
    Typing {
        /// Which case.
        case_id: &'a CaseId,
        /// Which side.
        role: Role,
    },
    /// The answer to a ping; the gateway makes it, so no function writes one.
    Pong,
    /// A frame that the server did not understand; the gateway makes it as well.
    Error {
        /// `invalid_request`.
        code: &'a str,
    },
}

impl ServerFrame<'_> {
    /// The frame as text.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// What a client may send over its socket. The gateway routes it by `action`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "action", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ClientFrame {
    /// Keeps the connection alive; the gateway answers with a pong.
    Ping,
    /// The sender is writing in a case; at most one every 3 seconds is passed on.
    Typing {
        /// Which case.
        case_id: CaseId,
    },
}
