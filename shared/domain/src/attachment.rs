//! Files that go with messages: what may be uploaded, what has arrived, and to which message it
//! belongs.

use crate::{
    Attachment, AttachmentId, CaseId, ClientId, FileName, Hash, Participant, Refusal, Seq, Timestamp, UserId,
};

/// Which files a deployment takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentPolicy {
    /// Media types, such as `application/pdf`.
    pub types: Vec<String>,
    /// The largest file, in bytes.
    pub max_bytes: u64,
}

/// A file as its owner declares it before it is uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// As its owner named it.
    pub name: FileName,
    /// Its media type.
    pub content_type: String,
    /// In bytes; at least 1.
    pub size: u64,
    /// Of its content.
    pub sha256: Hash,
}

/// Why a file may not be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// Its media type is none of the policy's.
    #[error("the type is not allowed")]
    Type,
    /// It is larger than the policy allows.
    #[error("the file is too large")]
    Size,
}

impl AttachmentPolicy {
    /// Whether a file may be uploaded at all.
    pub fn allows(&self, declared: &Declared) -> Result<(), NotAllowed> {
        if !self.types.contains(&declared.content_type) {
            Err(NotAllowed::Type)
        } else if declared.size > self.max_bytes {
            Err(NotAllowed::Size)
        } else {
            Ok(())
        }
    }
}

/// How far an upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// Its owner was given a link.
    Requested,
    /// What arrived is what was declared.
    Ready,
    /// What arrived is not.
    Rejected,
}

/// A file on its way into a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Of which case.
    pub case_id: CaseId,
    /// The server's id of it.
    pub id: AttachmentId,
    /// Who uploads it.
    pub owner: UserId,
    /// What they say it is.
    pub declared: Declared,
    /// How far it has come.
    pub state: UploadState,
    /// The message that it belongs to, once one has taken it along.
    pub bound: Option<Binding>,
    /// When it goes, unless a message takes it along.
    pub expires_at: Option<Timestamp>,
}

/// An upload's message. The message stands behind `after`, if it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The client's own id of the message.
    pub client_id: ClientId,
    /// The newest record that was read when the message last took the upload along.
    pub after: Seq,
}

impl Upload {
    /// An upload that a message does not take along is gone a day after it was asked for.
    pub const LIFETIME_MILLIS: i64 = 24 * 60 * 60 * 1000;

    /// A new upload of a participant.
    #[must_use]
    pub fn request(participant: &Participant, id: AttachmentId, declared: Declared, now: Timestamp) -> Self {
        Self {
            case_id: participant.case_id().clone(),
            id,
            owner: participant.user_id().clone(),
            declared,
            state: UploadState::Requested,
            bound: None,
            expires_at: Some(Timestamp::from_millis(now.millis() + Self::LIFETIME_MILLIS)),
        }
    }

    /// Whether that participant uploads it, and it is still there.
    #[must_use]
    pub fn is_of(&self, participant: &Participant, now: Timestamp) -> bool {
        self.owner == *participant.user_id()
            && self.case_id == *participant.case_id()
            && self.expires_at.is_none_or(|at| at > now)
    }

    /// The attachment that a message of this participant takes along, if it may.
    pub fn attach(
        &self,
        participant: &Participant,
        client_id: &ClientId,
        now: Timestamp,
    ) -> Result<Attachment, Refusal> {
        let free = self.bound.as_ref().is_none_or(|bound| bound.client_id == *client_id);
        if !(self.is_of(participant, now) && self.state == UploadState::Ready && free) {
            return Err(Refusal::AttachmentNotReady);
        }
        Ok(self.as_attachment())
    }

    /// As it stands in a message.
    #[must_use]
    pub fn as_attachment(&self) -> Attachment {
        let Declared { name, content_type, size, sha256 } = self.declared.clone();
        Attachment { id: self.id.clone(), name, content_type, size, sha256 }
    }
}

/// A DICOM file has these letters behind its preamble.
const DICOM_MARK: &[u8] = b"DICM";
const DICOM_PREAMBLE_BYTES: usize = 128;
/// The preamble of a DICOM file that is a TIFF as well; any other would let it be a program.
const TIFF_MARKS: [&[u8]; 2] = [b"II*\0", b"MM\0*"];

/// As much of a file's beginning as [`looks_like`] wants to see.
pub const HEAD_BYTES: u64 = 8 * 1024;

/// Whether a file that begins like that is of that media type, by its magic bytes.
#[must_use]
pub fn looks_like(content_type: &str, head: &[u8]) -> bool {
    match content_type {
        "application/dicom" => is_dicom(head),
        _ => infer::get(head).is_some_and(|kind| kind.mime_type() == content_type),
    }
}

fn is_dicom(head: &[u8]) -> bool {
    let Some((preamble, rest)) = head.split_at_checked(DICOM_PREAMBLE_BYTES) else {
        return false;
    };
    let harmless =
        preamble.iter().all(|byte| *byte == 0) || TIFF_MARKS.iter().any(|mark| preamble.starts_with(mark));
    harmless && rest.starts_with(DICOM_MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dicom(preamble: &[u8]) -> Vec<u8> {
        let mut file = preamble.to_vec();
        file.resize(DICOM_PREAMBLE_BYTES, 0);
        file.extend_from_slice(b"DICM\x02\0\0\0UL");
        file
    }

    #[test]
    fn a_file_is_what_its_first_bytes_say_and_not_what_its_owner_does() {
        let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01".to_vec();
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        let pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let program = b"MZ\x90\0\x03\0\0\0\x04\0\0\0".to_vec();
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".to_vec();
        let html = b"<!DOCTYPE html><html><script>alert(1)</script>".to_vec();
        let files = [
            ("image/jpeg", jpeg),
            ("image/png", png),
            ("application/pdf", pdf),
            ("application/dicom", dicom(b"")),
            ("application/dicom", dicom(b"II*\0\x08\0\0\0")),
            ("", program.clone()),
            ("", svg),
            ("", html),
            ("", dicom(&program)),
            ("", Vec::new()),
            ("", b"DICM".to_vec()),
        ];
        let types = ["image/jpeg", "image/png", "application/pdf", "application/dicom"];
        for (truly, head) in &files {
            for declared in types {
                assert_eq!(looks_like(declared, head), declared == *truly, "{truly:?} as {declared}");
            }
        }
    }
}
