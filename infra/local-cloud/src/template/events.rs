//! AWS::Events::EventBus and its policies, and the rules that SAM makes of EventBridgeRule events.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use super::names::{attribute, rule_arn};
use super::properties::Properties;
use super::{Bus, Reader, ResourcePolicy, Rule};
use crate::events::DEFAULT_BUS;
use crate::pattern::Pattern;

/// EventBridge's own defaults.
const RULE_RETRIES: u32 = 185;
const RULE_MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

impl Reader<'_> {
    pub(super) fn bus(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        properties.take("Name");
        self.stack.buses.push(Bus {
            name: attribute(self.resolver, logical, "Name")?,
            arn: attribute(self.resolver, logical, "Arn")?,
            policies: Vec::new(),
        });
        properties.finish();
        Ok(())
    }

    pub(super) fn bus_policy(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        let bus = properties.require_text("EventBusName")?;
        properties.take("StatementId");
        let document = json!({ "Statement": properties.require("Statement")? });
        self.bus_policies.push((bus, ResourcePolicy { id: logical.to_owned(), document }));
        properties.finish();
        Ok(())
    }

    pub(super) fn rule(&mut self, function: &str, event: &str, mut properties: Properties) -> Result<()> {
        let bus = properties.text("EventBusName")?.unwrap_or_else(|| DEFAULT_BUS.into());
        let mut dead_letters = properties.nested("DeadLetterConfig")?;
        let mut retry = properties.nested("RetryPolicy")?;
        self.stack.rules.push(Rule {
            arn: rule_arn(self.resolver, &bus, function, event),
            function: function.to_owned(),
            pattern: Pattern::parse(&properties.require("Pattern")?).context("Pattern")?,
            retries: retry.count("MaximumRetryAttempts")?.unwrap_or(RULE_RETRIES),
            max_age: retry.seconds("MaximumEventAgeInSeconds")?.unwrap_or(RULE_MAX_AGE),
            dead_letters: dead_letters.text("Arn")?,
            bus,
        });
        dead_letters.finish();
        retry.finish();
        properties.finish();
        Ok(())
    }
}
