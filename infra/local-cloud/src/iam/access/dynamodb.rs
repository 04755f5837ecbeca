//! DynamoDB and its streams: an operation is an action of the same name, but for batches, transactions and PartiQL.

use dynoxide::actions::get_shard_iterator::decode_shard_iterator;
use serde_json::Value;

use super::{Access, Names, statements};
use crate::aws::Refusal;

/// The parts of a write transaction, and the actions that they are.
const TRANSACT_WRITES: [(&str, &str); 4] = [
    ("Put", "PutItem"),
    ("Update", "UpdateItem"),
    ("Delete", "DeleteItem"),
    ("ConditionCheck", "ConditionCheckItem"),
];

pub(super) fn tables(operation: &str, body: &Value, names: &Names) -> Result<Vec<Access>, Refusal> {
    let needed = match operation {
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flatten();
            tables.map(|(table, _)| on_table(operation, table, names)).collect()
        }
        "TransactGetItems" => parts(body, &[("Get", "GetItem")], names),
        "TransactWriteItems" => parts(body, &TRANSACT_WRITES, names),
        "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction" => {
            statements::of(operation, body, names)?
        }
        "Query" | "Scan" if body["IndexName"].is_string() => {
            let index = body["IndexName"].as_str().unwrap_or_default();
            vec![on_index(operation, body["TableName"].as_str().unwrap_or("*"), index, names)]
        }
        _ => {
            let named = ["TableName", "ResourceArn"].iter().find_map(|name| body[*name].as_str());
            vec![on_table(operation, named.unwrap_or("*"), names)]
        }
    };
    // Nothing to decide on is no reason to pass.
    Ok(if needed.is_empty() { vec![on_table(operation, "*", names)] } else { needed })
}

/// Streams are named by ARN, or by an iterator that was made for one.
pub(super) fn streams(operation: &str, body: &Value, names: &Names) -> Result<Vec<Access>, Refusal> {
    let table = match operation {
        "GetRecords" => {
            let iterator = body["ShardIterator"].as_str().and_then(decode_shard_iterator);
            let invalid = || Refusal::client("ValidationException", "Invalid ShardIterator");
            iterator.ok_or_else(invalid)?.0
        }
        "ListStreams" => body["TableName"].as_str().unwrap_or("*").to_owned(),
        _ => table_name(body["StreamArn"].as_str().unwrap_or("*")).to_owned(),
    };
    let any = || names.arn("dynamodb", &format!("table/{table}/stream/*"));
    let stream = names.streams.get(&table).filter(|_| operation != "ListStreams").cloned();
    Ok(vec![Access::new(format!("dynamodb:{operation}"), stream.unwrap_or_else(any))])
}

pub(super) fn on_table(action: &str, table: &str, names: &Names) -> Access {
    let resource = format!("table/{}", table_name(table));
    Access::new(format!("dynamodb:{action}"), names.arn("dynamodb", &resource))
}

pub(super) fn on_index(action: &str, table: &str, index: &str, names: &Names) -> Access {
    let resource = format!("table/{}/index/{index}", table_name(table));
    Access::new(format!("dynamodb:{action}"), names.arn("dynamodb", &resource))
}

/// A table may be called by its ARN wherever a name is taken; whose ARN it is makes no difference here.
fn table_name(named: &str) -> &str {
    let name = named.split_once(":table/").map_or(named, |(_, name)| name);
    name.split_once('/').map_or(name, |(name, _)| name)
}

fn parts(body: &Value, kinds: &[(&str, &str)], names: &Names) -> Vec<Access> {
    let items = body["TransactItems"].as_array().into_iter().flatten();
    let of_item = |item: &Value| -> Vec<Access> {
        let asked = kinds.iter().filter_map(|(kind, action)| Some((action, item.get(*kind)?)));
        asked
            .map(|(action, part)| on_table(action, part["TableName"].as_str().unwrap_or("*"), names))
            .collect()
    };
    items.flat_map(of_item).collect()
}
