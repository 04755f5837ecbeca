//! The record of grants that were used.

use case_chat_local_cloud::iam::{Access, Iam, Principal};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::stack;

const TEMPLATE: &str = "
Resources:
  Failed: { Type: AWS::SQS::Queue }
  Act:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: act } }
    Properties:
      EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Failed.Arn } } }
      Policies:
        - Statement:
            - { Sid: Read, Effect: Allow, Action: [dynamodb:Query, 'dynamodb:Get*'], Resource: '*' }
            - { Effect: Deny, Action: dynamodb:GetRecords, Resource: '*' }
        - Statement: { Effect: Allow, Action: events:PutEvents, Resource: '*' }
";
const TABLE: &str = "arn:aws:dynamodb:eu-central-1:000000000000:table/x";

fn line(kind: &str, statement: &str, action: &str) -> Value {
    json!({ "kind": kind, "function": "Act", "statement": statement, "action": action })
}

#[test]
fn grants_are_written_at_the_start_and_once_each_when_they_are_used() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("grants.jsonl");
    let stack = stack(TEMPLATE);
    let open = || Iam::new(&stack, "000000000000", "eu-central-1", Some(&file)).unwrap();
    let iam = open();
    let function = Principal::Function("Act");
    for action in [
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:BatchGetItem",
        "dynamodb:getitem",
        "dynamodb:GetRecords",
    ] {
        let _ = iam.check(&function, &Access::new(action, TABLE));
    }
    iam.check(&Principal::Account, &Access::new("events:PutEvents", TABLE)).unwrap();
    assert!(iam.may_send(&function, &stack.queues[0].arn), "SAM grants it");
    let granted = [
        line("granted", "Read", "dynamodb:Query"),
        line("granted", "Read", "dynamodb:Get*"),
        line("granted", "2", "events:PutEvents"),
    ];
    let used = [line("used", "Read", "dynamodb:Get*"), line("used", "Read", "dynamodb:Query")];
    let written = || -> Vec<Value> {
        let text = std::fs::read_to_string(&file).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    assert_eq!(written(), [&granted[..], &used[..]].concat());
    open();
    assert_eq!(written(), [&granted[..], &used[..], &granted[..]].concat(), "another process appends");
}
