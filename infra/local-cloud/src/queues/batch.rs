//! SendMessageBatch: entries that succeed or fail one by one, unless the batch itself makes no sense.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Queues;
use super::actions::{MAX_MESSAGE_BYTES, Message};
use crate::aws::Refusal;
use crate::template::Queue;

/// SQS's bounds on a batch; its messages together may have no more bytes than one may.
const MAX_ENTRIES: usize = 10;
const MAX_ID_LENGTH: usize = 80;

pub(super) async fn send(queues: &Queues, queue: &Queue, body: &Value) -> Result<Value, Refusal> {
    let entries = body["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ids = check(entries)?;
    let (mut messages, mut failed) = (Vec::new(), Vec::new());
    for (id, entry) in ids.into_iter().zip(entries) {
        match Message::read(entry, queue) {
            Ok(message) => messages.push((id, message)),
            Err(message) => failed.push(json!({
                "Id": id, "SenderFault": true, "Code": "InvalidParameterValue", "Message": message,
            })),
        }
    }
    let queue = queue.clone();
    let successful: Vec<Value> = queues
        .state
        .transact(move |tx| {
            let stored = messages.iter().map(|(id, message)| {
                let mut answer = message.insert(tx, &queue)?;
                answer["Id"] = json!(id);
                Ok(answer)
            });
            stored.collect()
        })
        .await?;
    queues.arrived.notify_waiters();
    Ok(json!({ "Successful": successful, "Failed": failed }))
}

/// The entries' ids, if it is a batch at all.
fn check(entries: &[Value]) -> Result<Vec<String>, Refusal> {
    if entries.is_empty() {
        return Err(refuse(
            "AWS.SimpleQueueService.EmptyBatchRequest",
            "There should be at least one entry in the request.",
        ));
    }
    if entries.len() > MAX_ENTRIES {
        let message = format!("Maximum number of entries per request are {MAX_ENTRIES}.");
        return Err(refuse("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", message));
    }
    let ids: Vec<String> =
        entries.iter().map(|entry| entry["Id"].as_str().unwrap_or_default().to_owned()).collect();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if ids.iter().any(|id| id.is_empty() || id.len() > MAX_ID_LENGTH || !id.chars().all(plain)) {
        let message = format!(
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at \
             most {MAX_ID_LENGTH} letters long."
        );
        return Err(refuse("AWS.SimpleQueueService.InvalidBatchEntryId", message));
    }
    if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
        return Err(refuse(
            "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
            "Two or more batch entries have the same Id.",
        ));
    }
    let bytes: usize = entries.iter().filter_map(|entry| entry["MessageBody"].as_str()).map(str::len).sum();
    if bytes > MAX_MESSAGE_BYTES {
        let message = format!(
            "Batch requests cannot be longer than {MAX_MESSAGE_BYTES} bytes. You have sent {bytes} bytes."
        );
        return Err(refuse("AWS.SimpleQueueService.BatchRequestTooLong", message));
    }
    Ok(ids)
}

/// Under SQS's older code, of which the newer one is the end.
fn refuse(older: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::client(older.trim_start_matches("AWS.SimpleQueueService."), message).with_query_error(older)
}
