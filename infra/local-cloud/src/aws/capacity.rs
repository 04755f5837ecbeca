//! DynamoDB requests on their way through: what they consume is asked for, written down and taken out again.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use dynoxide::streams::LOCAL_REGION;
use serde_json::{Value, json};

use super::{Aws, Call, Cost, Refusal};
use crate::dynamodb::Answer;

/// Operations that can tell what they consumed.
const METERED: [&str; 13] = [
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
];
/// Those among them that change nothing.
const READING: [&str; 5] = ["BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"];

pub(super) async fn forward(aws: &Aws, call: &Call, headers: &HeaderMap, body: Bytes) -> Response {
    let metered = METERED.contains(&call.operation.as_str());
    let request: Option<Value> = metered.then(|| serde_json::from_slice(&body).ok()).flatten();
    let asked = request.as_ref().is_some_and(|request| request.get("ReturnConsumedCapacity").is_some());
    let forwarded = match &request {
        Some(request @ Value::Object(_)) if !asked => {
            let mut metered = request.clone();
            metered["ReturnConsumedCapacity"] = json!("TOTAL");
            metered.to_string().into()
        }
        _ => body,
    };
    let answer = match aws.dynamodb.forward(headers, forwarded).await {
        Ok(answer) => answer,
        Err(error) => return Refusal::internal(&error).into_response(),
    };
    if metered && !READING.contains(&call.operation.as_str()) && answer.status == StatusCode::OK {
        aws.dynamodb.announce_write();
    }
    let mut parsed: Option<Value> = metered.then(|| serde_json::from_slice(&answer.body).ok()).flatten();
    let consumed = parsed.as_ref().map_or_else(Vec::new, |parsed| consumptions(&parsed["ConsumedCapacity"]));
    let table = (consumed.first().map(|(table, _)| table.clone()))
        .or_else(|| Some(request.as_ref()?["TableName"].as_str()?.to_owned()));
    let capacity_units = consumed.iter().fold(0.0, |sum, (_, units)| sum + units);
    let items = parsed.as_ref().map_or(0, items);
    let cost = Cost { table, capacity_units, items, ..Cost::default() };
    aws.ledger.record(call, cost, answer.status);
    // A caller that did not ask is not told.
    let unasked = parsed.as_mut().filter(|_| !asked).and_then(Value::as_object_mut);
    let removed = unasked.and_then(|answer| answer.remove("ConsumedCapacity")).is_some();
    let changed = match parsed {
        Some(parsed) if removed => Some(parsed.to_string().into()),
        None => with_own_region(&answer.body, &aws.region),
        Some(_) => None,
    };
    response(answer, changed)
}

/// Descriptions carry ARNs, in which dynoxide names a region of its own.
fn with_own_region(body: &[u8], region: &str) -> Option<Bytes> {
    let text = std::str::from_utf8(body).ok()?;
    let (theirs, ours) = (format!(":dynamodb:{LOCAL_REGION}:"), format!(":dynamodb:{region}:"));
    text.contains(&theirs).then(|| text.replace(&theirs, &ours).into())
}

/// Table and units, for one table or several.
fn consumptions(consumed: &Value) -> Vec<(String, f64)> {
    let one = |consumed: &Value| {
        Some((consumed["TableName"].as_str()?.to_owned(), consumed["CapacityUnits"].as_f64()?))
    };
    match consumed {
        Value::Array(several) => several.iter().filter_map(one).collect(),
        single => one(single).into_iter().collect(),
    }
}

fn items(answer: &Value) -> usize {
    match (&answer["Items"], &answer["Responses"]) {
        (Value::Array(items), _) => items.len(),
        (_, Value::Object(tables)) => tables.values().filter_map(Value::as_array).map(Vec::len).sum(),
        (_, Value::Array(responses)) => {
            responses.iter().filter(|response| response.get("Item").is_some()).count()
        }
        _ => usize::from(answer.get("Item").is_some()),
    }
}

/// The answer with dynoxide's headers; a changed body has another length and checksum, which are left out.
fn response(answer: Answer, changed: Option<Bytes>) -> Response {
    let mut headers = HeaderMap::new();
    for name in ["content-type", "x-amzn-requestid", "x-amz-crc32"] {
        if let Some(value) = answer.headers.get(name)
            && (changed.is_none() || name != "x-amz-crc32")
        {
            headers.insert(name, value.clone());
        }
    }
    (answer.status, headers, Body::from(changed.unwrap_or(answer.body))).into_response()
}
