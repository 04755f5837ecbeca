//! Condition keys: those that calls here carry, and with which values.
//!
//! Owns the request context. A key that no call carries would make a denying statement silent, so it is refused when
//! the policy is read. Calls count as made over TLS, as they are on AWS: here they never leave the machine.

use anyhow::{Context as _, Result, bail};
use iam_rs::{ConditionBlock, Context, ContextValue, OperatorType};

use super::Inner;
use super::principal::{Arns, Principal};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    Boolean,
}

const KEYS: [(&str, Type); 8] = [
    ("aws:PrincipalAccount", Type::Text),
    ("aws:PrincipalArn", Type::Text),
    ("aws:PrincipalIsAWSService", Type::Boolean),
    ("aws:PrincipalServiceName", Type::Text),
    ("aws:RequestedRegion", Type::Text),
    ("aws:SecureTransport", Type::Boolean),
    ("aws:SourceAccount", Type::Text),
    ("aws:SourceArn", Type::Text),
];

/// Refuses keys that no call carries, and operators that do not fit a key.
pub(super) fn check(condition: &ConditionBlock) -> Result<()> {
    for (operator, keys) in &condition.conditions {
        for key in keys.keys() {
            let known = KEYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(key));
            let (_, kind) = known.with_context(|| format!("the condition key {key} is not known here"))?;
            let fits = match operator.category() {
                OperatorType::Null => true,
                OperatorType::String | OperatorType::Arn => *kind == Type::Text,
                OperatorType::Boolean => *kind == Type::Boolean,
                _ => false,
            };
            if !fits {
                bail!("{} is not evaluated here for {key}", operator.as_str());
            }
        }
    }
    Ok(())
}

impl Inner {
    /// What conditions are compared with.
    pub(super) fn context(&self, principal: &Principal<'_>, arns: &Arns) -> Context {
        let text = |value: &str| ContextValue::String(value.to_owned());
        let mut context = Context::new();
        let mut set = |key: &str, value| context.insert(key.to_owned(), value);
        set("aws:RequestedRegion", text(&self.region));
        set("aws:SecureTransport", ContextValue::Boolean(true));
        let by_service = matches!(principal, Principal::Service { .. });
        set("aws:PrincipalIsAWSService", ContextValue::Boolean(by_service));
        if let Some(arn) = &arns.principal {
            set("aws:PrincipalArn", text(arn));
            set("aws:PrincipalAccount", text(&self.account));
        }
        if let Principal::Service { name, source_arn } = principal {
            set("aws:PrincipalServiceName", text(name));
            set("aws:SourceArn", text(source_arn));
            set("aws:SourceAccount", text(&self.account));
        }
        context
    }
}
