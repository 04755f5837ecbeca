//! Messages at rest: visibility, redrive and retention.

use std::time::Duration;

use anyhow::Result;
use md5::{Digest, Md5};
use rusqlite::{Transaction, params};
use serde_json::Value;
use uuid::Uuid;

use crate::clock::{millis, now_millis};
use crate::template::Queue;

/// A message in flight.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its id, given when it was sent.
    pub message_id: String,
    /// What deletes it, this time.
    pub receipt: String,
    /// Its body.
    pub body: String,
    /// Its message attributes, as they were sent.
    pub attributes: Option<Value>,
    /// When it was sent, in milliseconds.
    pub sent_at: i64,
    /// How often it was received, this time included.
    pub receives: i64,
    /// When it was first received.
    pub first_received_at: i64,
}

impl Received {
    /// What SQS tells of a message besides, by the names that it has for it.
    pub fn system_attributes(&self) -> [(&'static str, String); 3] {
        [
            ("SentTimestamp", self.sent_at.to_string()),
            ("ApproximateReceiveCount", self.receives.to_string()),
            ("ApproximateFirstReceiveTimestamp", self.first_received_at.to_string()),
        ]
    }

    /// The MD5 sum of its body, in hexadecimal.
    pub fn body_md5(&self) -> String {
        md5_hex(&self.body)
    }
}

/// How many messages a queue holds.
pub(super) struct Counts {
    pub(super) visible: i64,
    pub(super) in_flight: i64,
    pub(super) delayed: i64,
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    queue: &Queue,
    body: &str,
    attributes: Option<&Value>,
    delay: Duration,
) -> Result<String> {
    let (id, now) = (Uuid::new_v4().to_string(), now_millis());
    tx.execute(
        "INSERT INTO messages (queue, message_id, body, attributes, sent_at, visible_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![queue.name, id, body, attributes.map(Value::to_string), now, now + millis(delay)],
    )?;
    Ok(id)
}

pub(super) fn receive(
    tx: &Transaction<'_>,
    queues: &[Queue],
    queue: &Queue,
    max: usize,
    visibility: Duration,
) -> Result<Vec<Received>> {
    let now = now_millis();
    expire(tx, queue, now)?;
    redrive(tx, queues, queue, now)?;
    let mut select = tx.prepare_cached(
        "SELECT id, message_id, body, attributes, sent_at, receives, first_received_at FROM messages
         WHERE queue = ?1 AND visible_at <= ?2 ORDER BY id LIMIT ?3",
    )?;
    let rows = select.query_map(params![queue.name, now, max as i64], |row| {
        let attributes: Option<String> = row.get(3)?;
        let message = Received {
            message_id: row.get(1)?,
            receipt: Uuid::new_v4().to_string(),
            body: row.get(2)?,
            attributes: attributes.and_then(|text| serde_json::from_str(&text).ok()),
            sent_at: row.get(4)?,
            receives: row.get::<_, i64>(5)? + 1,
            first_received_at: row.get::<_, Option<i64>>(6)?.unwrap_or(now),
        };
        Ok((row.get::<_, i64>(0)?, message))
    })?;
    let received = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    for (id, message) in &received {
        tx.execute(
            "UPDATE messages SET receives = ?2, first_received_at = ?3, receipt = ?4, visible_at = ?5 WHERE id = ?1",
            params![id, message.receives, message.first_received_at, message.receipt, now + millis(visibility)],
        )?;
    }
    Ok(received.into_iter().map(|(_, message)| message).collect())
}

pub(super) fn delete(tx: &Transaction<'_>, queue: &Queue, receipt: &str) -> Result<()> {
    tx.execute("DELETE FROM messages WHERE queue = ?1 AND receipt = ?2", params![queue.name, receipt])?;
    Ok(())
}

/// Hides a message in flight from now on for so long, and no longer.
pub(super) fn hide(tx: &Transaction<'_>, queue: &Queue, receipt: &str, hidden: Duration) -> Result<()> {
    tx.execute(
        "UPDATE messages SET visible_at = ?3 WHERE queue = ?1 AND receipt = ?2",
        params![queue.name, receipt, now_millis() + millis(hidden)],
    )?;
    Ok(())
}

pub(super) fn purge(tx: &Transaction<'_>, queue: &Queue) -> Result<()> {
    tx.execute("DELETE FROM messages WHERE queue = ?1", params![queue.name])?;
    Ok(())
}

pub(super) fn count(tx: &Transaction<'_>, queue: &Queue) -> Result<Counts> {
    let now = now_millis();
    expire(tx, queue, now)?;
    let counts = tx.query_row(
        "SELECT COUNT(*) FILTER (WHERE visible_at <= ?2),
                COUNT(*) FILTER (WHERE visible_at > ?2 AND receives > 0),
                COUNT(*) FILTER (WHERE visible_at > ?2 AND receives = 0)
         FROM messages WHERE queue = ?1",
        params![queue.name, now],
        |row| Ok(Counts { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? }),
    )?;
    Ok(counts)
}

fn expire(tx: &Transaction<'_>, queue: &Queue, now: i64) -> Result<()> {
    let kept_since = now - millis(queue.retention);
    tx.execute("DELETE FROM messages WHERE queue = ?1 AND sent_at < ?2", params![queue.name, kept_since])?;
    Ok(())
}

/// Moves what was received too often; it keeps its id and the moment it was sent, as SQS does.
fn redrive(tx: &Transaction<'_>, queues: &[Queue], queue: &Queue, now: i64) -> Result<()> {
    let Some(policy) = &queue.redrive else {
        return Ok(());
    };
    let Some(target) = queues.iter().find(|other| other.arn == policy.target) else {
        return Ok(());
    };
    tx.execute(
        "UPDATE messages SET queue = ?1, receives = 0, first_received_at = NULL, receipt = NULL
         WHERE queue = ?2 AND visible_at <= ?3 AND receives >= ?4",
        params![target.name, queue.name, now, policy.max_receives],
    )?;
    Ok(())
}

pub(super) fn md5_hex(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
