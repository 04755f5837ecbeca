use std::time::Duration;

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use case_chat_domain::Note;

use crate::{LazyClient, StoreError};

/// SQS's bound on a batch.
const BATCH: usize = 10;

/// The queue of notes that fall due some time after.
#[derive(Clone)]
pub struct Notes {
    client: LazyClient<Client>,
    queue_url: String,
}

impl Notes {
    /// Over the queue of that URL.
    #[must_use]
    pub fn new(client: LazyClient<Client>, queue_url: String) -> Self {
        Self { client, queue_url }
    }

    /// Queues notes, each due after the queue's own delay: a request for every ten.
    pub async fn queue(&self, notes: &[Note]) -> Result<(), StoreError> {
        for batch in notes.chunks(BATCH) {
            let entries = batch.iter().enumerate().map(|(index, note)| {
                SendMessageBatchRequestEntry::builder()
                    .id(index.to_string())
                    .message_body(text(note)?)
                    .build()
                    .map_err(|_| StoreError::Item("note"))
            });
            let sent = self
                .client
                .send_message_batch()
                .queue_url(&self.queue_url)
                .set_entries(Some(entries.collect::<Result<_, _>>()?))
                .send()
                .await
                .map_err(StoreError::request("SendMessageBatch notes"))?;
            if !sent.failed().is_empty() {
                return Err(StoreError::Unfinished("SendMessageBatch notes"));
            }
        }
        Ok(())
    }

    /// Queues a note again, due after that: one request.
    pub async fn postpone(&self, note: &Note, wait: Duration) -> Result<(), StoreError> {
        self.client
            .send_message()
            .queue_url(&self.queue_url)
            .message_body(text(note)?)
            .delay_seconds(i32::try_from(wait.as_secs()).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(StoreError::request("SendMessage notes"))?;
        Ok(())
    }
}

fn text(note: &Note) -> Result<String, StoreError> {
    serde_json::to_string(note).map_err(|_| StoreError::Item("note"))
}
