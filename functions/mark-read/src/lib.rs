//! `PUT /cases/{caseId}/read`: the caller has seen everything up to a record.
#![warn(missing_docs)]

use case_chat_aws::{ReadMarkers, ThreadLog};
use case_chat_domain::ReadMarker;
use case_chat_entry::{
    Failure, clock,
    http::{Answer, Call, answer},
};
use case_chat_wire::{MarkRead, ReadMark};
use lambda_http::http::StatusCode;

/// Two round trips at the newest record, three at an older one. The mark never moves back; the
/// answer says where it stands.
pub async fn mark(thread: &ThreadLog, markers: &ReadMarkers, call: Call) -> Answer {
    let case_id = call.case_id()?;
    let MarkRead { seq } = call.json()?;

    let tail = thread.tail(&case_id).await.map_err(Failure::internal)?.ok_or_else(Failure::case_not_found)?;
    let participant = tail.admit(&call.user_id).ok_or_else(Failure::case_not_found)?;
    if seq > tail.seq() {
        return Err(Failure::invalid("`seq` lies beyond the end of the thread."));
    }
    let now = clock::now();
    let asked = if seq == tail.seq() {
        ReadMarker::at(&participant, tail.record(), now)
    } else {
        let records = thread.between(&participant, seq..=seq).await.map_err(Failure::internal)?;
        let sealed = records.first().ok_or_else(|| Failure::internal("a thread has a gap"))?;
        ReadMarker::at(&participant, sealed.record(), now)
    };
    let marker = markers.advance(&asked).await.map_err(Failure::internal)?;
    let other = participant.role().other();
    let unread = marker.unread_of(other, tail.record().sent_by(other));
    answer(StatusCode::OK, &ReadMark { seq: marker.seq, unread })
}
