//! Events as AWS delivers them.

use anyhow::{Context, Result};
use case_chat_domain::SealedRecord;
use case_chat_stack_tests::Cloud;
use serde_json::{Value, json};

use crate::{cloud::Person, paths};

/// The token and the page's address that stand in the samples of `events/`.
const SAMPLE_TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImxvY2FsIn0.eyJzdWIiOiJhbWlyYSJ9.c2lnbmF0dXJl";
const SAMPLE_ORIGIN: &str = "https://chat.example.org";

/// A function's sample, with a token and an address that hold.
pub(crate) fn sample(cloud: &Cloud, function: &str, token: &str) -> Result<Value> {
    let text = std::fs::read_to_string(paths::root().join(format!("events/{function}.json")))
        .with_context(|| format!("{function} has no sample"))?;
    let text = text.replace(SAMPLE_TOKEN, token).replace(SAMPLE_ORIGIN, cloud.url("web"));
    Ok(serde_json::from_str(&text)?)
}

/// A request to the HTTP API, made from a function's sample.
pub(crate) fn http(
    cloud: &Cloud,
    function: &str,
    person: &Person,
    case_id: &str,
    query: &str,
    body: Option<&Value>,
) -> Result<Value> {
    let mut event = sample(cloud, function, &person.token)?;
    event["rawQueryString"] = json!(query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    event["queryStringParameters"] = pairs.map(|(name, value)| (name.to_owned(), json!(value))).collect();
    if !event["pathParameters"].is_null() {
        event["pathParameters"]["caseId"] = json!(case_id);
    }
    if let Some(body) = body {
        event["body"] = json!(body.to_string());
    }
    Ok(event)
}

/// Records as the stream of `threads` brings them, in one batch.
pub(crate) fn of_records(records: &[SealedRecord]) -> Value {
    let records = records.iter().map(|sealed| {
        let record = sealed.record();
        let keys = json!({ "caseId": { "S": record.case_id }, "seq": { "N": record.seq.get().to_string() } });
        let mut image = keys.clone();
        image["record"] = json!({ "S": sealed.json() });
        image["buckets"] = json!({ "S": "{}" });
        json!({
            "eventID": record.hash,
            "eventName": "INSERT",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "eu-central-1",
            "eventSourceARN": "arn:aws:dynamodb:eu-central-1:000000000000:table/case-chat-Threads/stream/2026",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_795_381_800.0,
                "Keys": keys,
                "NewImage": image,
                "SequenceNumber": format!("{:021}", record.seq.get()),
                "SizeBytes": sealed.json().len(),
                "StreamViewType": "NEW_IMAGE",
            },
        })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}
