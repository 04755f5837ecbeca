use std::{collections::BTreeSet, time::Duration};

use aws_sdk_sqs::Client;
use case_chat_aws::{LazyClient, StoreError};
use futures::future::join_all;

use crate::Say;

/// SQS's bound on a receive.
const BATCH: i32 = 10;

/// Long enough to ask every server that may hold a message.
const WAIT: Duration = Duration::from_secs(1);

/// For so long a message is nobody else's. If this breaks off, it comes back.
const HIDDEN: Duration = Duration::from_secs(15 * 60);

/// A queue of what was given up on.
pub(crate) struct Queue {
    client: LazyClient<Client>,
    url: String,
    name: &'static str,
}

/// One of its messages, until it is deleted or given back.
pub(crate) struct Message {
    id: String,
    receipt: String,
    pub(crate) body: String,
}

impl Queue {
    pub(crate) fn new(client: LazyClient<Client>, url: String, name: &'static str) -> Self {
        Self { client, url, name }
    }

    /// Does something about each message, and deletes those of which that succeeded; gives how many failed.
    pub(crate) async fn redrive<F>(
        &self,
        again: impl Fn(String) -> F,
        say: Say<'_>,
    ) -> Result<u64, StoreError>
    where
        F: Future<Output = Result<(), String>>,
    {
        let (mut seen, mut done, mut failed) = (BTreeSet::new(), 0, Vec::new());
        loop {
            let messages = self.fresh(&mut seen).await?;
            if messages.is_empty() {
                break;
            }
            let outcomes = join_all(messages.iter().map(|message| again(message.body.clone()))).await;
            for (message, outcome) in messages.into_iter().zip(outcomes) {
                match outcome {
                    Ok(()) => {
                        self.delete(&message).await?;
                        done += 1;
                    }
                    Err(why) => {
                        say(&format!("{}: message {} stays: {why}", self.name, message.id));
                        failed.push(message);
                    }
                }
            }
        }
        self.give_back(&failed).await?;
        say(&format!("{}: {done} done, {} failed", self.name, failed.len()));
        Ok(failed.len() as u64)
    }

    /// Everything that waits.
    pub(crate) async fn drain(&self) -> Result<Vec<Message>, StoreError> {
        let (mut seen, mut all) = (BTreeSet::new(), Vec::new());
        loop {
            let messages = self.fresh(&mut seen).await?;
            if messages.is_empty() {
                return Ok(all);
            }
            all.extend(messages);
        }
    }

    /// The next messages, but for those that come back while this still runs.
    async fn fresh(&self, seen: &mut BTreeSet<String>) -> Result<Vec<Message>, StoreError> {
        let received = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(BATCH)
            .wait_time_seconds(seconds(WAIT))
            .visibility_timeout(seconds(HIDDEN))
            .send()
            .await
            .map_err(StoreError::request("ReceiveMessage"))?;
        let messages = received.messages.into_iter().flatten().filter_map(|message| {
            let (id, receipt) = (message.message_id?, message.receipt_handle?);
            Some(Message { id, receipt, body: message.body.unwrap_or_default() })
        });
        Ok(messages.filter(|message| seen.insert(message.id.clone())).collect())
    }

    pub(crate) async fn delete(&self, message: &Message) -> Result<(), StoreError> {
        let delete = self.client.delete_message().queue_url(&self.url).receipt_handle(&message.receipt);
        delete.send().await.map_err(StoreError::request("DeleteMessage"))?;
        Ok(())
    }

    /// So that the next run need not wait for them.
    pub(crate) async fn give_back(&self, messages: &[Message]) -> Result<(), StoreError> {
        for message in messages {
            self.client
                .change_message_visibility()
                .queue_url(&self.url)
                .receipt_handle(&message.receipt)
                .visibility_timeout(0)
                .send()
                .await
                .map_err(StoreError::request("ChangeMessageVisibility"))?;
        }
        Ok(())
    }
}

fn seconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX)
}
