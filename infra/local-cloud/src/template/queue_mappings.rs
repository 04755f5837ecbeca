//! AWS::Lambda::EventSourceMapping of a queue.

use anyhow::{Context, Result, bail, ensure};

use super::mappings::reports_item_failures;
use super::properties::Properties;
use super::{QueueMapping, Reader};

/// Lambda's own default, and its bound for a mapping that does not gather messages over a window.
const BATCH_SIZE: u32 = 10;
/// Lambda would go up to what the account may run at once; a development machine has two cores.
const CONCURRENCY: u32 = 5;
/// Properties that AWS refuses for a queue, but for the filter, which is not evaluated here.
const FOREIGN: [&str; 8] = [
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "FilterCriteria",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "StartingPosition",
    "TumblingWindowInSeconds",
];

impl Reader<'_> {
    pub(super) fn queue_mapping(
        &mut self,
        logical: &str,
        queue_arn: String,
        mut properties: Properties,
    ) -> Result<()> {
        if let Some(foreign) = FOREIGN.into_iter().find(|name| properties.has(name)) {
            bail!("{foreign} is not run here for a queue");
        }
        let batch_size = properties.count("BatchSize")?.unwrap_or(BATCH_SIZE);
        ensure!(
            (1..=BATCH_SIZE).contains(&batch_size),
            "BatchSize of a queue must be 1 to {BATCH_SIZE} here"
        );
        let window = properties.seconds("MaximumBatchingWindowInSeconds")?.unwrap_or_default();
        ensure!(window.is_zero(), "MaximumBatchingWindowInSeconds of a queue must be 0 here");
        let mut scaling = properties.nested("ScalingConfig")?;
        let concurrency = scaling.count("MaximumConcurrency")?;
        ensure!(
            concurrency.is_none_or(|most| (2..=1_000).contains(&most)),
            "MaximumConcurrency is 2 to 1000"
        );
        scaling.finish();
        self.stack.queue_mappings.push(QueueMapping {
            id: logical.to_owned(),
            function: self.function_id(&properties.require_text("FunctionName")?)?,
            queue_arn,
            batch_size: batch_size as usize,
            concurrency: concurrency.unwrap_or(CONCURRENCY) as usize,
            reports_item_failures: reports_item_failures(&mut properties)?,
        });
        properties.finish();
        Ok(())
    }

    /// A message must not come back while the function may still be at it: AWS refuses such a mapping, too.
    pub(super) fn finish_queue_mappings(&self) -> Result<()> {
        for QueueMapping { id, function, queue_arn, .. } in &self.stack.queue_mappings {
            let queue = self.stack.queues.iter().find(|queue| queue.arn == *queue_arn);
            let queue =
                queue.with_context(|| format!("{id}: {queue_arn} is not a queue of this template"))?;
            let function = self.stack.functions.get(function).context("a mapping without its function")?;
            ensure!(
                queue.visibility_timeout >= function.timeout,
                "{id}: Queue visibility timeout: {} seconds is less than Function timeout: {} seconds",
                queue.visibility_timeout.as_secs(),
                function.timeout.as_secs()
            );
        }
        Ok(())
    }
}
