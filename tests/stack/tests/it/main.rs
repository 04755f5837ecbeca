//! The case chat through its public face: HTTP, WebSocket and the host's event bus.

mod access;
mod append_only;
mod attachments;
mod audit;
mod buckets;
mod contract;
mod durability;
mod exports;
mod exports_altered;
mod host;
mod inbox;
mod mail;
mod mail_choices;
mod mail_faults;
mod opening;
mod operations;
mod pages;
mod policies;
mod posting;
mod price;
mod pushes;
mod reading;
mod refusals;
mod samples;
mod telemetry;
mod tokens;
mod typing;

use case_chat_aws::Settings;
use case_chat_entry::{environment::Environment, metrics::Metrics};
use case_chat_stack_tests::{Client, Cloud};

/// A cloud with one case, `case-1`, and its two people signed in.
async fn amira_and_chen(cloud: &Cloud) -> (Client, Client) {
    cloud.open("case-1", "amira", "chen").await;
    (cloud.sign_in("amira").await, cloud.sign_in("chen").await)
}

/// What a function's adapters are made with, as that function has them.
fn settings_of(cloud: &Cloud, function: &str) -> Settings {
    let settings = Settings::from_lookup(|name| match name {
        "AWS_REGION" => Some("eu-central-1".to_owned()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some(format!("LOCAL{function}")),
        "AWS_ENDPOINT_URL" => Some(cloud.url("aws").to_owned()),
        _ => None,
    });
    settings.expect("settings")
}

/// The metrics of a function that a test calls in its own process.
fn metrics() -> Metrics {
    let environment = Environment::of([("METRICS_NAMESPACE", "case-chat".to_owned())]);
    Metrics::from_environment(&environment).expect("a namespace")
}

/// Dense numbers, and each record's hash over its canonical JSON built on the one before.
fn assert_chain(records: &[serde_json::Value]) {
    use sha2::{Digest, Sha256};
    let mut previous = "0".repeat(64);
    for (seq, record) in records.iter().enumerate() {
        assert_eq!(record["seq"], seq);
        assert_eq!(record["previousHash"], previous);
        let mut unhashed = record.clone();
        unhashed.as_object_mut().expect("a record").remove("hash");
        let canonical = serde_json_canonicalizer::to_vec(&unhashed).expect("JSON");
        previous = Sha256::digest(&canonical).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(record["hash"], previous, "record {seq}");
    }
}
