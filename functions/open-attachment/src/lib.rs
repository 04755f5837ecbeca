//! `GET /cases/{caseId}/attachments/{attachmentId}`: a link to a file, good for a minute.
#![warn(missing_docs)]

use std::time::Duration;

use case_chat_aws::{AttachmentStore, StoreError, ThreadLog, Uploads};
use case_chat_domain::{
    Binding, Event, MAX_RECORDS_BEHIND, Participant, Seq, Tail, Timestamp, Upload, UploadState,
};
use case_chat_entry::{
    Failure, clock,
    http::{Answer, Call, answer},
};
use case_chat_wire::Link;
use lambda_http::http::StatusCode;

/// Long enough to begin a download, too short to pass a link on.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// What the function works with.
pub struct Desk {
    /// Who may open what.
    pub thread: ThreadLog,
    /// What was uploaded.
    pub uploads: Uploads,
    /// Where it lies.
    pub attachments: AttachmentStore,
}

/// Two round trips for its owner, who may look at it before it is sent; three for the other side, who
/// may once it has been.
pub async fn open(desk: &Desk, call: Call) -> Answer {
    let (case_id, id) = (call.case_id()?, call.attachment_id()?);

    let tail =
        desk.thread.tail(&case_id).await.map_err(Failure::internal)?.ok_or_else(Failure::case_not_found)?;
    let participant = tail.admit(&call.user_id).ok_or_else(Failure::case_not_found)?;
    let now = clock::now();
    let upload = desk.uploads.get(&participant, &id).await.map_err(Failure::internal)?;
    let upload = upload
        .filter(|upload| upload.state == UploadState::Ready)
        .ok_or_else(Failure::attachment_not_ready)?;
    let open = upload.is_of(&participant, now)
        || match &upload.bound {
            Some(binding) => {
                is_sent(desk, &participant, &tail, &upload, binding).await.map_err(Failure::internal)?
            }
            None => false,
        };
    if !open {
        return Err(Failure::attachment_not_ready());
    }
    let url = desk.attachments.link(&upload, GOOD_FOR).await.map_err(Failure::internal)?;
    let expires_at = Timestamp::from_millis(now.millis() + GOOD_FOR.as_millis() as i64);
    answer(StatusCode::OK, &Link { url, expires_at })
}

/// A message that has taken a file along stands just behind the record that it was bound at, unless it
/// was never stored.
async fn is_sent(
    desk: &Desk,
    participant: &Participant,
    tail: &Tail,
    upload: &Upload,
    binding: &Binding,
) -> Result<bool, StoreError> {
    let mut from = binding.after.next();
    let last = Seq::try_from(binding.after.get() + MAX_RECORDS_BEHIND).unwrap_or(Seq::MAX).min(tail.seq());
    while from <= last {
        let records = desk.thread.first(participant, from..=last, PAGE).await?;
        let Some(newest) = records.last() else {
            return Ok(false);
        };
        from = newest.record().seq.next();
        let takes = |event: &Event| matches!(event, Event::Message { attachments, .. } if attachments.iter().any(|one| one.id == upload.id));
        if records.iter().any(|sealed| takes(&sealed.record().event)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Mostly the first record is the one.
const PAGE: u8 = 10;
