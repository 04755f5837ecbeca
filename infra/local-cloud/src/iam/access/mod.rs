//! What a request needs: which actions on which resources.
//!
//! Owns the mapping from operations to IAM's actions. A request of which that cannot be told is refused, never passed.

mod dynamodb;
mod keys;
mod mail;
mod partiql;
mod statements;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::aws::{Call, Refusal, Service, invoked};
use crate::events::DEFAULT_BUS;
use crate::template::{Key, SenderIdentities, Stack};

/// One action on one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// Such as `dynamodb:PutItem`.
    pub action: String,
    /// Its ARN.
    pub resource: String,
    /// What this request carries for conditions, besides what every one does.
    pub carried: BTreeMap<String, Carried>,
}

/// The value of a condition key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carried {
    /// Text.
    Text(String),
    /// Several.
    Texts(Vec<String>),
    /// A whole number.
    Number(i32),
}

impl From<&str> for Carried {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Access {
    /// That action on that resource.
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), carried: BTreeMap::new() }
    }

    /// With a condition key.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Carried>) -> Self {
        self.carried.insert(key.into(), value.into());
        self
    }
}

/// What requests' names stand for.
pub(super) struct Names {
    account: String,
    region: String,
    /// Streams' ARNs by table.
    streams: BTreeMap<String, String>,
    /// API id and stage of the WebSocket API.
    websocket: String,
    senders: SenderIdentities,
    keys: Vec<Key>,
}

impl Names {
    pub(super) fn new(stack: &Stack, account: &str, region: &str) -> Self {
        let streams =
            stack.tables.iter().filter_map(|table| Some((table.name.clone(), table.stream_arn.clone()?)));
        let websocket = stack.websocket_api.as_ref().map(|api| format!("{}/{}", api.api_id, api.stage));
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            streams: streams.collect(),
            websocket: websocket.unwrap_or_default(),
            senders: stack.sender_identities.clone(),
            keys: stack.keys.clone(),
        }
    }

    fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }
}

/// What a request needs; the error is for a request that says nothing one could decide on.
pub(super) fn of(call: &Call, body: &[u8], names: &Names) -> Result<Vec<Access>, Refusal> {
    let body = match (call.service, body.is_empty()) {
        (Service::ExecuteApi | Service::Functions, _) | (_, true) => Value::Object(Map::new()),
        (_, false) => serde_json::from_slice(body)
            .map_err(|error| Refusal::client("SerializationException", error.to_string()))?,
    };
    let operation = call.operation.as_str();
    let mut needed = match call.service {
        Service::DynamoDb => dynamodb::tables(operation, &body, names)?,
        Service::DynamoDbStreams => dynamodb::streams(operation, &body, names)?,
        Service::Queues => vec![queue(operation, &body, names)],
        Service::Events => buses(operation, &body, names),
        Service::Mail => mail::sending(operation, &body, names)?,
        Service::Keys => vec![keys::of(operation, &body, names)?],
        Service::ExecuteApi => vec![connection(operation, names)],
        Service::Functions => vec![invocation(operation, names)],
        // S3 asks for itself: what is needed depends on the object.
        Service::S3 => Vec::new(),
    };
    needed.sort_unstable();
    needed.dedup();
    Ok(needed)
}

/// SQS asks for the single action where a batch is meant.
fn queue(operation: &str, body: &Value, names: &Names) -> Access {
    let action = operation.strip_suffix("Batch").unwrap_or(operation);
    let url = body["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next());
    let name = url.or_else(|| body["QueueName"].as_str()).filter(|name| !name.is_empty()).unwrap_or("*");
    Access::new(format!("sqs:{action}"), names.arn("sqs", name))
}

fn buses(operation: &str, body: &Value, names: &Names) -> Vec<Access> {
    let action = format!("events:{operation}");
    let on = |bus: &str| match bus.starts_with("arn:") {
        true => Access::new(action.as_str(), bus),
        false => Access::new(action.as_str(), names.arn("events", &format!("event-bus/{bus}"))),
    };
    let entries = body["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    if entries.is_empty() {
        return vec![on("*")];
    }
    let named =
        |entry: &Value| entry["EventBusName"].as_str().map(str::to_owned).filter(|bus| !bus.is_empty());
    entries.iter().map(|entry| on(&named(entry).unwrap_or_else(|| DEFAULT_BUS.to_owned()))).collect()
}

fn invocation(operation: &str, names: &Names) -> Access {
    let name = invoked(operation).unwrap_or("*");
    Access::new("lambda:InvokeFunction", names.arn("lambda", &format!("function:{name}")))
}

/// `POST /@connections/ID`, behind whatever path the endpoint has.
fn connection(operation: &str, names: &Names) -> Access {
    let (method, path) = operation.split_once(' ').unwrap_or((operation, ""));
    let id = path.rsplit('/').next().unwrap_or_default();
    let resource = format!("{}/{method}/@connections/{id}", names.websocket);
    Access::new("execute-api:ManageConnections", names.arn("execute-api", &resource))
}
