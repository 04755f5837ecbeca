//! The actions that PartiQL statements are.

use serde_json::Value;

use super::dynamodb::{on_index, on_table};
use super::partiql::{Verb, target};
use super::{Access, Names};
use crate::aws::Refusal;

/// What the statements of a request need, one by one.
pub(super) fn of(operation: &str, body: &Value, names: &Names) -> Result<Vec<Access>, Refusal> {
    let statements: Vec<&Value> = match operation {
        "ExecuteStatement" => vec![&body["Statement"]],
        "BatchExecuteStatement" => texts(&body["Statements"]),
        _ => texts(&body["TransactStatements"]),
    };
    statements.into_iter().map(|statement| access(statement, names)).collect()
}

fn texts(statements: &Value) -> Vec<&Value> {
    statements.as_array().into_iter().flatten().map(|statement| &statement["Statement"]).collect()
}

fn access(statement: &Value, names: &Names) -> Result<Access, Refusal> {
    let found = statement.as_str().and_then(target).ok_or_else(|| {
        Refusal::client("ValidationException", "Statement wasn't well formed, can't be processed")
    })?;
    let action = match found.verb {
        Verb::Select => "PartiQLSelect",
        Verb::Insert => "PartiQLInsert",
        Verb::Update => "PartiQLUpdate",
        Verb::Delete => "PartiQLDelete",
    };
    Ok(match &found.index {
        Some(index) => on_index(action, &found.table, index, names),
        None => on_table(action, &found.table, names),
    })
}
