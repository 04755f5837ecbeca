//! Reads a statement, and refuses what would be evaluated otherwise than AWS does.
//!
//! `iam-rs` compares `ArnEquals` letter by letter, where AWS lets it have wildcards as `ArnLike` has them: it is
//! rewritten. Misspelt elements, policy variables, condition keys that no call here carries, and whole accounts as
//! principals would be passed over: they are errors.

use anyhow::{Context, Result, bail, ensure};
use iam_rs::{Arn, IAMResource, IAMStatement, Principal, PrincipalId, Validate};
use serde_json::{Map, Value};

use super::conditions;

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// What a policy stands with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A role: it says nothing of who.
    Identity,
    /// A resource: it says who.
    Resource,
    /// A KMS key: it says who, and may mean the whole account by it.
    Key,
}

pub(super) fn read(value: &Value, kind: Kind) -> Result<IAMStatement> {
    let mut elements = value.as_object().context("a statement is a map")?.clone();
    if let Some(unknown) = elements.keys().find(|name| !ELEMENTS.contains(&name.as_str())) {
        bail!("{unknown} is no element of a statement");
    }
    ensure!(!value.to_string().contains("${"), "policy variables are not evaluated here");
    let says_who = elements.contains_key("Principal") || elements.contains_key("NotPrincipal");
    match kind {
        Kind::Identity => ensure!(!says_who, "a role's policy has no Principal"),
        Kind::Resource | Kind::Key => ensure!(says_who, "a resource's policy needs a Principal"),
    }
    for name in ["Principal", "NotPrincipal"] {
        if elements.get(name).is_some_and(|principal| principal["AWS"] == "*") {
            elements.insert(name.to_owned(), "*".into());
        }
    }
    if let Some(condition) = elements.get_mut("Condition") {
        let condition = condition.as_object_mut().context("Condition must be a map")?;
        *condition = with_wildcards(condition)?;
    }
    let statement: IAMStatement = serde_json::from_value(Value::Object(elements))?;
    statement.validate_result()?;
    for principal in statement.principal.iter().chain(&statement.not_principal) {
        check_principal(principal, kind)?;
    }
    for resource in statement.resource.iter().chain(&statement.not_resource) {
        check_resource(resource)?;
    }
    if let Some(condition) = &statement.condition {
        conditions::check(condition)?;
    }
    Ok(statement)
}

/// `ArnEquals` and `ArnNotEquals` under the names by which wildcards count.
fn with_wildcards(condition: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut rewritten = Map::new();
    for (operator, keys) in condition {
        let name = operator.replace("ArnEquals", "ArnLike").replace("ArnNotEquals", "ArnNotLike");
        let earlier = rewritten.insert(name, keys.clone());
        ensure!(earlier.is_none(), "{operator} stands beside its equal, which is not evaluated here");
    }
    Ok(rewritten)
}

/// AWS knows no wildcards in a principal's ARN, and takes an account for everyone in it.
fn check_principal(principal: &Principal, kind: Kind) -> Result<()> {
    let Principal::Aws(ids) = principal else {
        return Ok(());
    };
    let ids = match ids {
        PrincipalId::String(id) => std::slice::from_ref(id),
        PrincipalId::Array(ids) => ids,
    };
    for id in ids {
        ensure!(!id.contains(['*', '?']), "a Principal's ARN has no wildcards: {id}");
        let whole_account = !id.starts_with("arn:") || id.ends_with(":root");
        ensure!(
            kind == Kind::Key || !whole_account,
            "a whole account as Principal is not evaluated here: {id}"
        );
    }
    Ok(())
}

/// A pattern of services would never match.
fn check_resource(resource: &IAMResource) -> Result<()> {
    let patterns = match resource {
        IAMResource::Single(pattern) => std::slice::from_ref(pattern),
        IAMResource::Multiple(patterns) => patterns,
    };
    for pattern in patterns.iter().filter(|pattern| *pattern != "*") {
        let service = Arn::parse(pattern)?.service;
        ensure!(!service.contains(['*', '?']), "a Resource names its service: {pattern}");
    }
    Ok(())
}
