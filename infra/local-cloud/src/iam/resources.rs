//! Resource policies, by the resource that they stand with.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

use super::policy::Policy;
use super::statement::Kind;
use crate::template::Stack;

/// Policies by the ARN of a table, bus, queue, bucket or key.
pub(super) struct Resources(BTreeMap<String, Vec<Policy>>);

impl Resources {
    pub(super) fn read(stack: &Stack) -> Result<Self> {
        let mut resources = Self(BTreeMap::new());
        for table in &stack.tables {
            if let Some(policy) = &table.resource_policy {
                let name = format!("{}.ResourcePolicy", table.id);
                resources.add(&table.arn, &name, policy, Kind::Resource)?;
            }
        }
        for bus in &stack.buses {
            for policy in &bus.policies {
                resources.add(&bus.arn, &policy.id, &policy.document, Kind::Resource)?;
            }
        }
        for queue in &stack.queues {
            for policy in &queue.policies {
                resources.add(&queue.arn, &policy.id, &policy.document, Kind::Resource)?;
            }
        }
        for bucket in &stack.buckets {
            for policy in &bucket.policies {
                resources.add(&bucket.arn, &policy.id, &policy.document, Kind::Resource)?;
            }
        }
        for key in &stack.keys {
            resources.add(&key.arn, &key.policy.id, &key.policy.document, Kind::Key)?;
        }
        Ok(resources)
    }

    fn add(&mut self, arn: &str, name: &str, document: &Value, kind: Kind) -> Result<()> {
        let policy = Policy::statements_of(document)
            .and_then(|statements| Policy::read(&statements, kind))
            .with_context(|| name.to_owned())?;
        self.0.entry(arn.to_owned()).or_default().push(policy);
        Ok(())
    }

    /// The policies that bear on a resource; a table's bear on its indexes too, a bucket's on its objects.
    pub(super) fn policies(&self, arn: &str) -> &[Policy] {
        let part = if arn.contains(":s3:::") { "/" } else { "/index/" };
        let owner = arn.split_once(part).map_or(arn, |(owner, _)| owner);
        self.0.get(owner).map_or(&[], Vec::as_slice)
    }
}
