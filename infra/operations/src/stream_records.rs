use std::time::Duration;

use case_chat_aws::{Notes, StoreError};
use case_chat_domain::Timestamp;
use serde::Deserialize;

use crate::{
    Inboxes, Say, count,
    queue::{Message, Queue},
};

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

/// Folds again what came to threads since the earliest of these records, and queues notes of it. Pushes need nothing:
/// clients fetch what they miss.
pub(crate) async fn redrive(
    queue: &mut Queue,
    tables: &Tables,
    inboxes: &Inboxes,
    notes: &Notes,
    now: Timestamp,
    say: Say<'_>,
) -> Result<(), StoreError> {
    let (mut since, mut covered) = (None::<Timestamp>, Vec::new());
    while let Some(messages) = queue.receive().await? {
        for Message { id, body } in messages {
            match serde_json::from_str(&body) {
                Ok(Kept { batch }) if batch.table() == Some(&tables.threads) => {
                    let arrived = batch.approximate_arrival_of_first_record;
                    since = Some(since.map_or(arrived, |since| since.min(arrived)));
                    covered.push(id);
                }
                // What people have read: only pushes hang on that stream.
                Ok(Kept { batch }) if batch.table() == Some(&tables.inbox) => covered.push(id),
                Ok(_) => say(&format!("StreamRecordsFailed: message {id} stays: it is of another table")),
                Err(_) => say(&format!("StreamRecordsFailed: message {id} stays: it names no records")),
            }
        }
    }
    if let Some(arrived) = since {
        let since = Timestamp::from_millis(arrived.millis() - MARGIN.as_millis() as i64);
        let tally = queue.hold(inboxes.refold(since, notes, now, say)).await?;
        say(&format!(
            "of {}, {} with records since {since}: {} written, {} queued, {} failed",
            count(tally.cases, "case"),
            tally.folded,
            count(tally.written, "row"),
            count(tally.notes, "note"),
            tally.failed
        ));
        if tally.failed > 0 {
            return Ok(());
        }
    }
    for id in &covered {
        queue.delete(id).await?;
    }
    Ok(())
}
