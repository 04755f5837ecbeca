use std::{collections::BTreeMap, convert::Infallible, pin::pin, time::Duration};

use aws_sdk_sqs::{Client, types::QueueAttributeName};
use case_chat_aws::{LazyClient, StoreError};
use futures::{
    StreamExt,
    future::{Either, join_all, select},
    stream,
};

use crate::Say;

/// SQS's bound on a receive.
const BATCH: usize = 10;

/// Long enough to ask every server that may hold a message.
const WAIT: Duration = Duration::from_secs(1);

/// For so long a message is nobody else's. If this breaks off, it comes back.
const HIDDEN: Duration = Duration::from_secs(3 * 60);

/// A queue of what was given up on, and which of its messages this run holds.
pub(crate) struct Queue {
    client: LazyClient<Client>,
    url: String,
    name: &'static str,
    /// Each message that was taken and is not done, by its id, with its newest receipt.
    held: BTreeMap<String, String>,
    done: u64,
    /// How many were held before this run took any.
    held_before: u64,
}

/// One of its messages.
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) body: String,
}

impl Queue {
    pub(crate) async fn open(
        client: LazyClient<Client>,
        url: String,
        name: &'static str,
    ) -> Result<Self, StoreError> {
        let mut queue = Self { client, url, name, held: BTreeMap::new(), done: 0, held_before: 0 };
        queue.held_before = queue.all_held().await?;
        Ok(queue)
    }

    /// Does something about each message, and deletes those of which that succeeded.
    pub(crate) async fn redrive<F>(
        &mut self,
        again: impl Fn(String) -> F,
        say: Say<'_>,
    ) -> Result<(), StoreError>
    where
        F: Future<Output = Result<(), String>>,
    {
        while let Some(messages) = self.receive().await? {
            let outcomes = join_all(messages.iter().map(|message| again(message.body.clone())));
            let outcomes = self.hold(outcomes).await;
            for (Message { id, .. }, outcome) in messages.iter().zip(outcomes) {
                match outcome {
                    Ok(()) => self.delete(id).await?,
                    Err(why) => say(&format!("{}: message {id} stays: {why}", self.name)),
                }
            }
        }
        Ok(())
    }

    /// The next messages, without those that come back while this still runs; nothing once none waits.
    pub(crate) async fn receive(&mut self) -> Result<Option<Vec<Message>>, StoreError> {
        let received = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(BATCH as i32)
            .wait_time_seconds(seconds(WAIT))
            .visibility_timeout(seconds(HIDDEN))
            .send()
            .await
            .map_err(StoreError::request("ReceiveMessage"))?;
        let received = received.messages.unwrap_or_default();
        if received.is_empty() {
            return Ok(None);
        }
        let messages = received.into_iter().filter_map(|message| {
            let (id, receipt) = (message.message_id?, message.receipt_handle?);
            let known = self.held.insert(id.clone(), receipt).is_some();
            (!known).then(|| Message { id, body: message.body.unwrap_or_default() })
        });
        Ok(Some(messages.collect()))
    }

    /// Does what may take long, and meanwhile keeps what is held from coming back.
    pub(crate) async fn hold<T>(&self, work: impl Future<Output = T>) -> T {
        match select(pin!(work), pin!(self.keep())).await {
            Either::Left((done, _)) => done,
            Either::Right((never, _)) => match never {},
        }
    }

    async fn keep(&self) -> Infallible {
        loop {
            tokio::time::sleep(HIDDEN / 3).await;
            self.hide(HIDDEN).await;
        }
    }

    pub(crate) async fn delete(&mut self, id: &str) -> Result<(), StoreError> {
        let delete = self.client.delete_message().queue_url(&self.url);
        let delete = delete.set_receipt_handle(self.held.get(id).cloned());
        delete.send().await.map_err(StoreError::request("DeleteMessage"))?;
        self.held.remove(id);
        self.done += 1;
        Ok(())
    }

    /// Gives back what is still held, so that the next run need not wait for it, and says what came of it all; gives how
    /// many messages stay.
    pub(crate) async fn close(self, say: Say<'_>) -> Result<u64, StoreError> {
        let (failed, held) = (self.held.len() as u64, self.all_held().await);
        self.hide(Duration::ZERO).await;
        say(&format!("{}: {} done, {failed} failed", self.name, self.done));
        // For a while SQS may count what this run deleted, but none that was not held before it.
        let of_others = held?.saturating_sub(failed).min(self.held_before);
        if of_others > 0 {
            let (are, minutes) = (if of_others == 1 { "is" } else { "are" }, HIDDEN.as_secs() / 60);
            say(&format!(
                "{}: {of_others} {are} held by a run that broke off; again in {minutes} minutes",
                self.name
            ));
        }
        Ok(failed + of_others)
    }

    /// How many messages are out, whoever took them.
    async fn all_held(&self) -> Result<u64, StoreError> {
        let out = QueueAttributeName::ApproximateNumberOfMessagesNotVisible;
        let asked = self.client.get_queue_attributes().queue_url(&self.url).attribute_names(out.clone());
        let told = asked.send().await.map_err(StoreError::request("GetQueueAttributes"))?;
        let count = told.attributes.and_then(|told| told.get(&out)?.parse().ok());
        count.ok_or(StoreError::Unfinished("GetQueueAttributes"))
    }

    /// From now on for so long. One that is not to be hidden comes back by itself, which does no harm.
    async fn hide(&self, how_long: Duration) {
        let hide = |receipt| async move {
            let change = self.client.change_message_visibility().queue_url(&self.url).receipt_handle(receipt);
            let _ = change.visibility_timeout(seconds(how_long)).send().await;
        };
        stream::iter(self.held.values()).for_each_concurrent(BATCH, hide).await;
    }
}

fn seconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX)
}
