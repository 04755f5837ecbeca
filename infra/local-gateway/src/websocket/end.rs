//! How connections end: the code, the reason, and who said so.

use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The end of a connection, as `$disconnect` is told.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) code: u16,
    pub(crate) reason: String,
    pub(crate) by: By,
}

/// Who ended a connection, which decides what may still be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The client closed: its close frame is answered, and nothing else.
    Client,
    /// The gateway closes: what waits is delivered, then the close frame.
    Gateway,
    /// The line broke.
    Nobody,
}

impl End {
    /// An idle or aged connection, and a gateway that stops.
    pub(crate) fn going_away() -> Self {
        Self::by_gateway(1001, "Going away")
    }

    /// Closed through the management API.
    pub(crate) fn deleted() -> Self {
        Self::by_gateway(1000, "Connection deleted")
    }

    /// A binary frame.
    pub(crate) fn unsupported() -> Self {
        Self::by_gateway(1003, "Binary frames are not supported")
    }

    /// The line broke, or its reader stopped reading.
    pub(crate) fn abnormal() -> Self {
        Self { code: 1006, reason: "Connection Closed Abnormally".to_owned(), by: By::Nobody }
    }

    /// The client's close frame.
    pub(crate) fn by_client(frame: Option<&CloseFrame>) -> Self {
        let (code, reason) = match frame {
            Some(frame) => (frame.code.into(), frame.reason.to_string()),
            None => (1005, "Client-side close frame status not set".to_owned()),
        };
        Self { code, reason, by: By::Client }
    }

    /// What a failed read means.
    pub(crate) fn of_error(error: &Error) -> Self {
        match error {
            Error::Capacity(CapacityError::MessageTooLong { .. }) => {
                Self::by_gateway(1009, "Message too long")
            }
            Error::Utf8(_) => Self::by_gateway(1007, "Invalid UTF-8"),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::abnormal(),
            Error::Protocol(_) => Self::by_gateway(1002, "Protocol error"),
            _ => Self::abnormal(),
        }
    }

    /// The frame that tells the client.
    pub(crate) fn frame(&self) -> CloseFrame {
        CloseFrame { code: self.code.into(), reason: self.reason.as_str().into() }
    }

    fn by_gateway(code: u16, reason: &str) -> Self {
        Self { code, reason: reason.to_owned(), by: By::Gateway }
    }
}
