//! Giving uploads to the message that takes them along, before it is stored.
//!
//! A crash after that leaves at worst a file that nobody sees: never a message whose file is gone. The
//! same message may take its files again, another may not.

use case_chat_aws::{Done, StoreError};
use case_chat_domain::{Attachment, AttachmentId, Binding, Draft, Participant, Refusal, Seq, Upload};
use case_chat_entry::{Failure, clock};
use futures::future::try_join_all;

use crate::Desk;

/// All of a draft's uploads, or none: three round trips, each for all of them at once.
pub(crate) async fn bind(
    desk: &Desk,
    participant: &Participant,
    draft: &Draft,
    after: Seq,
) -> Result<Vec<Attachment>, Failure> {
    let uploads = read(desk, participant, &draft.attachments).await.map_err(Failure::internal)?;
    let uploads: Option<Vec<Upload>> = uploads.into_iter().collect();
    let uploads = uploads.ok_or(Refusal::AttachmentNotReady)?;
    let now = clock::now();
    let attach = |upload: &Upload| upload.attach(participant, &draft.client_id, now);
    let attachments = uploads.iter().map(attach).collect::<Result<Vec<_>, _>>()?;

    let binding = Binding { client_id: draft.client_id.clone(), after };
    let bound = try_join_all(uploads.iter().map(|upload| desk.uploads.bind(upload, &binding)));
    if bound.await.map_err(Failure::internal)?.contains(&Done::No) {
        // Another message has taken one of them since they were read.
        return Err(Refusal::AttachmentNotReady.into());
    }
    try_join_all(uploads.iter().map(|upload| desk.attachments.keep(upload)))
        .await
        .map_err(Failure::internal)?;
    Ok(attachments)
}

async fn read(
    desk: &Desk,
    participant: &Participant,
    ids: &[AttachmentId],
) -> Result<Vec<Option<Upload>>, StoreError> {
    try_join_all(ids.iter().map(|id| desk.uploads.get(participant, id))).await
}
