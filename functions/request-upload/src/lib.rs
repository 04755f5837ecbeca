//! `POST /cases/{caseId}/attachments`: a link that uploads one file, checked before it is sent.
#![warn(missing_docs)]

use std::time::Duration;

use case_chat_aws::{Counted, Limits, Quarantine, Taken, ThreadLog, Uploads};
use case_chat_domain::{
    Allowance, AttachmentId, AttachmentPolicy, CaseStatus, Declared, Refusal, Timestamp, Upload,
};
use case_chat_entry::{
    Failure, clock,
    http::{Answer, Call, answer},
};
use case_chat_wire::{RequestUpload, UploadGranted, UploadLink};
use lambda_http::http::StatusCode;

/// The largest file on a slow line: 100 MB at 1 Mbit a second take a quarter of an hour.
const GOOD_FOR: Duration = Duration::from_secs(15 * 60);

/// What the function works with.
pub struct Desk {
    /// Who may upload.
    pub thread: ThreadLog,
    /// What has been asked for.
    pub uploads: Uploads,
    /// How often each person has asked.
    pub limits: Limits,
    /// How often a person may.
    pub allowance: Allowance,
    /// Where files go.
    pub quarantine: Quarantine,
    /// Which files may.
    pub policy: AttachmentPolicy,
}

/// Three round trips: the tail, the count, and the row of the upload; four within an hour of the last. The link itself is made here.
pub async fn request(desk: &Desk, call: Call) -> Answer {
    let case_id = call.case_id()?;
    let declared = Declared::try_from(call.json::<RequestUpload>()?)?;

    let tail =
        desk.thread.tail(&case_id).await.map_err(Failure::internal)?.ok_or_else(Failure::case_not_found)?;
    let participant = tail.admit(&call.user_id).ok_or_else(Failure::case_not_found)?;
    if tail.record().status == CaseStatus::Closed {
        return Err(Refusal::CaseClosed.into());
    }
    let now = clock::now();
    let taken = desk.limits.take(&participant, Counted::Uploads, desk.allowance, now).await;
    if let Taken::TooOften { retry_after_seconds } = taken.map_err(Failure::internal)? {
        return Err(Failure::too_many(retry_after_seconds));
    }
    desk.policy.allows(&declared)?;

    let upload = Upload::request(&participant, new_id()?, declared, now);
    let link = desk.quarantine.upload_link(&upload, GOOD_FOR).await.map_err(Failure::internal)?;
    desk.uploads.add(&upload).await.map_err(Failure::internal)?;
    let granted = UploadGranted {
        attachment_id: upload.id,
        upload: UploadLink { method: "PUT", url: link.url, headers: link.headers },
        expires_at: Timestamp::from_millis(now.millis() + GOOD_FOR.as_millis() as i64),
    };
    answer(StatusCode::CREATED, &granted)
}

fn new_id() -> Result<AttachmentId, Failure> {
    uuid::Uuid::new_v4().to_string().parse().map_err(Failure::internal)
}
