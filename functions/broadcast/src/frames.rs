//! What is said, and to whom.

use std::sync::Arc;

use case_chat_aws::{News, StoreError, ThreadLog};
use case_chat_domain::{Event, Participants, ReadMarker, Role, SealedRecord, UserId};
use case_chat_wire::ServerFrame;
use serde_json::value::RawValue;

/// Frames, each with its reader.
pub(crate) type Addressed = Vec<(UserId, Arc<str>)>;

/// Why something new cannot be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a frame could not be written")]
    Frame(#[from] serde_json::Error),
}

/// No request for a record, which names its readers; one for a read marker, which does not.
pub(crate) async fn frames_for(thread: &ThreadLog, news: &News) -> Result<Addressed, Error> {
    match news {
        News::Record(sealed) => Ok(of_record(sealed)?),
        News::Read(marker) => of_marker(thread, marker).await,
    }
}

/// A record for both participants; a farewell for who is no longer one.
fn of_record(sealed: &SealedRecord) -> Result<Addressed, serde_json::Error> {
    let json: &RawValue = serde_json::from_str(sealed.json())?;
    let record = sealed.record();
    let mut frames = to_both(&record.participants, &ServerFrame::Message { record: json })?;
    if let Event::ParticipantReassigned { change } = &record.event
        && record.participants.role_of(&change.from.user_id).is_none()
    {
        let farewell = ServerFrame::Removed { case_id: &record.case_id }.to_json()?;
        frames.push((change.from.user_id.clone(), farewell.into()));
    }
    Ok(frames)
}

/// A marker for the two who share the case now: whoever has left it hears of it no more, and what
/// they had read is told to nobody.
async fn of_marker(thread: &ThreadLog, marker: &ReadMarker) -> Result<Addressed, Error> {
    let Some(tail) = thread.tail(&marker.case_id).await? else {
        return Ok(Vec::new());
    };
    let participants = &tail.record().participants;
    let Some(role) = participants.role_of(&marker.reader) else {
        return Ok(Vec::new());
    };
    let ReadMarker { case_id, seq, read_at, .. } = marker;
    let frame = ServerFrame::Read { case_id, role, seq: *seq, read_at: *read_at };
    Ok(to_both(participants, &frame)?)
}

fn to_both(participants: &Participants, frame: &ServerFrame<'_>) -> Result<Addressed, serde_json::Error> {
    let frame: Arc<str> = frame.to_json()?.into();
    Ok(Role::BOTH.map(|role| (participants.get(role).user_id.clone(), Arc::clone(&frame))).into())
}
