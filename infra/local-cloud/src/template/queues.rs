//! AWS::SQS::Queue and AWS::SQS::QueuePolicy.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::names::{attribute, physical_id};
use super::properties::Properties;
use super::{Queue, Reader, Redrive, ResourcePolicy};

/// SQS's own defaults.
const VISIBILITY_TIMEOUT: Duration = Duration::from_secs(30);
const RETENTION: Duration = Duration::from_secs(4 * 24 * 60 * 60);

impl Reader<'_> {
    pub(super) fn queue(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        ensure!(!properties.flag("FifoQueue")?, "FIFO queues are not run here");
        properties.take("QueueName");
        let queue = Queue {
            name: attribute(self.resolver, logical, "QueueName")?,
            arn: attribute(self.resolver, logical, "Arn")?,
            url: physical_id(self.resolver, logical)?,
            visibility_timeout: properties.seconds("VisibilityTimeout")?.unwrap_or(VISIBILITY_TIMEOUT),
            retention: properties.seconds("MessageRetentionPeriod")?.unwrap_or(RETENTION),
            delay: properties.seconds("DelaySeconds")?.unwrap_or_default(),
            receive_wait: properties.seconds("ReceiveMessageWaitTimeSeconds")?.unwrap_or_default(),
            redrive: redrive(&mut properties)?,
            policies: Vec::new(),
        };
        properties.finish();
        self.stack.queues.push(queue);
        Ok(())
    }

    pub(super) fn queue_policy(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        let document = properties.require("PolicyDocument")?;
        for url in properties.texts("Queues")? {
            let policy = ResourcePolicy { id: logical.to_owned(), document: document.clone() };
            self.queue_policies.push((url, policy));
        }
        properties.finish();
        Ok(())
    }

    /// Puts policies to their queues, wherever in the template they stand.
    pub(super) fn finish_queues(&mut self) -> Result<()> {
        for (url, policy) in std::mem::take(&mut self.queue_policies) {
            let queue = self.stack.queues.iter_mut().find(|queue| queue.url == url);
            queue
                .with_context(|| format!("{} is of an unknown queue {url}", policy.id))?
                .policies
                .push(policy);
        }
        self.check_queues()
    }

    /// Every queue that something names must be one of this template's.
    fn check_queues(&self) -> Result<()> {
        let stack = &self.stack;
        let named =
            (stack.functions.values().filter_map(|function| function.on_async_failure.on_failure.as_ref()))
                .chain(stack.rules.iter().filter_map(|rule| rule.dead_letters.as_ref()))
                .chain(stack.mappings.iter().filter_map(|mapping| mapping.on_failure.as_ref()))
                .chain(stack.queues.iter().filter_map(|queue| Some(&queue.redrive.as_ref()?.target)));
        for arn in named {
            if !stack.queues.iter().any(|queue| queue.arn == *arn) {
                bail!("{arn} is not a queue of this template");
            }
        }
        Ok(())
    }
}

fn redrive(properties: &mut Properties) -> Result<Option<Redrive>> {
    if !properties.has("RedrivePolicy") {
        return Ok(None);
    }
    let mut policy = properties.nested("RedrivePolicy")?;
    let redrive = Redrive {
        target: policy.require_text("deadLetterTargetArn")?,
        max_receives: policy.count("maxReceiveCount")?.unwrap_or(10),
    };
    policy.finish();
    Ok(Some(redrive))
}
