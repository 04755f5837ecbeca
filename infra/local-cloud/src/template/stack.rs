//! A template's resources as the local cloud runs them: typed, with every reference resolved.

use std::collections::BTreeMap;
use std::time::Duration;

use case_chat_local_gateway::{HttpApi, WebSocketApi};
use serde_json::Value;

use super::mail::{ConfigurationSet, SenderIdentities};
use super::storage::{Bucket, Key};
use super::warnings::Ignored;
use crate::pattern::Pattern;

/// What a template says.
#[derive(Debug, Default)]
pub struct Stack {
    /// Functions by logical id.
    pub functions: BTreeMap<String, Function>,
    /// The HTTP API, where there is one; its routes name functions by logical id.
    pub http_api: Option<HttpApi>,
    /// The WebSocket API, where there is one.
    pub websocket_api: Option<WebSocketApi>,
    /// Tables, in the template's order.
    pub tables: Vec<Table>,
    /// Buckets.
    pub buckets: Vec<Bucket>,
    /// KMS keys.
    pub keys: Vec<Key>,
    /// Event buses.
    pub buses: Vec<Bus>,
    /// Rules from buses to functions.
    pub rules: Vec<Rule>,
    /// Queues.
    pub queues: Vec<Queue>,
    /// Mappings from streams to functions.
    pub mappings: Vec<Mapping>,
    /// Mappings from queues to functions.
    pub queue_mappings: Vec<QueueMapping>,
    /// SES's configuration sets.
    pub configuration_sets: Vec<ConfigurationSet>,
    /// As whom mail may be sent.
    pub sender_identities: SenderIdentities,
    /// What whoever deploys it is told.
    pub outputs: BTreeMap<String, String>,
    /// What the template says and nothing here acts upon.
    pub ignored: Vec<Ignored>,
}

/// A Lambda function.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its logical id, by which everything here calls it.
    pub id: String,
    /// Its physical name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The binary that it runs, `Metadata.BuildProperties.Binary`.
    pub binary: String,
    /// Its environment, as the template sets it.
    pub environment: BTreeMap<String, String>,
    /// Whether X-Ray follows what it is asked.
    pub traced: bool,
    /// How long an invocation may take.
    pub timeout: Duration,
    /// In MiB; told to the function, not enforced.
    pub memory: u32,
    /// What happens to events that it fails on.
    pub on_async_failure: AsyncInvocation,
    /// The name of the role that SAM makes for it.
    pub role: String,
    /// Its policies, resolved, for whoever evaluates them.
    pub policies: Value,
}

/// EventInvokeConfig: Lambda's asynchronous invocation.
#[derive(Debug, Clone)]
pub struct AsyncInvocation {
    /// Retries after the first attempt.
    pub retries: u32,
    /// How old an event may become.
    pub max_age: Duration,
    /// The queue that receives what was given up on, by ARN.
    pub on_failure: Option<String>,
}

/// A DynamoDB table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its logical id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its stream's ARN, where it has a stream.
    pub stream_arn: Option<String>,
    /// What CreateTable takes.
    pub create: Value,
    /// The attribute that says when an item expires.
    pub time_to_live: Option<String>,
    /// Its resource policy's document, for whoever evaluates it.
    pub resource_policy: Option<Value>,
}

/// An event bus.
#[derive(Debug, Clone)]
pub struct Bus {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its policies, for whoever evaluates them.
    pub policies: Vec<ResourcePolicy>,
}

/// A policy that is a resource of its own.
#[derive(Debug, Clone)]
pub struct ResourcePolicy {
    /// Its logical id.
    pub id: String,
    /// Its document.
    pub document: Value,
}

/// A rule that hands a bus's matching events to a function.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its ARN, by which deliveries remember it.
    pub arn: String,
    /// The bus's name.
    pub bus: String,
    /// The function, by logical id.
    pub function: String,
    /// Which events.
    pub pattern: Pattern,
    /// How often the bus tries again when the function cannot be invoked at all.
    pub retries: u32,
    /// For how long.
    pub max_age: Duration,
    /// The queue that receives what could not be handed over, by ARN.
    pub dead_letters: Option<String>,
}

/// An SQS queue.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its URL.
    pub url: String,
    /// How long a received message stays hidden.
    pub visibility_timeout: Duration,
    /// How long a message is kept.
    pub retention: Duration,
    /// How long a new message stays hidden.
    pub delay: Duration,
    /// How long a receive waits for a message unless it says otherwise.
    pub receive_wait: Duration,
    /// Where a message goes that was received too often.
    pub redrive: Option<Redrive>,
    /// Its policies, for whoever evaluates them.
    pub policies: Vec<ResourcePolicy>,
}

/// A queue's redrive policy.
#[derive(Debug, Clone)]
pub struct Redrive {
    /// The dead-letter queue's ARN.
    pub target: String,
    /// How often a message may be received before it goes there.
    pub max_receives: u32,
}

/// An event source mapping from a DynamoDB stream to a function.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Its logical id, by which its position is kept.
    pub id: String,
    /// The function, by logical id.
    pub function: String,
    /// The stream.
    pub stream_arn: String,
    /// The table that the stream is of, by name.
    pub table: String,
    /// Where a new mapping begins.
    pub start: StartingPosition,
    /// Records an invocation may get.
    pub batch_size: usize,
    /// How long to gather them.
    pub window: Duration,
    /// Records that match none of these are skipped; without any, none is.
    pub filters: Vec<Pattern>,
    /// Whether a failed batch is split.
    pub bisect: bool,
    /// Retries of a batch; `None` is without end.
    pub retries: Option<u32>,
    /// How old a record may become; `None` is without end.
    pub max_age: Option<Duration>,
    /// Whether the function reports failed records one by one.
    pub reports_item_failures: bool,
    /// The queue that hears of discarded batches, by ARN.
    pub on_failure: Option<String>,
}

/// An event source mapping from a queue to a function.
#[derive(Debug, Clone)]
pub struct QueueMapping {
    /// Its logical id.
    pub id: String,
    /// The function, by logical id.
    pub function: String,
    /// The queue.
    pub queue_arn: String,
    /// Messages an invocation may get.
    pub batch_size: usize,
    /// Invocations at a time.
    pub concurrency: usize,
    /// Whether the function reports failed messages one by one.
    pub reports_item_failures: bool,
}

/// Where a new mapping begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartingPosition {
    /// At the oldest record.
    TrimHorizon,
    /// After the newest one.
    Latest,
}
