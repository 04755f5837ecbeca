//! The event bus: what is accepted, and what becomes of it.

use std::sync::Arc;

use case_chat_local_cloud::events::Events;
use case_chat_local_cloud::iam::Iam;
use case_chat_local_cloud::queues::Queues;
use case_chat_local_cloud::state::State;
use case_chat_local_gateway::Invoked;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Scripted, eventually, failed, stack, succeeded};

const TEMPLATE: &str = "
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: cases } }
  Sync:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: sync } }
    Properties:
      EventInvokeConfig:
        MaximumRetryAttempts: 1
        DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Failed.Arn } }
      Events:
        Changed:
          Type: EventBridgeRule
          Properties:
            EventBusName: !Ref Bus
            Pattern: { source: [host], detail-type: [Changed] }
            RetryPolicy: { MaximumRetryAttempts: 0 }
            DeadLetterConfig: { Arn: !GetAtt Undelivered.Arn }
  Failed: { Type: AWS::SQS::Queue }
  Undelivered: { Type: AWS::SQS::Queue }
  UndeliveredPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Undelivered]
      PolicyDocument:
        Statement:
          Effect: Allow
          Principal: { Service: events.amazonaws.com }
          Action: sqs:SendMessage
          Resource: !GetAtt Undelivered.Arn
          Condition: { ArnEquals: { aws:SourceArn: !GetAtt SyncChanged.Arn } }
";

fn bus(directory: &TempDir) -> (Events, Queues) {
    bus_of(directory, TEMPLATE)
}

fn bus_of(directory: &TempDir, template: &str) -> (Events, Queues) {
    let stack = stack(template);
    let state = State::open(&directory.path().join("state.db")).unwrap();
    let queues = Queues::new(stack.queues.clone(), state.clone());
    let iam = Iam::new(&stack, "000000000000", "eu-central-1", None).unwrap();
    (Events::new(&stack, "000000000000", "eu-central-1", state, queues.clone(), iam), queues)
}

fn entry(source: &str) -> Value {
    json!({ "EventBusName": "cases", "Source": source, "DetailType": "Changed", "Detail": "{\"caseId\":\"c\"}" })
}

async fn put(events: &Events, entries: Value) -> Value {
    events.handle("PutEvents", &json!({ "Entries": entries })).await.unwrap()
}

async fn message(queues: &Queues, queue: &str) -> (Value, Value) {
    eventually("a message", || async {
        let body = json!({ "QueueUrl": format!("x/case-chat-{queue}") });
        let answer = queues.handle("ReceiveMessage", &body).await.unwrap();
        let message = &answer["Messages"][0];
        Some((serde_json::from_str(message["Body"].as_str()?).unwrap(), message["MessageAttributes"].clone()))
    })
    .await
}

#[tokio::test]
async fn an_event_that_matches_reaches_the_function_in_its_envelope() {
    let directory = TempDir::new().unwrap();
    let (events, _) = bus(&directory);
    let function = Arc::new(Scripted::new(|_| succeeded()));
    let delivering = events.deliver(Arc::clone(&function) as _);
    let answer = put(&events, json!([entry("stranger"), entry("host")])).await;
    assert_eq!(answer["FailedEntryCount"], 0);
    let received = eventually("delivery", || async { function.events().first().cloned() }).await;
    assert_eq!(received["id"], answer["Entries"][1]["EventId"]);
    assert_eq!(received["version"], "0");
    assert_eq!(received["detail-type"], "Changed");
    assert_eq!(received["detail"], json!({ "caseId": "c" }));
    assert_eq!((&received["account"], &received["region"]), (&json!("000000000000"), &json!("eu-central-1")));
    delivering.abort();
}

#[tokio::test]
async fn an_accepted_event_is_delivered_by_the_next_process() {
    let directory = TempDir::new().unwrap();
    put(&bus(&directory).0, json!([entry("host")])).await;
    let (events, _) = bus(&directory);
    let function = Arc::new(Scripted::new(|_| succeeded()));
    let delivering = events.deliver(Arc::clone(&function) as _);
    eventually("delivery", || async { function.events().first().cloned() }).await;
    delivering.abort();
}

#[tokio::test]
async fn a_function_that_goes_on_failing_has_its_event_sent_to_the_destination() {
    let directory = TempDir::new().unwrap();
    let (events, queues) = bus(&directory);
    let function = Arc::new(Scripted::new(|_| failed()));
    let delivering = events.deliver(Arc::clone(&function) as _);
    put(&events, json!([entry("host")])).await;
    let (given_up, _) = message(&queues, "Failed").await;
    assert_eq!(given_up["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(given_up["requestContext"]["approximateInvokeCount"], 2);
    assert_eq!(given_up["requestPayload"]["detail"]["caseId"], "c");
    assert_eq!(given_up["responsePayload"]["errorType"], "Oh");
    assert_eq!(function.events().len(), 2);
    delivering.abort();
}

#[tokio::test]
async fn an_event_without_a_function_to_take_it_is_sent_to_the_rules_dead_letters() {
    let directory = TempDir::new().unwrap();
    let (events, queues) = bus(&directory);
    let function = Arc::new(Scripted::new(|_| Invoked::Unavailable("no binary".into())));
    let delivering = events.deliver(function as _);
    put(&events, json!([entry("host")])).await;
    let (undelivered, attributes) = message(&queues, "Undelivered").await;
    assert_eq!(undelivered["detail"]["caseId"], "c");
    assert_eq!(attributes["ERROR_MESSAGE"]["StringValue"], "no binary");
    delivering.abort();
}

#[tokio::test]
async fn dead_letters_that_the_queues_policy_does_not_take_are_lost() {
    let directory = TempDir::new().unwrap();
    let (events, queues) =
        bus_of(&directory, &TEMPLATE.replace("!GetAtt SyncChanged.Arn", "arn:aws:events:::rule/x"));
    let function = Arc::new(Scripted::new(|event| match event["detail"]["caseId"] == "c" {
        true => Invoked::Unavailable("no binary".into()),
        false => succeeded(),
    }));
    let delivering = events.deliver(Arc::clone(&function) as _);
    put(&events, json!([entry("host")])).await;
    eventually("the second attempt", || async { (function.events().len() == 1).then_some(()) }).await;
    let mut other = entry("host");
    other["Detail"] = json!("{\"caseId\":\"other\"}");
    put(&events, json!([other])).await;
    eventually("the next event", || async { (function.events().len() == 2).then_some(()) }).await;
    let receive = json!({ "QueueUrl": "x/case-chat-Undelivered" });
    assert_eq!(queues.handle("ReceiveMessage", &receive).await.unwrap(), json!({}));
    delivering.abort();
}

#[tokio::test]
async fn bad_entries_are_refused_one_by_one() {
    let directory = TempDir::new().unwrap();
    let (events, _) = bus(&directory);
    let wrong = |name: &str, value: &str| {
        let mut entry = entry("host");
        entry[name] = json!(value);
        entry
    };
    let entries = json!([
        entry("host"),
        wrong("Detail", "not json"),
        wrong("EventBusName", "nowhere"),
        wrong("Source", ""),
        wrong("Detail", &format!("{{\"x\":\"{}\"}}", "x".repeat(256 * 1024))),
        wrong("EventBusName", "arn:aws:events:eu-central-1:000000000000:event-bus/cases"),
    ]);
    let answer = put(&events, entries).await;
    assert_eq!(answer["FailedEntryCount"], 4);
    let codes: Vec<_> =
        answer["Entries"].as_array().unwrap().iter().map(|entry| entry["ErrorCode"].clone()).collect();
    assert_eq!(codes[1], "MalformedDetail");
    assert_eq!(codes[2], "ResourceNotFoundException");
    assert_eq!((&codes[0], &codes[5]), (&Value::Null, &Value::Null));
    assert!(events.handle("PutEvents", &json!({ "Entries": vec![entry("host"); 11] })).await.is_err());
}
