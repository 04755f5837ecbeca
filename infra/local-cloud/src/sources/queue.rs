//! Event source mappings of queues: batches of messages, side by side, each at least once and in no order.
//!
//! Nothing is kept here. A message that was not handled is not deleted, becomes visible again when its time is up, and
//! goes to the queue's dead letters once it was received too often.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use case_chat_local_gateway::{Invoke, Invoked};
use serde_json::{Map, Value, json};
use tokio::task::{JoinHandle, JoinSet};

use super::{MAX_EVENT_BYTES, TROUBLE};
use crate::iam::Iam;
use crate::queues::{Queues, Received};
use crate::template::{Function, Queue, QueueMapping};

/// How long a receive waits for a message: SQS's longest.
const WAIT: Duration = Duration::from_secs(20);

/// A mapping of a queue and all that it needs.
pub struct QueueSource {
    /// What the template says.
    pub mapping: QueueMapping,
    /// The function that it feeds.
    pub function: Function,
    /// The queue that it takes from.
    pub queue: Queue,
    /// AWS_REGION, as records tell it.
    pub region: String,
    /// Where the messages are.
    pub queues: Queues,
    /// What the function's role may do: messages are taken with it.
    pub iam: Iam,
    /// What runs functions.
    pub invoke: Arc<dyn Invoke>,
}

/// A message, as it was received and as Lambda hands it over.
struct Item {
    received: Received,
    record: Value,
}

impl QueueSource {
    /// Takes messages until the task is aborted, and with it whatever it has under way; from a queue that the function's
    /// role may not take from, none.
    pub fn start(self) -> JoinHandle<()> {
        tokio::spawn(async move {
            if let Err(denied) = self.iam.check_queue(&self.function.id, &self.mapping.queue_arn) {
                tracing::error!("{} takes nothing from its queue: {denied}", self.mapping.id);
                return;
            }
            Arc::new(self).poll().await;
        })
    }

    async fn poll(self: Arc<Self>) {
        let mut under_way = JoinSet::new();
        let mut received: Vec<Item> = Vec::new();
        loop {
            while under_way.try_join_next().is_some() {}
            if under_way.len() >= self.mapping.concurrency {
                under_way.join_next().await;
                continue;
            }
            if received.is_empty() {
                received = self.receive().await;
                continue;
            }
            let batch = take_fitting(&mut received);
            under_way.spawn(Arc::clone(&self).process(batch));
        }
    }

    async fn receive(&self) -> Vec<Item> {
        let (queue, most) = (&self.queue, self.mapping.batch_size);
        match self.queues.receive(queue, most, queue.visibility_timeout, WAIT).await {
            Ok(received) => received.into_iter().map(|received| self.item(received)).collect(),
            Err(error) => {
                tracing::error!("{}: {error:#}", self.mapping.id);
                tokio::time::sleep(TROUBLE).await;
                Vec::new()
            }
        }
    }

    fn item(&self, received: Received) -> Item {
        let mut attributes: Map<String, Value> = received
            .system_attributes()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .into_iter()
            .collect();
        // Who sent it is not kept: everyone here is of one account.
        attributes.insert("SenderId".into(), self.queue.arn.split(':').nth(4).into());
        let record = json!({
            "messageId": received.message_id,
            "receiptHandle": received.receipt,
            "body": received.body,
            "attributes": attributes,
            "messageAttributes": received.attributes.as_ref().map_or_else(|| json!({}), in_camel_case),
            "md5OfBody": received.body_md5(),
            "eventSource": "aws:sqs",
            "eventSourceARN": self.queue.arn,
            "awsRegion": self.region,
        });
        Item { received, record }
    }

    async fn process(self: Arc<Self>, batch: Vec<Item>) {
        let records: Vec<&Value> = batch.iter().map(|item| &item.record).collect();
        let payload = Bytes::from(json!({ "Records": records }).to_string());
        let (mapping, messages) = (&self.mapping, batch.len());
        let failed = match self.invoke.invoke(&self.function.id, payload).await {
            Invoked::Returned(answer) if mapping.reports_item_failures => failures(&batch, &answer),
            Invoked::Returned(_) => Some(Vec::new()),
            Invoked::Failed(_) => None,
            Invoked::Unavailable(why) => {
                tracing::warn!(mapping = mapping.id, why, "messages wait for their function");
                None
            }
        };
        let Some(failed) = failed else {
            tracing::warn!(mapping = mapping.id, messages, "a batch of messages failed");
            return;
        };
        if !failed.is_empty() {
            tracing::warn!(
                mapping = mapping.id,
                messages,
                failed = failed.len(),
                "messages of a batch failed"
            );
        }
        let handled = batch.iter().map(|item| &item.received);
        let handled = handled.filter(|received| !failed.contains(&received.message_id));
        let receipts = handled.map(|received| received.receipt.clone()).collect();
        if let Err(error) = self.queues.delete(&self.queue, receipts).await {
            tracing::error!("{}: {error:#}", mapping.id);
        }
    }
}

/// As many as an event may hold, and one at least.
fn take_fitting(received: &mut Vec<Item>) -> Vec<Item> {
    let mut bytes = 0;
    let fitting = received.iter().take_while(|item| {
        bytes += item.record.to_string().len();
        bytes <= MAX_EVENT_BYTES
    });
    let fitting = fitting.count().max(1);
    received.drain(..fitting).collect()
}

/// The messages that a function says it failed on; none is for an answer that fails all of them.
fn failures(batch: &[Item], answer: &[u8]) -> Option<Vec<String>> {
    let answer: Value = match answer {
        [] => Value::Null,
        answer => serde_json::from_slice(answer).ok()?,
    };
    let named = match &answer {
        Value::Null => return Some(Vec::new()),
        Value::Object(fields) if fields.is_empty() => return Some(Vec::new()),
        answer => match answer.get("batchItemFailures")? {
            Value::Null => return Some(Vec::new()),
            named => named.as_array()?,
        },
    };
    let known = |id: &&str| batch.iter().any(|item| item.received.message_id == *id);
    named.iter().map(|failure| failure["itemIdentifier"].as_str().filter(known).map(str::to_owned)).collect()
}

/// Message attributes as Lambda spells them.
fn in_camel_case(attributes: &Value) -> Value {
    let respelt = |attribute: &Value| -> Value {
        let mut fields = json!({ "stringListValues": [], "binaryListValues": [] });
        for (theirs, ours) in
            [("DataType", "dataType"), ("StringValue", "stringValue"), ("BinaryValue", "binaryValue")]
        {
            if let Some(value) = attribute.get(theirs) {
                fields[ours] = value.clone();
            }
        }
        fields
    };
    let attributes = attributes.as_object().into_iter().flatten();
    Value::Object(attributes.map(|(name, attribute)| (name.clone(), respelt(attribute))).collect())
}
