//! The whole of it, from the outside.

use std::path::Path;
use std::process::Command;

use case_chat_local_cloud::{Endpoints, Options, Running, start};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{command, eventually, examples};

const TEMPLATE: &str = "
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: cases } }
  Notes:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: notes
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Api: { Type: AWS::Serverless::HttpApi }
  Obey:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
    Properties:
      Policies: [{ Statement: { Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Notes.Arn } }]
      Events:
        Any: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: GET, Path: /obey } }
";

fn options(directory: &Path) -> Options {
    let template = directory.join("template.yaml");
    std::fs::write(&template, TEMPLATE).unwrap();
    Options {
        template,
        port: 0,
        data: directory.join("data"),
        functions: examples(),
        endpoints: directory.join("endpoints.json"),
        web: directory.join("web"),
        ..Options::default()
    }
}

async fn ask(running: &Running, key: &str, target: &str, body: Value) -> (u16, Value) {
    let scope = "20260105/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00";
    let answer = reqwest::Client::new()
        .post(&running.endpoints.aws)
        .header("authorization", format!("AWS4-HMAC-SHA256 Credential={key}/{scope}"))
        .header("x-amz-date", "20260105T000000Z")
        .header("x-amz-target", target)
        .header("content-type", "application/x-amz-json-1.0")
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
}

#[tokio::test]
async fn requests_are_answered_and_what_they_cost_is_written_down() {
    let directory = TempDir::new().unwrap();
    let running = start(options(directory.path())).await.unwrap();
    let item = json!({ "TableName": "notes", "Item": { "id": { "S": "a" } } });
    assert_eq!(ask(&running, "LOCALObey", "DynamoDB_20120810.PutItem", item).await, (200, json!({})));
    let query = json!({
        "TableName": "notes",
        "KeyConditionExpression": "id = :id",
        "ExpressionAttributeValues": { ":id": { "S": "a" } },
        "ReturnConsumedCapacity": "TOTAL",
    });
    let (_, found) = ask(&running, "local", "DynamoDB_20120810.Query", query).await;
    assert_eq!(found["ConsumedCapacity"]["TableName"], "notes", "whoever asks is told");
    let url = format!("{}/_local/requests?since=0", running.endpoints.aws);
    let requests: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    assert_eq!(requests.as_array().unwrap().len(), 2);
    assert_eq!(requests[0]["function"], "Obey");
    assert_eq!((&requests[0]["operation"], &requests[0]["capacityUnits"]), (&json!("PutItem"), &json!(1.0)));
    assert_eq!((&requests[1]["table"], &requests[1]["items"]), (&json!("notes"), &json!(1)));
    let (status, refused) = ask(&running, "AKIASTRANGER", "DynamoDB_20120810.ListTables", json!({})).await;
    assert_eq!(status, 400);
    assert!(refused["__type"].as_str().unwrap().ends_with("#UnrecognizedClientException"));
    let (_, described) =
        ask(&running, "local", "DynamoDB_20120810.DescribeTable", json!({ "TableName": "notes" })).await;
    assert_eq!(described["Table"]["TableArn"], "arn:aws:dynamodb:eu-central-1:000000000000:table/notes");
    running.stop().await;
}

#[tokio::test]
async fn endpoints_are_written_down_while_it_runs_and_data_is_held_by_one() {
    let directory = TempDir::new().unwrap();
    let options = options(directory.path());
    let running = start(options.clone()).await.unwrap();
    let written: Value = serde_json::from_slice(&std::fs::read(&options.endpoints).unwrap()).unwrap();
    assert_eq!(written["eventBus"], "cases");
    assert_eq!(written["aws"], running.endpoints.aws);
    let refused = start(options.clone()).await.err().unwrap();
    assert!(format!("{refused:#}").contains("in use by another local cloud"), "{refused:#}");
    assert!(options.endpoints.exists(), "it is the first one's");
    running.stop().await;
    assert!(!options.endpoints.exists());
    start(Options { fresh: true, ..options }).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let directory = TempDir::new().unwrap();
    let port = taken.local_addr().unwrap().port();
    let refused = start(Options { port, ..options(directory.path()) }).await.err().unwrap();
    assert!(refused.to_string().starts_with(&format!("port {port} (web client) is taken")), "{refused}");
}

#[tokio::test]
async fn the_web_client_is_served_with_its_configuration() {
    let directory = TempDir::new().unwrap();
    let running = start(options(directory.path())).await.unwrap();
    let web = running.endpoints.web.clone();
    let get = |path: &str| reqwest::get(format!("{web}{path}"));
    assert!(get("/").await.unwrap().text().await.unwrap().contains("is not built"));
    std::fs::create_dir(directory.path().join("web")).unwrap();
    std::fs::write(directory.path().join("web/index.html"), "<p>client").unwrap();
    std::fs::write(directory.path().join("web/app.js"), "1").unwrap();
    let answer = get("/").await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
    let Endpoints { http, issuer, aws, .. } = &running.endpoints;
    let allowed = policy.split("; ").find(|part| part.starts_with("connect-src")).unwrap();
    assert!([http, issuer, aws].iter().all(|origin| allowed.contains(origin.as_str())), "{allowed}");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(answer.text().await.unwrap(), "<p>client");
    assert_eq!(get("/app.js").await.unwrap().text().await.unwrap(), "1");
    assert_eq!(get("/missing.js").await.unwrap().status(), 404);
    let config: Value = get("/config.json").await.unwrap().json().await.unwrap();
    assert_eq!(config["http"], running.endpoints.http);
    running.stop().await;
}

#[tokio::test]
async fn functions_end_with_a_killed_local_cloud_and_with_a_stopped_one() {
    for signal in ["KILL", "TERM"] {
        let directory = TempDir::new().unwrap();
        let (mut cloud, endpoints) = command(&options(directory.path()));
        let url = format!("{}/obey", endpoints["http"].as_str().unwrap());
        let answer: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        let process = format!("/proc/{}", answer["process"]);
        assert!(Path::new(&process).exists());
        let kill = Command::new("kill").args(["-s", signal, &cloud.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let ended = cloud.wait().unwrap();
        assert_eq!(ended.success(), signal == "TERM");
        eventually("the function's end", || async { (!Path::new(&process).exists()).then_some(()) }).await;
    }
}
