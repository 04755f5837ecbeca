//! `GET /cases/{caseId}/messages`: a page of a thread.
//!
//! The tail comes first, so a stranger costs one record read and learns nothing.
#![warn(missing_docs)]

use case_chat_aws::ThreadLog;
use case_chat_domain::{SealedRecord, Seq, Tail};
use case_chat_entry::{
    Failure,
    http::{Answer, Call, answer},
};
use case_chat_wire::{MessagePage, PageQuery, ReadMarkers};
use lambda_http::http::StatusCode;
use serde_json::value::RawValue;

/// Two round trips: the tail, and the page that it admits to.
pub async fn list(thread: &ThreadLog, call: Call) -> Answer {
    let case_id = call.case_id()?;
    let query = call.query(PageQuery::parse)?;

    let tail = thread.tail(&case_id).await.map_err(Failure::internal)?.ok_or_else(Failure::case_not_found)?;
    let participant = tail.admit(&call.user_id).ok_or_else(Failure::case_not_found)?;
    let head = tail.seq();
    let records = match query {
        PageQuery::Latest { limit } => match below(head) {
            Some(last) if limit > 1 => {
                let mut records = thread
                    .last(&participant, Seq::FIRST..=last, limit - 1)
                    .await
                    .map_err(Failure::internal)?;
                records.push(tail.sealed().clone());
                records
            }
            _ => vec![tail.sealed().clone()],
        },
        PageQuery::Before { seq, limit } => match below(seq.min(head.next())) {
            Some(last) => {
                thread.last(&participant, Seq::FIRST..=last, limit).await.map_err(Failure::internal)?
            }
            None => Vec::new(),
        },
        PageQuery::After { seq, limit } if seq < head => {
            thread.first(&participant, seq.next()..=head, limit).await.map_err(Failure::internal)?
        }
        PageQuery::After { .. } => Vec::new(),
    };
    page(query, &records, &tail)
}

fn below(seq: Seq) -> Option<Seq> {
    seq.get().checked_sub(1).and_then(|seq| Seq::try_from(seq).ok())
}

fn page(query: PageQuery, records: &[SealedRecord], tail: &Tail) -> Answer {
    // Numbers are dense, so what is missing on either side can be told from the numbers alone.
    let has_more = match (query, records.first(), records.last()) {
        (PageQuery::After { .. }, _, Some(last)) => last.record().seq < tail.seq(),
        (PageQuery::Latest { .. } | PageQuery::Before { .. }, Some(first), _) => {
            first.record().seq > Seq::FIRST
        }
        _ => false,
    };
    let records: Result<Vec<&RawValue>, _> =
        records.iter().map(|sealed| serde_json::from_str(sealed.json())).collect();
    let body = MessagePage {
        records: records.map_err(|_| Failure::internal("a stored record is not JSON"))?,
        head: tail.seq(),
        has_more,
        read_markers: ReadMarkers::default(),
        participants: &tail.record().participants,
        status: tail.record().status,
    };
    answer(StatusCode::OK, &body)
}
