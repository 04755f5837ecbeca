//! SQS's actions, in AWS JSON 1.0.

use std::time::Duration;

use anyhow::Result;
use rusqlite::Transaction;
use serde_json::{Map, Value, json};

use super::store::md5_hex;
use super::{Queues, Received, batch, store};
use crate::aws::Refusal;
use crate::template::Queue;

/// SQS's bound on a message.
pub(super) const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
/// SQS's bounds on what a receive may ask for.
const MAX_RECEIVE: i64 = 10;
const MAX_WAIT_SECONDS: i64 = 20;
const MAX_DELAY_SECONDS: i64 = 900;
const MAX_VISIBILITY_SECONDS: i64 = 43_200;

pub(super) async fn handle(queues: &Queues, operation: &str, body: &Value) -> Result<Value, Refusal> {
    match operation {
        "ListQueues" => {
            let prefix = body["QueueNamePrefix"].as_str().unwrap_or("");
            let urls =
                queues.queues.iter().filter(|queue| queue.name.starts_with(prefix)).map(|queue| &queue.url);
            Ok(json!({ "QueueUrls": urls.collect::<Vec<_>>() }))
        }
        "GetQueueUrl" => {
            let name = body["QueueName"].as_str().unwrap_or("");
            let queue = queues.queues.iter().find(|queue| queue.name == name).ok_or_else(no_such_queue)?;
            Ok(json!({ "QueueUrl": queue.url }))
        }
        "SendMessage" => send(queues, named(queues, body)?, body).await,
        "SendMessageBatch" => batch::send(queues, named(queues, body)?, body).await,
        "ReceiveMessage" => receive(queues, named(queues, body)?, body).await,
        "DeleteMessage" => {
            let queue = named(queues, body)?.clone();
            let receipt = body["ReceiptHandle"].as_str().unwrap_or("").to_owned();
            if receipt.is_empty() {
                return Err(Refusal::client(
                    "ReceiptHandleIsInvalid",
                    "The input receipt handle is invalid.",
                ));
            }
            queues.state.transact(move |tx| store::delete(tx, &queue, &receipt)).await?;
            Ok(json!({}))
        }
        "ChangeMessageVisibility" => {
            let queue = named(queues, body)?.clone();
            let receipt = body["ReceiptHandle"].as_str().unwrap_or("").to_owned();
            let hidden = seconds(body, "VisibilityTimeout", MAX_VISIBILITY_SECONDS).map_err(invalid)?;
            let hidden = hidden.ok_or_else(|| invalid("VisibilityTimeout is missing".to_owned()))?;
            queues.state.transact(move |tx| store::hide(tx, &queue, &receipt, hidden)).await?;
            queues.arrived.notify_waiters();
            Ok(json!({}))
        }
        "PurgeQueue" => {
            let queue = named(queues, body)?.clone();
            queues.state.transact(move |tx| store::purge(tx, &queue)).await?;
            Ok(json!({}))
        }
        "GetQueueAttributes" => attributes(queues, named(queues, body)?, body).await,
        other => {
            Err(Refusal::client("UnknownOperationException", format!("SQS {other} is not emulated here")))
        }
    }
}

/// The queue that a request means: by URL, whatever host the caller knows it under.
fn named<'a>(queues: &'a Queues, body: &Value) -> Result<&'a Queue, Refusal> {
    let name = body["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or("");
    queues.queues.iter().find(|queue| queue.name == name).ok_or_else(no_such_queue)
}

fn no_such_queue() -> Refusal {
    Refusal::client("QueueDoesNotExist", "The specified queue does not exist.")
        .with_query_error("AWS.SimpleQueueService.NonExistentQueue")
}

/// A message on its way into a queue.
pub(super) struct Message {
    text: String,
    attributes: Option<Value>,
    delay: Duration,
}

impl Message {
    /// Reads a SendMessage, or an entry of a batch; the error is the caller's mistake.
    pub(super) fn read(body: &Value, queue: &Queue) -> Result<Self, String> {
        let text = body["MessageBody"].as_str().unwrap_or("").to_owned();
        if text.is_empty() || text.len() > MAX_MESSAGE_BYTES {
            return Err(format!("MessageBody must have 1 to {MAX_MESSAGE_BYTES} bytes"));
        }
        let delay = seconds(body, "DelaySeconds", MAX_DELAY_SECONDS)?.unwrap_or(queue.delay);
        Ok(Self { text, attributes: body.get("MessageAttributes").cloned(), delay })
    }

    /// Stores it, and says of it what SQS says.
    pub(super) fn insert(&self, tx: &Transaction<'_>, queue: &Queue) -> Result<Value> {
        let id = store::insert(tx, queue, &self.text, self.attributes.as_ref(), self.delay)?;
        Ok(json!({ "MessageId": id, "MD5OfMessageBody": md5_hex(&self.text) }))
    }
}

async fn send(queues: &Queues, queue: &Queue, body: &Value) -> Result<Value, Refusal> {
    let message = Message::read(body, queue).map_err(invalid)?;
    let queue = queue.clone();
    let answer = queues.state.transact(move |tx| message.insert(tx, &queue)).await?;
    queues.arrived.notify_waiters();
    Ok(answer)
}

async fn receive(queues: &Queues, queue: &Queue, body: &Value) -> Result<Value, Refusal> {
    let max = body["MaxNumberOfMessages"].as_i64().unwrap_or(1);
    if !(1..=MAX_RECEIVE).contains(&max) {
        return Err(invalid(format!("MaxNumberOfMessages must be 1 to {MAX_RECEIVE}")));
    }
    let wait =
        seconds(body, "WaitTimeSeconds", MAX_WAIT_SECONDS).map_err(invalid)?.unwrap_or(queue.receive_wait);
    let visibility = seconds(body, "VisibilityTimeout", MAX_VISIBILITY_SECONDS).map_err(invalid)?;
    let visibility = visibility.unwrap_or(queue.visibility_timeout);
    let received = queues.receive(queue, usize::try_from(max).unwrap_or(1), visibility, wait).await?;
    let asked = asked_for(body, &["MessageSystemAttributeNames", "AttributeNames"]);
    let messages: Vec<_> = received.iter().map(|message| message_json(message, &asked)).collect();
    Ok(if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) })
}

fn message_json(message: &Received, asked: &[&str]) -> Value {
    let mut answer = json!({
        "MessageId": message.message_id,
        "ReceiptHandle": message.receipt,
        "Body": message.body,
        "MD5OfBody": message.body_md5(),
    });
    let system = choose(message.system_attributes(), asked);
    if !system.is_empty() {
        answer["Attributes"] = system.into();
    }
    if let Some(attributes) = &message.attributes {
        answer["MessageAttributes"] = attributes.clone();
    }
    answer
}

async fn attributes(queues: &Queues, queue: &Queue, body: &Value) -> Result<Value, Refusal> {
    let counted = queue.clone();
    let counts = queues.state.transact(move |tx| store::count(tx, &counted)).await?;
    let known = [
        ("QueueArn", queue.arn.clone()),
        ("ApproximateNumberOfMessages", counts.visible.to_string()),
        ("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string()),
        ("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string()),
        ("VisibilityTimeout", queue.visibility_timeout.as_secs().to_string()),
        ("MessageRetentionPeriod", queue.retention.as_secs().to_string()),
        ("DelaySeconds", queue.delay.as_secs().to_string()),
    ];
    Ok(json!({ "Attributes": choose(known, &asked_for(body, &["AttributeNames"])) }))
}

fn asked_for<'a>(body: &'a Value, names: &[&str]) -> Vec<&'a str> {
    names.iter().filter_map(|name| body[*name].as_array()).flatten().filter_map(Value::as_str).collect()
}

fn choose<const N: usize>(known: [(&str, String); N], asked: &[&str]) -> Map<String, Value> {
    let all = asked.contains(&"All");
    let chosen = known.into_iter().filter(|(name, _)| all || asked.contains(name));
    chosen.map(|(name, value)| (name.to_owned(), value.into())).collect()
}

fn seconds(body: &Value, name: &str, most: i64) -> Result<Option<Duration>, String> {
    let Some(value) = body.get(name).filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    match value.as_i64().and_then(|seconds| u64::try_from(seconds).ok().filter(|_| seconds <= most)) {
        Some(seconds) => Ok(Some(Duration::from_secs(seconds))),
        None => Err(format!("{name} must be 0 to {most}")),
    }
}

fn invalid(message: String) -> Refusal {
    Refusal::client("InvalidParameterValue", message).with_query_error("InvalidParameterValue")
}
