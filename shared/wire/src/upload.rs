use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use case_chat_domain::{Attachment, AttachmentId, Declared, FileName, Hash, Timestamp};
use serde::{Deserialize, Serialize};

/// The body of `POST /cases/{caseId}/attachments`.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestUpload {
    /// As its owner named it; at most 200 bytes.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// In bytes; at least 1.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub size: u64,
    /// SHA-256 of its content, in base64.
    pub sha256: String,
}

/// Why a well-formed request declares no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUpload {
    /// Empty, too long, or with characters that no file name needs.
    #[error("the name is not one of a file")]
    Name,
    /// Not as long as a media type is.
    #[error("the content type is not a media type")]
    ContentType,
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Not 32 bytes in base64.
    #[error("the hash is not a SHA-256 in base64")]
    Hash,
}

/// Longer ones are not registered.
const MAX_CONTENT_TYPE_BYTES: usize = 127;

impl TryFrom<RequestUpload> for Declared {
    type Error = InvalidUpload;

    fn try_from(request: RequestUpload) -> Result<Self, InvalidUpload> {
        let RequestUpload { name, content_type, size, sha256 } = request;
        let name = FileName::composed(&name).map_err(|_| InvalidUpload::Name)?;
        let fits = (1..=MAX_CONTENT_TYPE_BYTES).contains(&content_type.len());
        if !fits || !content_type.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidUpload::ContentType);
        }
        if size == 0 {
            return Err(InvalidUpload::Empty);
        }
        let hash = BASE64_STANDARD.decode(&sha256).ok().and_then(|bytes| bytes.try_into().ok());
        let sha256 = Hash::from_bytes(hash.ok_or(InvalidUpload::Hash)?);
        Ok(Self { name, content_type, size, sha256 })
    }
}

/// The answer to it: where to put the file.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UploadGranted {
    /// The server's id of it.
    pub attachment_id: AttachmentId,
    /// The request to make.
    pub upload: UploadLink,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A request that uploads a file.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UploadLink {
    /// `PUT`.
    pub method: &'static str,
    /// Signed; good for this file alone.
    pub url: String,
    /// Those that a browser must set, and may.
    pub headers: BTreeMap<String, String>,
}

/// The answer to `POST /cases/{caseId}/attachments/{attachmentId}/verify`.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "status", rename_all = "camelCase")]
pub enum Verified {
    /// It may be sent.
    Ready {
        /// As it will stand in the message.
        attachment: Attachment,
    },
    /// A scanner looks at it; ask again.
    Scanning,
}

/// A link that is good for a short while.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Where.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}
