//! Lambda's asynchronous invocation, and what the bus does when there is no function to invoke.
//!
//! Owns retries and what follows when they are used up. Waiting times are a development machine's: a second and two,
//! where Lambda waits one minute and two. How often, how old and where to is the template's word.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use case_chat_local_gateway::{Invoke, Invoked};
use rusqlite::params;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::Inner;
use crate::clock::{millis, now_millis, with_millis};
use crate::iam::Principal;
use crate::template::{Function, Rule};

/// Events in the hands of functions at once: enough to show that order does not hold, few enough for two cores.
const CONCURRENCY: usize = 8;
/// The first wait between attempts; each further one is twice as long, up to the longest.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How long to sleep when nothing is due; an accepted event wakes the loop at once.
const IDLE: Duration = Duration::from_secs(60);
/// As whom the bus sends to dead-letter queues.
const SERVICE: &str = "events.amazonaws.com";
/// How long to rest after the state could not be read.
const TROUBLE: Duration = Duration::from_secs(1);

#[derive(Debug, Clone)]
struct Delivery {
    id: i64,
    rule: String,
    event: String,
    accepted_at: i64,
    due_at: i64,
    attempts: u32,
    refusals: u32,
}

/// What an attempt led to.
enum Next {
    Done,
    Retry { after: Duration },
    GiveUp { queue: Option<String>, message: Value, attributes: Option<Value> },
}

pub(super) async fn run(events: Arc<Inner>, invoke: Arc<dyn Invoke>) {
    let permits = Arc::new(Semaphore::new(CONCURRENCY));
    let in_flight: Arc<Mutex<HashSet<i64>>> = Arc::default();
    loop {
        let pause = match due(&events, &permits, &in_flight).await {
            Ok((deliveries, pause)) => {
                for delivery in deliveries {
                    start(&events, &invoke, &permits, &in_flight, delivery).await;
                }
                pause
            }
            Err(error) => {
                tracing::error!("accepted events cannot be read: {error:#}");
                TROUBLE
            }
        };
        // A permit stored by notify_one before this line is not lost.
        let _ = tokio::time::timeout(pause, events.accepted.notified()).await;
    }
}

/// The deliveries to begin now, and how long until the next one is due.
async fn due(
    events: &Inner,
    permits: &Semaphore,
    in_flight: &Mutex<HashSet<i64>>,
) -> Result<(Vec<Delivery>, Duration)> {
    let skip = in_flight.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let free = permits.available_permits();
    let wanted = (skip.len() + CONCURRENCY) as i64;
    let earliest = events
        .state
        .transact(move |tx| {
            let mut select = tx.prepare_cached(
                "SELECT id, rule, event, accepted_at, due_at, attempts, refusals FROM deliveries ORDER BY due_at LIMIT ?1",
            )?;
            let rows = select.query_map([wanted], |row| {
                Ok(Delivery {
                    id: row.get(0)?,
                    rule: row.get(1)?,
                    event: row.get(2)?,
                    accepted_at: row.get(3)?,
                    due_at: row.get(4)?,
                    attempts: row.get(5)?,
                    refusals: row.get(6)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
        .await?;
    let now = now_millis();
    let (ready, later): (Vec<_>, Vec<_>) = earliest
        .into_iter()
        .filter(|delivery| !skip.contains(&delivery.id))
        .partition(|delivery| delivery.due_at <= now);
    let until_next =
        later.iter().map(|delivery| delivery.due_at - now).min().and_then(|wait| u64::try_from(wait).ok());
    Ok((ready.into_iter().take(free).collect(), until_next.map_or(IDLE, Duration::from_millis)))
}

async fn start(
    events: &Arc<Inner>,
    invoke: &Arc<dyn Invoke>,
    permits: &Arc<Semaphore>,
    in_flight: &Arc<Mutex<HashSet<i64>>>,
    delivery: Delivery,
) {
    let Ok(permit) = Arc::clone(permits).acquire_owned().await else {
        return;
    };
    in_flight.lock().unwrap_or_else(PoisonError::into_inner).insert(delivery.id);
    let (events, invoke, in_flight) = (Arc::clone(events), Arc::clone(invoke), Arc::clone(in_flight));
    tokio::spawn(async move {
        let id = delivery.id;
        if let Err(error) = attempt(&events, &*invoke, delivery).await {
            tracing::error!("an event could not be delivered: {error:#}");
            tokio::time::sleep(TROUBLE).await;
        }
        in_flight.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        drop(permit);
        events.accepted.notify_one();
    });
}

async fn attempt(events: &Inner, invoke: &dyn Invoke, mut delivery: Delivery) -> Result<()> {
    let rule = events.rules.iter().find(|rule| rule.arn == delivery.rule);
    let Some(rule) = rule else {
        tracing::warn!(rule = delivery.rule, "an event waited for a rule that the template no longer has");
        return settle(events, &delivery, Next::Done).await;
    };
    let function =
        events.functions.iter().find(|function| function.id == rule.function).context("no such function")?;
    let next = match invoke.invoke(&function.id, delivery.event.clone().into()).await {
        Invoked::Returned(_) => Next::Done,
        Invoked::Failed(error) => {
            delivery.attempts += 1;
            after_failure(events, function, &delivery, &error)
        }
        Invoked::Unavailable(why) => {
            delivery.refusals += 1;
            after_refusal(events, rule, function, &delivery, &why)
        }
    };
    settle(events, &delivery, next).await
}

fn after_failure(events: &Inner, function: &Function, delivery: &Delivery, error: &[u8]) -> Next {
    let config = &function.on_async_failure;
    let condition = if now_millis() - delivery.accepted_at > millis(config.max_age) {
        "EventAgeExceeded"
    } else if delivery.attempts > config.retries {
        "RetriesExhausted"
    } else {
        tracing::warn!(
            function = function.id,
            attempt = delivery.attempts,
            "an event failed and is tried again"
        );
        return Next::Retry { after: wait(delivery.attempts) };
    };
    tracing::warn!(function = function.id, condition, "an event was given up on");
    let text = String::from_utf8_lossy(error);
    let message = json!({
        "version": "1.0",
        "timestamp": with_millis(now_millis()),
        "requestContext": {
            "requestId": Uuid::new_v4().to_string(),
            "functionArn": format!("{}:$LATEST", function.arn),
            "condition": condition,
            "approximateInvokeCount": delivery.attempts,
        },
        "requestPayload": json_or_text(&delivery.event),
        "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
        "responsePayload": json_or_text(&text),
    });
    let queue = allowed(events, &Principal::Function(&function.id), config.on_failure.as_ref());
    Next::GiveUp { queue, message, attributes: None }
}

fn after_refusal(events: &Inner, rule: &Rule, function: &Function, delivery: &Delivery, why: &str) -> Next {
    let too_old = now_millis() - delivery.accepted_at > millis(rule.max_age);
    if !too_old && delivery.refusals <= rule.retries {
        tracing::warn!(function = function.id, why, "an event waits for its function");
        return Next::Retry { after: wait(delivery.refusals) };
    }
    let text = |value: &str| json!({ "DataType": "String", "StringValue": value });
    let condition = if too_old { "EventAgeExceeded" } else { "MaximumRetryAttemptsExceeded" };
    tracing::warn!(function = function.id, condition, why, "an event could not be handed to its function");
    let attributes = json!({
        "RULE_ARN": text(&rule.arn),
        "TARGET_ARN": text(&function.arn),
        "ERROR_CODE": text("SDK_CLIENT_ERROR"),
        "ERROR_MESSAGE": text(why),
        "EXHAUSTED_RETRY_CONDITION": text(condition),
        "RETRY_ATTEMPTS": text(&delivery.refusals.saturating_sub(1).to_string()),
    });
    let bus = Principal::Service { name: SERVICE, source_arn: &rule.arn };
    let queue = allowed(events, &bus, rule.dead_letters.as_ref());
    Next::GiveUp { queue, message: json_or_text(&delivery.event), attributes: Some(attributes) }
}

/// The queue, if the principal may send to it: otherwise the event is lost, as it is on AWS.
fn allowed(events: &Inner, principal: &Principal<'_>, queue: Option<&String>) -> Option<String> {
    queue.filter(|queue| events.iam.may_send(principal, queue)).cloned()
}

/// Writes down what an attempt led to, all at once.
async fn settle(events: &Inner, delivery: &Delivery, next: Next) -> Result<()> {
    let (delivery, queues) = (delivery.clone(), events.queues.clone());
    events
        .state
        .transact(move |tx| {
            match next {
                Next::Retry { after } => {
                    tx.execute(
                        "UPDATE deliveries SET attempts = ?2, refusals = ?3, due_at = ?4 WHERE id = ?1",
                        params![
                            delivery.id,
                            delivery.attempts,
                            delivery.refusals,
                            now_millis() + millis(after)
                        ],
                    )?;
                    return Ok(());
                }
                Next::GiveUp { queue: Some(queue), message, attributes } => {
                    queues.send_within(tx, &queue, &message, attributes.as_ref())?;
                }
                Next::GiveUp { queue: None, .. } | Next::Done => {}
            }
            tx.execute("DELETE FROM deliveries WHERE id = ?1", [delivery.id])?;
            Ok(())
        })
        .await
}

fn wait(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_WAIT * 2u32.pow(doublings)).min(LONGEST_WAIT)
}

fn json_or_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}
