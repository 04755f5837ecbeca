//! A stream record, as Lambda delivers it.

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// A record and what is needed to place it.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) value: Value,
    pub(super) sequence_number: String,
    /// In milliseconds.
    pub(super) written_at: i64,
    pub(super) bytes: usize,
}

impl Record {
    pub(super) fn new(mut value: Value, stream_arn: &str, region: &str) -> Result<Self> {
        value["eventSourceARN"] = json!(stream_arn);
        value["awsRegion"] = json!(region);
        let change = &value["dynamodb"];
        let sequence_number =
            change["SequenceNumber"].as_str().context("a record without a sequence number")?.to_owned();
        let written_at = change["ApproximateCreationDateTime"].as_f64().context("a record without a time")?;
        Ok(Self {
            sequence_number,
            written_at: (written_at * 1000.0) as i64,
            bytes: value.to_string().len(),
            value,
        })
    }
}
