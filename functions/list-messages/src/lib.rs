//! `GET /cases/{caseId}/messages`: a page of a thread.
//!
//! The tail comes first, so a stranger costs one record read and learns nothing.
#![warn(missing_docs)]

use case_chat_aws::{ReadMarkers, StoreError, ThreadLog};
use case_chat_domain::{Participant, ReadMarker, Role, SealedRecord, Seq, Tail};
use case_chat_entry::{
    Failure,
    audit::Records,
    http::{Answer, Call, about, answer},
};
use case_chat_wire::{BySide, MessagePage, PageQuery};
use lambda_http::http::StatusCode;
use serde_json::value::RawValue;

/// Two round trips: the tail, and at once the page that it admits to and both sides' read markers.
pub async fn list(thread: &ThreadLog, markers: &ReadMarkers, call: Call) -> Answer {
    let case_id = call.case_id()?;
    let query = call.query(PageQuery::parse)?;

    let tail = thread.tail(&case_id).await.map_err(Failure::internal)?.ok_or_else(Failure::case_not_found)?;
    let participant = tail.admit(&call.user_id).ok_or_else(Failure::case_not_found)?;
    let marker = |role| markers.of(&participant, &tail.record().participants.get(role).user_id);
    let (records, requester, provider) = tokio::try_join!(
        records(thread, &participant, &tail, query),
        marker(Role::Requester),
        marker(Role::Provider)
    )
    .map_err(Failure::internal)?;
    page(query, &records, &tail, &BySide { requester, provider })
}

async fn records(
    thread: &ThreadLog,
    participant: &Participant,
    tail: &Tail,
    query: PageQuery,
) -> Result<Vec<SealedRecord>, StoreError> {
    let head = tail.seq();
    match query {
        PageQuery::Latest { limit } => {
            let mut records = match below(head) {
                Some(last) if limit > 1 => thread.last(participant, Seq::FIRST..=last, limit - 1).await?,
                _ => Vec::new(),
            };
            records.push(tail.sealed().clone());
            Ok(records)
        }
        PageQuery::Before { seq, limit } => match below(seq.min(head.next())) {
            Some(last) => thread.last(participant, Seq::FIRST..=last, limit).await,
            None => Ok(Vec::new()),
        },
        PageQuery::After { seq, limit } if seq < head => {
            thread.first(participant, seq.next()..=head, limit).await
        }
        PageQuery::After { .. } => Ok(Vec::new()),
    }
}

fn below(seq: Seq) -> Option<Seq> {
    seq.get().checked_sub(1).and_then(|seq| Seq::try_from(seq).ok())
}

fn page(query: PageQuery, records: &[SealedRecord], tail: &Tail, read: &BySide<ReadMarker>) -> Answer {
    // Numbers are dense, so what is missing on either side can be told from the numbers alone.
    let has_more = match (query, records.first(), records.last()) {
        (PageQuery::After { .. }, _, Some(last)) => last.record().seq < tail.seq(),
        (PageQuery::Latest { .. } | PageQuery::Before { .. }, Some(first), _) => {
            first.record().seq > Seq::FIRST
        }
        _ => false,
    };
    let ends = records.first().zip(records.last());
    let given = ends.map(|(first, last)| Records { first: first.record().seq, last: last.record().seq });
    let records: Result<Vec<&RawValue>, _> =
        records.iter().map(|sealed| serde_json::from_str(sealed.json())).collect();
    let body = MessagePage {
        records: records.map_err(|_| Failure::internal("a stored record is not JSON"))?,
        head: tail.seq(),
        has_more,
        read_markers: read.map(|marker| marker.seq),
        read_times: read.map(|marker| marker.read_at),
        participants: &tail.record().participants,
        status: tail.record().status,
    };
    let answer = answer(StatusCode::OK, &body);
    match given {
        Some(given) => about(given, answer),
        None => answer,
    }
}
