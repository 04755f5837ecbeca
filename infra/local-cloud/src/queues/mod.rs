//! SQS, as far as the template needs it.
//!
//! Owns the queues and their actions (AWS JSON 1.0). What is stored and when it is visible is `store`'s.

mod actions;
mod batch;
mod store;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use rusqlite::Transaction;
use serde_json::Value;
use tokio::sync::Notify;

use crate::aws::Refusal;
use crate::state::State;
use crate::template::Queue;

pub use store::Received;

/// How often a waiting receive looks again by itself: a delayed message becomes visible without an arrival.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// The template's queues.
#[derive(Clone)]
pub struct Queues {
    queues: Arc<[Queue]>,
    state: State,
    arrived: Arc<Notify>,
}

impl Queues {
    /// The queues over the state that holds their messages.
    pub fn new(queues: Vec<Queue>, state: State) -> Self {
        Self { queues: queues.into(), state, arrived: Arc::default() }
    }

    /// Puts a message into a queue as part of the caller's transaction.
    pub fn send_within(
        &self,
        tx: &Transaction<'_>,
        arn: &str,
        body: &Value,
        attributes: Option<&Value>,
    ) -> Result<()> {
        let queue =
            self.queues.iter().find(|queue| queue.arn == arn).with_context(|| format!("no queue {arn}"))?;
        store::insert(tx, queue, &body.to_string(), attributes, queue.delay)?;
        self.arrived.notify_waiters();
        Ok(())
    }

    /// Answers one action.
    pub async fn handle(&self, operation: &str, body: &Value) -> Result<Value, Refusal> {
        actions::handle(self, operation, body).await
    }

    /// Deletes messages by what they were received with.
    pub async fn delete(&self, queue: &Queue, receipts: Vec<String>) -> Result<()> {
        let queue = queue.clone();
        self.state
            .transact(move |tx| receipts.iter().try_for_each(|receipt| store::delete(tx, &queue, receipt)))
            .await
    }

    /// Receives up to `max` messages, waiting up to `wait` for the first.
    pub async fn receive(
        &self,
        queue: &Queue,
        max: usize,
        visibility: Duration,
        wait: Duration,
    ) -> Result<Vec<Received>> {
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            let arrival = self.arrived.notified();
            let (mine, all) = (queue.clone(), Arc::clone(&self.queues));
            let received =
                self.state.transact(move |tx| store::receive(tx, &all, &mine, max, visibility)).await?;
            let now = tokio::time::Instant::now();
            if !received.is_empty() || now >= deadline {
                return Ok(received);
            }
            let look_again = deadline.min(now + LOOK_AGAIN);
            let _ = tokio::time::timeout_at(look_again, arrival).await;
        }
    }
}
