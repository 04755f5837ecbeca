//! Resource policies, by the resource that they stand with.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

use super::policy::Policy;
use super::statement::Kind;
use crate::template::Stack;

/// Policies by the ARN of a table, bus or queue.
pub(super) struct Resources(BTreeMap<String, Vec<Policy>>);

impl Resources {
    pub(super) fn read(stack: &Stack) -> Result<Self> {
        let mut resources = Self(BTreeMap::new());
        for table in &stack.tables {
            if let Some(policy) = &table.resource_policy {
                resources.add(&table.arn, &format!("{}.ResourcePolicy", table.id), policy)?;
            }
        }
        for bus in &stack.buses {
            for policy in &bus.policies {
                resources.add(&bus.arn, &policy.id, &policy.document)?;
            }
        }
        for queue in &stack.queues {
            for policy in &queue.policies {
                resources.add(&queue.arn, &policy.id, &policy.document)?;
            }
        }
        Ok(resources)
    }

    fn add(&mut self, arn: &str, name: &str, document: &Value) -> Result<()> {
        let policy = Policy::statements_of(document)
            .and_then(|statements| Policy::read(&statements, Kind::Resource))
            .with_context(|| name.to_owned())?;
        self.0.entry(arn.to_owned()).or_default().push(policy);
        Ok(())
    }

    /// The policies that bear on a resource; a table's bear on its indexes too.
    pub(super) fn policies(&self, arn: &str) -> &[Policy] {
        let owner = arn.split_once("/index/").map_or(arn, |(table, _)| table);
        self.0.get(owner).map_or(&[], Vec::as_slice)
    }
}
