//! AWS::Lambda::EventSourceMapping, and what it says of a table's stream.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::properties::Properties;
use super::{Mapping, Reader, StartingPosition};
use crate::pattern::Pattern;

/// Lambda's own default for streams.
const BATCH_SIZE: u32 = 100;
/// Lambda's own bound for streams; dynoxide hands out no more than a thousand at a time, which is enough.
const MAX_BATCH_SIZE: u32 = 1_000;

impl Reader<'_> {
    pub(super) fn mapping(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        if properties.has("Enabled") && !properties.flag("Enabled")? {
            return Ok(());
        }
        let stream_arn = properties.require_text("EventSourceArn")?;
        if stream_arn.contains(":sqs:") {
            return self.queue_mapping(logical, stream_arn, properties);
        }
        let table = (stream_arn.contains(":dynamodb:").then(|| stream_arn.split('/').nth(1)).flatten())
            .with_context(|| {
                format!("only DynamoDB streams and queues are event sources here, not {stream_arn}")
            })?
            .to_owned();
        let batch_size = properties.count("BatchSize")?.unwrap_or(BATCH_SIZE);
        ensure!((1..=MAX_BATCH_SIZE).contains(&batch_size), "BatchSize must be 1 to {MAX_BATCH_SIZE} here");
        let mut destinations = properties.nested("DestinationConfig")?;
        let mut on_failure = destinations.nested("OnFailure")?;
        self.stack.mappings.push(Mapping {
            id: logical.to_owned(),
            function: self.function_id(&properties.require_text("FunctionName")?)?,
            stream_arn,
            table,
            start: starting_position(&properties.require_text("StartingPosition")?)?,
            batch_size: batch_size as usize,
            window: properties.seconds("MaximumBatchingWindowInSeconds")?.unwrap_or_default(),
            filters: filters(&mut properties)?,
            bisect: properties.flag("BisectBatchOnFunctionError")?,
            retries: bounded(properties.number("MaximumRetryAttempts")?)?,
            max_age: bounded(properties.number("MaximumRecordAgeInSeconds")?)?
                .map(|seconds| Duration::from_secs(seconds.into())),
            reports_item_failures: reports_item_failures(&mut properties)?,
            on_failure: on_failure.text("Destination")?,
        });
        on_failure.finish();
        destinations.finish();
        properties.finish();
        Ok(())
    }
}

pub(super) fn reports_item_failures(properties: &mut Properties) -> Result<bool> {
    let responses = properties.texts("FunctionResponseTypes")?;
    if let Some(other) = responses.iter().find(|response| *response != "ReportBatchItemFailures") {
        bail!("there is no FunctionResponseType {other}");
    }
    Ok(!responses.is_empty())
}

fn starting_position(text: &str) -> Result<StartingPosition> {
    Ok(match text {
        "TRIM_HORIZON" => StartingPosition::TrimHorizon,
        "LATEST" => StartingPosition::Latest,
        other => bail!("StartingPosition {other} is not known for a DynamoDB stream"),
    })
}

/// -1 and absence both mean without end.
fn bounded(number: Option<i64>) -> Result<Option<u32>> {
    match number {
        None | Some(-1) => Ok(None),
        Some(number) => Ok(Some(u32::try_from(number).context("must be -1 or more")?)),
    }
}

fn filters(properties: &mut Properties) -> Result<Vec<Pattern>> {
    let mut criteria = properties.nested("FilterCriteria")?;
    let filters = criteria.take("Filters").unwrap_or(Value::Array(Vec::new()));
    criteria.finish();
    let filters = filters.as_array().cloned().context("FilterCriteria.Filters must be a list")?;
    filters
        .iter()
        .map(|filter| {
            let text = filter["Pattern"].as_str().context("a filter needs a Pattern, as text")?;
            Pattern::parse(&serde_json::from_str(text).context("a filter's Pattern must be JSON")?)
        })
        .collect()
}
