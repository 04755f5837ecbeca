//! `POST /cases/{caseId}/attachments/{attachmentId}/verify`: is what arrived what was declared?
//!
//! The link was signed for one type, length and hash, so the service has refused anything else. What
//! is left to see is whether the content is of that type, and what the scanner says. The bytes never
//! pass through here: at most the first few thousand are read, and the copy is made by the service.
#![warn(missing_docs)]

use case_chat_aws::{Arrived, AttachmentStore, Done, Quarantine, Scan, ThreadLog, Uploads};
use case_chat_domain::{CaseStatus, Refusal, Upload, UploadState, looks_like};
use case_chat_entry::{
    Failure, clock,
    http::{Answer, Call, answer},
};
use case_chat_wire::{Code, Verified};
use lambda_http::http::StatusCode;

/// What the function works with.
pub struct Desk {
    /// Who may verify.
    pub thread: ThreadLog,
    /// What was declared.
    pub uploads: Uploads,
    /// Where files arrive.
    pub quarantine: Quarantine,
    /// Where they go.
    pub attachments: AttachmentStore,
    /// Whether a scanner looks at what is in quarantine.
    pub scanned: bool,
}

/// What there is to say about what arrived.
enum Finding {
    Good(Arrived),
    Bad,
    Missing,
    Scanning,
}

/// Ready at once when it was verified before. A step that was done and not noted is done again.
pub async fn verify(desk: &Desk, call: Call) -> Answer {
    let (case_id, id) = (call.case_id()?, call.attachment_id()?);

    let tail =
        desk.thread.tail(&case_id).await.map_err(Failure::internal)?.ok_or_else(Failure::case_not_found)?;
    let participant = tail.admit(&call.user_id).ok_or_else(Failure::case_not_found)?;
    let upload = desk.uploads.get(&participant, &id).await.map_err(Failure::internal)?;
    let upload = upload
        .filter(|upload| upload.is_of(&participant, clock::now()))
        .ok_or_else(Failure::attachment_not_ready)?;
    match upload.state {
        UploadState::Ready => return ready(&upload),
        UploadState::Rejected => return Err(rejected()),
        UploadState::Requested if tail.record().status == CaseStatus::Closed => {
            return Err(Refusal::CaseClosed.into());
        }
        UploadState::Requested => {}
    }

    match look(desk, &upload).await? {
        Finding::Missing => Err(Failure::attachment_not_ready()),
        Finding::Scanning => answer(StatusCode::ACCEPTED, &Verified::Scanning),
        Finding::Bad => settle(desk, &upload, UploadState::Rejected).await.and(Err(rejected())),
        Finding::Good(arrived) => {
            let admitted = desk.attachments.admit(&desk.quarantine, &upload, &arrived).await;
            if !admitted.map_err(Failure::internal)? {
                return Err(Failure::attachment_not_ready());
            }
            settle(desk, &upload, UploadState::Ready).await?;
            ready(&upload)
        }
    }
}

async fn look(desk: &Desk, upload: &Upload) -> Result<Finding, Failure> {
    let Some(arrived) = desk.quarantine.arrived(upload).await.map_err(Failure::internal)? else {
        return Ok(Finding::Missing);
    };
    if arrived.size != upload.declared.size || arrived.sha256.as_ref() != Some(&upload.declared.sha256) {
        return Ok(Finding::Bad);
    }
    let head = desk.quarantine.first_bytes(upload, &arrived).await.map_err(Failure::internal)?;
    let Some(head) = head else {
        return Ok(Finding::Missing);
    };
    if !looks_like(&upload.declared.content_type, &head) {
        return Ok(Finding::Bad);
    }
    if desk.scanned {
        match desk.quarantine.scanned(upload).await.map_err(Failure::internal)? {
            Scan::Pending => return Ok(Finding::Scanning),
            Scan::Suspect => return Ok(Finding::Bad),
            Scan::Clean => {}
        }
    }
    Ok(Finding::Good(arrived))
}

async fn settle(desk: &Desk, upload: &Upload, state: UploadState) -> Result<(), Failure> {
    match desk.uploads.settle(upload, state).await.map_err(Failure::internal)? {
        Done::Yes => Ok(()),
        // Another verification came to another end, or the row's time is over.
        Done::No => Err(Failure::attachment_not_ready()),
    }
}

fn ready(upload: &Upload) -> Answer {
    answer(StatusCode::OK, &Verified::Ready { attachment: upload.as_attachment() })
}

fn rejected() -> Failure {
    Failure::new(
        Code::AttachmentRejected,
        "The file is not of the type that it was said to be, or is not safe. Please choose another.",
    )
}
