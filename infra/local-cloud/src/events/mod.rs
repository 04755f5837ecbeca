//! EventBridge: buses, rules, and the delivery of events to functions.
//!
//! Owns what becomes of an accepted event until a function has taken it or a queue has what was given up on.

mod delivery;
mod put;

use std::sync::Arc;

use anyhow::Result;
use case_chat_local_gateway::Invoke;
use rusqlite::Transaction;
use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::aws::Refusal;
use crate::iam::Iam;
use crate::queues::Queues;
use crate::state::State;
use crate::template::{Bus, Function, Rule, Stack};

/// The bus that is meant when none is named.
pub(crate) const DEFAULT_BUS: &str = "default";

/// The template's buses and rules.
#[derive(Clone)]
pub struct Events(Arc<Inner>);

struct Inner {
    buses: Vec<Bus>,
    rules: Vec<Rule>,
    functions: Vec<Function>,
    account: String,
    region: String,
    state: State,
    queues: Queues,
    iam: Iam,
    /// Something may be due sooner than the delivery loop thinks.
    accepted: Notify,
}

impl Events {
    /// The buses over the state that holds accepted events.
    pub fn new(stack: &Stack, account: &str, region: &str, state: State, queues: Queues, iam: Iam) -> Self {
        // Every account has this one, in every region.
        let default = Bus {
            name: DEFAULT_BUS.to_owned(),
            arn: format!("arn:aws:events:{region}:{account}:event-bus/{DEFAULT_BUS}"),
            policies: Vec::new(),
        };
        Self(Arc::new(Inner {
            buses: stack.buses.iter().cloned().chain([default]).collect(),
            rules: stack.rules.clone(),
            functions: stack.functions.values().cloned().collect(),
            account: account.to_owned(),
            region: region.to_owned(),
            state,
            queues,
            iam,
            accepted: Notify::new(),
        }))
    }

    /// Answers one action.
    pub async fn handle(&self, operation: &str, body: &Value) -> Result<Value, Refusal> {
        match operation {
            "PutEvents" => put::put_events(&self.0, body).await,
            other => Err(Refusal::client(
                "UnknownOperationException",
                format!("EventBridge {other} is not emulated here"),
            )),
        }
    }

    /// Puts an event of an AWS service onto the default bus, as part of the caller's transaction. Services need nobody's
    /// permission for that.
    pub fn publish_within(
        &self,
        tx: &Transaction<'_>,
        source: &str,
        kind: &str,
        resources: &[String],
        detail: &Value,
    ) -> Result<()> {
        put::publish_within(&self.0, tx, source, kind, resources, detail)
    }

    /// Hands accepted events to functions until the task is aborted.
    pub fn deliver(&self, invoke: Arc<dyn Invoke>) -> JoinHandle<()> {
        tokio::spawn(delivery::run(Arc::clone(&self.0), invoke))
    }
}
