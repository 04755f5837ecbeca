//! The stream of `threads` folded into both participants' inboxes, and noted for who is away.
//!
//! Deliveries repeat, come late and come in batches of any cut: the rows end the same, and a note that is queued
//! twice is decided over twice, which sends nothing twice.
#![warn(missing_docs)]

use std::collections::BTreeMap;

use aws_lambda_events::{dynamodb::Event, streams::DynamoDbEventResponse};
use case_chat_aws::{Inbox, Notes, StoreError};
use case_chat_domain::{CaseId, Record, fold_into_inbox, notes_of};
use case_chat_entry::{
    metrics::Metrics,
    stream::{self, Position},
};
use futures::{StreamExt, stream::iter};
use serde_dynamo::{AttributeValue, Item};

/// Cases folded at a time.
const CASES_AT_ONCE: usize = 8;

/// Folds a batch, each case's records at once, and says which records must come again.
pub async fn update(inbox: &Inbox, notes: &Notes, metrics: &Metrics, event: &Event) -> DynamoDbEventResponse {
    let mut cases: BTreeMap<CaseId, (Vec<Record>, Vec<Position>)> = BTreeMap::new();
    let mut failed = Vec::new();
    for (position, record) in stream::records(event) {
        if record.event_name != "INSERT" {
            // Nobody may change a thread. The line is marked, so that an alarm can watch for it.
            let (case_id, seq) = place(&record.change.keys);
            let case_id = case_id.as_ref().map(CaseId::as_str);
            let change = &record.event_name;
            tracing::error!(
                tamper = true,
                case.id = case_id,
                record.seq = seq,
                record.change = change,
                "a record of a thread was changed"
            );
            continue;
        }
        match case_chat_aws::read_record(&record.change.keys, &record.change.new_image) {
            Ok(sealed) => {
                let (records, positions) = cases.entry(sealed.record().case_id.clone()).or_default();
                records.push(sealed.record().clone());
                positions.push(position);
            }
            Err(error) => {
                tracing::error!(%error, "a record of the stream cannot be folded");
                failed.push(position);
            }
        }
    }
    let results: Vec<_> = iter(cases)
        .map(|(case_id, (records, positions))| async move {
            (positions, fold(inbox, notes, &case_id, &records).await)
        })
        .buffer_unordered(CASES_AT_ONCE)
        .collect()
        .await;
    for (positions, result) in results {
        if let Err(error) = result {
            tracing::error!(%error, "an inbox could not be updated");
            failed.extend(positions);
        }
    }
    stream::failures(metrics, failed)
}

/// Where a record stands, as far as its keys are such ids: whoever changes a thread may have written anything.
fn place(keys: &Item) -> (Option<CaseId>, Option<u64>) {
    let case_id = match keys.inner().get("caseId") {
        Some(AttributeValue::S(text)) => text.parse().ok(),
        _ => None,
    };
    let seq = match keys.inner().get("seq") {
        Some(AttributeValue::N(digits)) => digits.parse().ok(),
        _ => None,
    };
    (case_id, seq)
}

async fn fold(inbox: &Inbox, notes: &Notes, case_id: &CaseId, records: &[Record]) -> Result<(), StoreError> {
    for (user_id, change) in fold_into_inbox(records) {
        inbox.apply(&user_id, case_id, &change).await?;
    }
    // Whether or not a row changed: an attempt before this one may have ended between the two.
    notes.queue(&notes_of(records)).await
}
