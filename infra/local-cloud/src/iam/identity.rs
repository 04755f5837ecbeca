//! The functions' roles: their policies in the template, and those that SAM adds.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::policy::Policy;
use super::statement::Kind;
use crate::template::Function;

/// What each function's role may do, by the function's logical id.
pub(super) struct Identities(BTreeMap<String, Identity>);

struct Identity {
    role: String,
    template: Policy,
    sam: Policy,
}

/// The policies of a function's role.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    /// What the template says.
    pub(super) template: &'a Policy,
    /// What SAM grants by itself: sending to the destination of an EventInvokeConfig.
    pub(super) sam: &'a Policy,
}

impl Identities {
    pub(super) fn read(functions: &BTreeMap<String, Function>) -> Result<Self> {
        let identities = functions.values().map(|function| {
            let statements = inline_statements(&function.policies);
            let template = statements.and_then(|statements| Policy::read(&statements, Kind::Identity));
            let destination = function.on_async_failure.on_failure.iter();
            let sam: Vec<Value> = destination
                .map(|queue| json!({ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue }))
                .collect();
            let identity = Identity {
                role: function.role.clone(),
                template: template.with_context(|| format!("{}.Policies", function.id))?,
                sam: Policy::read(&sam, Kind::Identity)?,
            };
            Ok((function.id.clone(), identity))
        });
        Ok(Self(identities.collect::<Result<_>>()?))
    }

    /// What the template grants, by function.
    pub(super) fn by_template(&self) -> impl Iterator<Item = (&str, &Policy)> {
        self.0.iter().map(|(function, identity)| (function.as_str(), &identity.template))
    }

    /// A function's policies.
    pub(super) fn policies(&self, function: &str) -> Option<Own<'_>> {
        self.0.get(function).map(|identity| Own { template: &identity.template, sam: &identity.sam })
    }

    /// The name of a function's role.
    pub(super) fn role(&self, function: &str) -> &str {
        self.0.get(function).map_or("", |identity| identity.role.as_str())
    }
}

/// The statements of SAM's `Policies`: one document or several, nothing that stands elsewhere.
fn inline_statements(policies: &Value) -> Result<Vec<Value>> {
    let documents = match policies {
        Value::Null => &[],
        Value::Array(documents) => documents.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut statements = Vec::new();
    for document in documents {
        if document.get("Statement").is_none() {
            bail!("only inline statements are evaluated here, not {document}");
        }
        statements.extend(Policy::statements_of(document)?);
    }
    Ok(statements)
}
