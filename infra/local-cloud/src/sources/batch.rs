//! One batch and its function: retries, bisection, partial responses.
//!
//! Two readings of AWS's documentation: a split does not count as a retry, and a batch of which the function names
//! failed items is not split but cut at the lowest of them, so when its retries run out, all that is left of it goes.

use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use case_chat_local_gateway::Invoked;
use serde_json::{Value, json};

use super::discard::Reason;
use super::{Record, Source};
use crate::clock::{millis, now_millis};

/// The first wait between attempts, doubled up to the longest: AWS's are longer, a developer's patience is not.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// A run of records that is handed over together.
struct Segment {
    records: Vec<Record>,
    retries: u32,
    invocations: u32,
    waits: u32,
}

/// What an invocation came to.
enum Outcome {
    Succeeded,
    Failed,
    FailedFrom(usize),
    Unavailable,
}

impl Source {
    /// Brings every record of a batch to an end: handled, or discarded and reported.
    pub(super) async fn process(&self, records: Vec<Record>) -> Result<()> {
        let mut stack = vec![Segment { records, retries: 0, invocations: 0, waits: 0 }];
        while let Some(mut segment) = stack.pop() {
            self.discard_too_old(&mut segment).await?;
            let Some(last) = segment.records.last() else {
                continue;
            };
            let outcome = self.invoke(&segment.records).await;
            match outcome {
                Outcome::Succeeded => {
                    self.move_to(&last.sequence_number).await?;
                    continue;
                }
                Outcome::Unavailable => {}
                Outcome::FailedFrom(first) if first > 0 => {
                    self.move_to(&segment.records[first - 1].sequence_number).await?;
                    segment = Segment {
                        records: segment.records.split_off(first),
                        retries: 0,
                        invocations: 0,
                        waits: 0,
                    };
                }
                Outcome::Failed if self.mapping.bisect && segment.records.len() > 1 => {
                    let (retries, invocations) = (segment.retries, segment.invocations + 1);
                    let second = segment.records.split_off(segment.records.len() / 2);
                    stack.push(Segment { records: second, retries, invocations, waits: 0 });
                    segment.invocations = invocations;
                }
                Outcome::Failed | Outcome::FailedFrom(_) => {
                    segment.retries += 1;
                    segment.invocations += 1;
                    if self.mapping.retries.is_some_and(|most| segment.retries > most) {
                        self.discard(&segment.records, Reason::RetryAttemptsExhausted, segment.invocations)
                            .await?;
                        continue;
                    }
                }
            }
            let wait = (FIRST_WAIT * 2u32.pow(segment.waits.min(16))).min(LONGEST_WAIT);
            segment.waits += 1;
            stack.push(segment);
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    async fn discard_too_old(&self, segment: &mut Segment) -> Result<()> {
        let Some(max_age) = self.mapping.max_age else {
            return Ok(());
        };
        let oldest_allowed = now_millis() - millis(max_age);
        let too_old = segment.records.iter().take_while(|record| record.written_at < oldest_allowed).count();
        if too_old == 0 {
            return Ok(());
        }
        let rest = segment.records.split_off(too_old);
        self.discard(&segment.records, Reason::RecordAgeExceeded, segment.invocations).await?;
        segment.records = rest;
        Ok(())
    }

    async fn invoke(&self, records: &[Record]) -> Outcome {
        let values: Vec<&Value> = records.iter().map(|record| &record.value).collect();
        let payload = Bytes::from(json!({ "Records": values }).to_string());
        match self.invoke.invoke(&self.function.id, payload).await {
            Invoked::Returned(answer) if self.mapping.reports_item_failures => partial(records, &answer),
            Invoked::Returned(_) => Outcome::Succeeded,
            Invoked::Failed(_) => {
                tracing::warn!(mapping = self.mapping.id, records = records.len(), "a batch failed");
                Outcome::Failed
            }
            Invoked::Unavailable(why) => {
                tracing::warn!(mapping = self.mapping.id, why, "a batch waits for its function");
                Outcome::Unavailable
            }
        }
    }
}

/// Reads a partial batch response: from the lowest failed record on, everything comes again.
fn partial(records: &[Record], answer: &[u8]) -> Outcome {
    let Ok(answer) = serde_json::from_slice::<Value>(answer) else {
        return Outcome::Failed;
    };
    let failures = match answer.get("batchItemFailures") {
        None | Some(Value::Null) => return Outcome::Succeeded,
        Some(Value::Array(failures)) if failures.is_empty() => return Outcome::Succeeded,
        Some(Value::Array(failures)) => failures,
        Some(_) => return Outcome::Failed,
    };
    let mut lowest = records.len();
    for failure in failures {
        let named = failure["itemIdentifier"].as_str();
        match records.iter().position(|record| Some(record.sequence_number.as_str()) == named) {
            Some(index) => lowest = lowest.min(index),
            None => return Outcome::Failed,
        }
    }
    Outcome::FailedFrom(lowest)
}
