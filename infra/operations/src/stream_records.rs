use std::time::Duration;

use case_chat_aws::{Notes, StoreError};
use case_chat_domain::Timestamp;
use serde::Deserialize;

use crate::{Inboxes, Say, queue::Queue};

/// Clocks differ, and a record is made before it arrives in the stream.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// Where the records of a stream were that a function gave up on; what they said, the thread still says.
#[derive(Deserialize)]
struct Kept {
    #[serde(rename = "DDBStreamBatchInfo")]
    batch: Batch,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    stream_arn: String,
    approximate_arrival_of_first_record: Timestamp,
}

impl Batch {
    /// `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL`
    fn table(&self) -> Option<&str> {
        self.stream_arn.split('/').nth(1)
    }
}

/// The tables whose streams are meant.
pub(crate) struct Tables {
    pub(crate) threads: String,
    pub(crate) inbox: String,
}

/// Folds again what came to threads since the earliest of these records, and queues notes of it; gives how many messages
/// stay. Pushes need nothing: clients fetch what they miss.
pub(crate) async fn redrive(
    queue: &Queue,
    tables: &Tables,
    inboxes: &Inboxes,
    notes: &Notes,
    now: Timestamp,
    say: Say<'_>,
) -> Result<u64, StoreError> {
    let (mut since, mut covered, mut stay) = (None::<Timestamp>, Vec::new(), Vec::new());
    for message in queue.drain().await? {
        match serde_json::from_str(&message.body) {
            Ok(Kept { batch }) if batch.table() == Some(&tables.threads) => {
                let arrived = batch.approximate_arrival_of_first_record;
                since = Some(since.map_or(arrived, |since| since.min(arrived)));
                covered.push(message);
            }
            // What people have read: only pushes hang on that stream.
            Ok(Kept { batch }) if batch.table() == Some(&tables.inbox) => covered.push(message),
            Ok(_) | Err(_) => stay.push(message),
        }
    }
    if let Some(arrived) = since {
        let since = Timestamp::from_millis(arrived.millis() - MARGIN.as_millis() as i64);
        let tally = inboxes.refold(since, notes, now, say).await?;
        say(&format!(
            "of {} cases, {} with records since {since}: {} rows written, {} notes queued, {} failed",
            tally.cases, tally.folded, tally.written, tally.notes, tally.failed
        ));
        if tally.failed > 0 {
            stay.append(&mut covered);
        }
    }
    for message in &covered {
        queue.delete(message).await?;
    }
    queue.give_back(&stay).await?;
    say(&format!("StreamRecordsFailed: {} done, {} failed", covered.len(), stay.len()));
    Ok(stay.len() as u64)
}
