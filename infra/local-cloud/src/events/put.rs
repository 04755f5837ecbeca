//! PutEvents: entries become events, and events become deliveries before the caller hears of it.

use anyhow::Result;
use rusqlite::{Transaction, params};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{DEFAULT_BUS, Inner};
use crate::aws::Refusal;
use crate::clock::{in_seconds, now_millis};
use crate::template::Bus;

/// EventBridge's bounds on a call and an entry.
const MAX_ENTRIES: usize = 10;
const MAX_ENTRY_BYTES: usize = 256 * 1024;

pub(super) async fn put_events(events: &Inner, body: &Value) -> Result<Value, Refusal> {
    let entries = body["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    if entries.is_empty() || entries.len() > MAX_ENTRIES {
        let message = format!("Entries must have 1 to {MAX_ENTRIES} members");
        return Err(Refusal::client("ValidationException", message));
    }
    let mut answers = Vec::new();
    let mut failed = 0;
    for entry in entries {
        match event(events, entry) {
            Ok((bus, event)) => {
                let id = event["id"].clone();
                accept(events, bus, event).await?;
                answers.push(json!({ "EventId": id }));
            }
            Err((code, message)) => {
                failed += 1;
                answers.push(json!({ "ErrorCode": code, "ErrorMessage": message }));
            }
        }
    }
    events.accepted.notify_one();
    Ok(json!({ "FailedEntryCount": failed, "Entries": answers }))
}

/// The event that an entry becomes, on its bus.
fn event<'a>(events: &'a Inner, entry: &Value) -> Result<(&'a Bus, Value), (&'static str, String)> {
    let invalid = |message: &str| ("InvalidArgument", message.to_owned());
    let text = |name: &str| entry[name].as_str().filter(|text| !text.is_empty());
    let named = text("EventBusName").unwrap_or(DEFAULT_BUS);
    let bus = events.buses.iter().find(|bus| bus.name == named || bus.arn == named);
    let bus =
        bus.ok_or_else(|| ("ResourceNotFoundException", format!("Event bus {named} does not exist.")))?;
    let source = text("Source")
        .ok_or_else(|| invalid("Parameter Source is not valid. Reason: Source is required."))?;
    let kind = text("DetailType")
        .ok_or_else(|| invalid("Parameter DetailType is not valid. Reason: DetailType is required."))?;
    let detail = text("Detail")
        .ok_or_else(|| invalid("Parameter Detail is not valid. Reason: Detail is required."))?;
    if source.starts_with("aws.") {
        return Err(("NotAuthorizedForSourceException", "Not authorized for the source.".to_owned()));
    }
    let bytes = source.len() + kind.len() + detail.len();
    if bytes > MAX_ENTRY_BYTES {
        return Err(invalid("Total size of the entry is over the limit of 256 KB."));
    }
    let detail: Value = match serde_json::from_str(detail) {
        Ok(detail @ Value::Object(_)) => detail,
        _ => return Err(("MalformedDetail", "Detail is malformed.".to_owned())),
    };
    let time = match entry["Time"].as_f64() {
        Some(seconds) => (seconds * 1000.0) as i64,
        None => now_millis(),
    };
    let resources = entry["Resources"].as_array().cloned().unwrap_or_default();
    Ok((bus, envelope(events, (source, kind), time, &json!(resources), &detail)))
}

/// An event as rules and functions see it.
fn envelope(
    events: &Inner,
    (source, kind): (&str, &str),
    time: i64,
    resources: &Value,
    detail: &Value,
) -> Value {
    json!({
        "version": "0",
        "id": Uuid::new_v4().to_string(),
        "detail-type": kind,
        "source": source,
        "account": events.account,
        "time": in_seconds(time),
        "region": events.region,
        "resources": resources,
        "detail": detail,
    })
}

/// Accepts an event that a service puts onto the default bus.
pub(super) fn publish_within(
    events: &Inner,
    tx: &Transaction<'_>,
    source: &str,
    kind: &str,
    resources: &[String],
    detail: &Value,
) -> Result<()> {
    let event = envelope(events, (source, kind), now_millis(), &json!(resources), detail);
    let rules = matching(events, DEFAULT_BUS, &event);
    store(tx, &rules, &event)?;
    events.accepted.notify_one();
    Ok(())
}

/// Stores a delivery for each rule that the event matches.
async fn accept(events: &Inner, bus: &Bus, event: Value) -> Result<()> {
    let rules = matching(events, &bus.name, &event);
    if rules.is_empty() {
        return Ok(());
    }
    events.state.transact(move |tx| store(tx, &rules, &event)).await
}

/// The ARNs of the rules that an event matches.
fn matching(events: &Inner, bus: &str, event: &Value) -> Vec<String> {
    let matching = events.rules.iter().filter(|rule| rule.bus == bus && rule.pattern.matches(event));
    let rules: Vec<String> = matching.map(|rule| rule.arn.clone()).collect();
    if rules.is_empty() {
        tracing::info!(bus, source = %event["source"], "an event matched no rule");
    }
    rules
}

fn store(tx: &Transaction<'_>, rules: &[String], event: &Value) -> Result<()> {
    let (event, now) = (event.to_string(), now_millis());
    for rule in rules {
        tx.execute(
            "INSERT INTO deliveries (rule, event, accepted_at, due_at) VALUES (?1, ?2, ?3, ?3)",
            params![rule, event, now],
        )?;
    }
    Ok(())
}
