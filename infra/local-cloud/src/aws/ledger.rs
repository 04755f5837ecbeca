//! What was asked of the emulated services, by whom, and what it cost: so that a test can hold a function to its word.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use serde::Serialize;

use super::Call;

/// Requests that are remembered: more than any test makes, little enough to keep for weeks.
const CAPACITY: usize = 10_000;

/// The latest requests, oldest first.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<Entries>>);

#[derive(Default)]
struct Entries {
    count: u64,
    latest: VecDeque<Entry>,
}

/// One request.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    n: u64,
    function: String,
    service: &'static str,
    operation: String,
    table: Option<String>,
    bucket: Option<String>,
    capacity_units: f64,
    items: usize,
    bytes: u64,
    status: u16,
}

/// What a request was about, and what it cost.
#[derive(Debug, Clone, Default)]
pub struct Cost {
    /// The table, by name.
    pub table: Option<String>,
    /// The bucket, by name.
    pub bucket: Option<String>,
    /// Capacity units of DynamoDB's.
    pub capacity_units: f64,
    /// Items that were answered.
    pub items: usize,
    /// Bytes of objects that were answered or taken in.
    pub bytes: u64,
}

impl Ledger {
    /// Adds a request.
    pub fn record(&self, call: &Call, cost: Cost, status: StatusCode) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.count += 1;
        let entry = Entry {
            n: entries.count,
            function: call.caller.name().to_owned(),
            service: call.service.prefix(),
            operation: call.operation.clone(),
            table: cost.table,
            bucket: cost.bucket,
            capacity_units: cost.capacity_units,
            items: cost.items,
            bytes: cost.bytes,
            status: status.as_u16(),
        };
        if entries.latest.len() == CAPACITY {
            entries.latest.pop_front();
        }
        entries.latest.push_back(entry);
    }

    /// The requests after the n-th.
    pub fn since(&self, n: u64) -> Vec<Entry> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.latest.iter().filter(|entry| entry.n > n).cloned().collect()
    }
}
