//! AWS::IAM::Role.

use anyhow::Result;
use serde_json::Value;

use super::Reader;
use super::properties::Properties;
use super::warnings::Effect;

impl Reader<'_> {
    /// A role that only services take on which are not run here gives nothing to anyone.
    pub(super) fn role(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        let trust = properties.require("AssumeRolePolicyDocument")?;
        let statements = match &trust["Statement"] {
            Value::Array(statements) => statements.iter().collect(),
            one => vec![one],
        };
        let services = |principal: &Value| match principal.as_object() {
            Some(kinds) => kinds.keys().all(|kind| kind == "Service"),
            None => false,
        };
        let elsewhere = statements.into_iter().all(|statement| {
            let principal = &statement["Principal"];
            services(principal) && !principal.to_string().contains("lambda.")
        });
        self.report.add(logical, "", if elsewhere { Effect::None } else { Effect::NotEnforced });
        Ok(())
    }
}
