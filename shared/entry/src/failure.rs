use std::fmt;

use case_chat_domain::{NotAllowed, Refusal};
use case_chat_wire::{Code, InvalidMessage, InvalidUpload, Problem};

/// Why a request is refused: a stable code and a sentence for the client, a cause for the log.
#[derive(Debug)]
pub struct Failure {
    code: Code,
    detail: String,
    retry_after_seconds: Option<u64>,
    cause: Option<String>,
}

impl Failure {
    /// A refusal that tells the client what to do.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), retry_after_seconds: None, cause: None }
    }

    /// Something failed inside. The cause goes to the log alone.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        let detail =
            "Please try again in a moment. Sending the same message again is safe: it is stored once.";
        Self { cause: Some(cause.to_string()), ..Self::new(Code::Internal, detail) }
    }

    /// Too much at once; there is room again after so many seconds.
    #[must_use]
    pub fn too_many(retry_after_seconds: u64) -> Self {
        let detail = "That was a lot at once. Please wait a moment and try again.";
        Self { retry_after_seconds: Some(retry_after_seconds), ..Self::new(Code::TooManyRequests, detail) }
    }

    /// No such case, or none for this caller: the two look the same.
    #[must_use]
    pub fn case_not_found() -> Self {
        Self::new(Code::CaseNotFound, "There is no case of that id that you share.")
    }

    /// No upload of the caller's that could be used like that.
    #[must_use]
    pub fn attachment_not_ready() -> Self {
        Refusal::AttachmentNotReady.into()
    }

    /// The request is outside the contract.
    #[must_use]
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Code::InvalidRequest, detail)
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// Seconds for Retry-After, where it applies.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after_seconds
    }

    /// What the log may know.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// What the client may know.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem {
            status: self.code.status(),
            title: self.code.title(),
            detail: self.detail.clone(),
            code: self.code,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotAParticipant => Self::case_not_found(),
            Refusal::ClientIdReused => Self::new(
                Code::ClientIdReused,
                "You have sent another message under this clientId. Use a new one for each message.",
            ),
            Refusal::UnknownAnchor => Self::new(
                Code::UnknownAnchor,
                "`after` is the highest seq that you have seen; this thread ends before it.",
            ),
            Refusal::AnchorTooOld => Self::new(
                Code::AnchorTooOld,
                "Much was written since `after`. Read on to the end of the thread; if your message is not there, take the last seq as `after`.",
            ),
            Refusal::CaseClosed => Self::new(
                Code::CaseClosed,
                "This case is closed. Its chat can be read, but takes no more messages.",
            ),
            Refusal::AttachmentNotReady => {
                Self::new(Code::AttachmentNotReady, "An attachment is not ready to be sent.")
            }
            Refusal::TooFast { retry_after_seconds } => Self::too_many(retry_after_seconds),
        }
    }
}

impl From<InvalidMessage> for Failure {
    fn from(invalid: InvalidMessage) -> Self {
        match invalid {
            InvalidMessage::Empty => Self::new(Code::MessageEmpty, "Write something, or attach a file."),
            InvalidMessage::TooLarge => Self::new(
                Code::MessageTooLarge,
                "A message has at most 8,000 characters and 16 KiB. Please send it in parts.",
            ),
            InvalidMessage::ControlCharacter => {
                Self::invalid("The text has control characters other than newline and tab.")
            }
            InvalidMessage::TooManyAttachments => Self::invalid("A message takes at most 10 attachments."),
            InvalidMessage::RepeatedAttachment => Self::invalid("A message takes each attachment once."),
        }
    }
}

impl From<InvalidUpload> for Failure {
    fn from(invalid: InvalidUpload) -> Self {
        Self::invalid(match invalid {
            InvalidUpload::Name => {
                "A file's name has at most 200 bytes, and no slashes, control characters or marks that turn its direction."
            }
            InvalidUpload::ContentType => "`contentType` is a media type.",
            InvalidUpload::Empty => "The file is empty.",
            InvalidUpload::Hash => "`sha256` is the SHA-256 of the file's content, in base64.",
        })
    }
}

impl From<NotAllowed> for Failure {
    fn from(not_allowed: NotAllowed) -> Self {
        match not_allowed {
            NotAllowed::Type => {
                Self::new(Code::AttachmentTypeNotAllowed, "Please choose a file of another type.")
            }
            NotAllowed::Size => Self::new(Code::AttachmentTooLarge, "Please choose a smaller file."),
        }
    }
}
