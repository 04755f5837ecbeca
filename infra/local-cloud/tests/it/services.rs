//! What each operation of the emulated services needs, and how each service words a refusal.

use case_chat_local_cloud::{Options, Running, start};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::examples;

const TEMPLATE: &str = "
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: cases } }
  BusDenies:
    Type: AWS::Events::EventBusPolicy
    Properties:
      EventBusName: !Ref Bus
      StatementId: NobodyMayPut
      Statement: { Effect: Deny, Principal: '*', Action: events:PutEvents, Resource: !GetAtt Bus.Arn }
  Queue: { Type: AWS::SQS::Queue }
  Threads:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: threads
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      GlobalSecondaryIndexes:
        - { IndexName: byId, KeySchema: [{ AttributeName: id, KeyType: HASH }], Projection: { ProjectionType: ALL } }
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  Socket: { Type: AWS::Serverless::WebSocketApi, Properties: { RouteSelectionExpression: $request.body.action, StageName: live } }
  Act:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
    Properties:
      Policies: [{ Statement: [GRANT] }]
";
const USER: &str =
    "User: arn:aws:sts::000000000000:assumed-role/case-chat-ActRole-LOCAL/Act is not authorized to perform:";

/// A running stack whose function has one grant, or none.
struct Stack {
    running: Running,
    _directory: TempDir,
}

impl Stack {
    async fn granting(grant: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let template = directory.path().join("template.yaml");
        std::fs::write(&template, TEMPLATE.replace("GRANT", grant)).unwrap();
        let options = Options {
            template,
            port: 0,
            data: directory.path().join("data"),
            functions: examples(),
            endpoints: directory.path().join("endpoints.json"),
            no_seed: true,
            ..Options::default()
        };
        Self { running: start(options).await.unwrap(), _directory: directory }
    }

    async fn ask(&self, key: &str, target: &str, body: &Value) -> (u16, Option<String>, Value) {
        let scope = "20260105/eu-central-1/x/aws4_request, SignedHeaders=host, Signature=00";
        let request = match target.split_once(' ') {
            Some((method, path)) => reqwest::Client::new()
                .request(method.parse().unwrap(), format!("{}{path}", self.running.endpoints.aws)),
            None => reqwest::Client::new().post(&self.running.endpoints.aws).header("x-amz-target", target),
        };
        let request = request
            .header("authorization", format!("AWS4-HMAC-SHA256 Credential={key}/{scope}"))
            .header("x-amz-date", "20260105T000000Z")
            .header("content-type", "application/x-amz-json-1.0");
        let answer = request.body(body.to_string()).send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let kind = header("x-amzn-errortype").or_else(|| header("x-amzn-query-error"));
        let status = answer.status().as_u16();
        (status, kind, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
    }
}

fn statement(text: &str) -> Value {
    json!({ "Statement": text })
}

/// Operations and requests, with the action and the resource that AWS asks for.
fn operations() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let on_table = json!({ "TableName": "threads" });
    let named_by_arn = json!({ "TableName": "arn:aws:dynamodb:eu-west-1:1:table/threads" });
    let on_index = json!({ "TableName": "threads", "IndexName": "byId" });
    let transaction = |part: &str| json!({ "TransactItems": [{ part: on_table }] });
    let delete = statement("DELETE FROM threads WHERE id = 'a'");
    let insert = statement("INSERT INTO \"threads\" VALUE {'id': 'a'}");
    let update = statement("UPDATE threads SET a = 1 WHERE id = 'a'");
    let update_from = statement("FROM threads WHERE id = 'a' SET a = 1");
    let (table, index) = ("table/threads", "table/threads/index/byId");
    vec![
        ("GetItem", on_table.clone(), "GetItem", table),
        ("DescribeTable", on_table.clone(), "DescribeTable", table),
        ("ListTables", json!({}), "ListTables", "table/*"),
        ("Query", on_table.clone(), "Query", table),
        ("Query", named_by_arn, "Query", table),
        ("Query", on_index.clone(), "Query", index),
        ("Scan", on_index, "Scan", index),
        ("BatchWriteItem", json!({ "RequestItems": { "threads": [] } }), "BatchWriteItem", table),
        ("BatchGetItem", json!({ "RequestItems": { "threads": {} } }), "BatchGetItem", table),
        ("TransactWriteItems", transaction("Put"), "PutItem", table),
        ("TransactWriteItems", transaction("Update"), "UpdateItem", table),
        ("TransactWriteItems", transaction("Delete"), "DeleteItem", table),
        ("TransactWriteItems", transaction("ConditionCheck"), "ConditionCheckItem", table),
        ("TransactGetItems", transaction("Get"), "GetItem", table),
        ("ExecuteStatement", insert, "PartiQLInsert", table),
        ("ExecuteStatement", statement("SELECT * FROM threads"), "PartiQLSelect", table),
        ("ExecuteStatement", statement("SELECT * FROM threads.\"byId\""), "PartiQLSelect", index),
        ("ExecuteStatement", update, "PartiQLUpdate", table),
        ("ExecuteStatement", update_from, "PartiQLUpdate", table),
        ("ExecuteStatement", delete.clone(), "PartiQLDelete", table),
        ("BatchExecuteStatement", json!({ "Statements": [delete] }), "PartiQLDelete", table),
        ("ExecuteTransaction", json!({ "TransactStatements": [delete] }), "PartiQLDelete", table),
    ]
}

#[tokio::test]
async fn every_operation_of_dynamodb_needs_its_own_action_on_its_own_resource() {
    let nothing = Stack::granting("").await;
    for (operation, body, action, resource) in operations() {
        let target = format!("DynamoDB_20120810.{operation}");
        let (status, _, denied) = nothing.ask("LOCALAct", &target, &body).await;
        let expected = format!(
            "{USER} dynamodb:{action} on resource: arn:aws:dynamodb:eu-central-1:000000000000:{resource} \
             because no identity-based policy allows the dynamodb:{action} action"
        );
        assert_eq!((status, &denied["Message"]), (400, &json!(expected)), "{target} {body}");
        assert_eq!(denied["__type"], "com.amazon.coral.service#AccessDeniedException");
    }
    nothing.running.stop().await;
}

#[tokio::test]
async fn streams_queues_buses_and_sockets_are_asked_for_by_arn() {
    let stack = Stack::granting("").await;
    let stream = "arn:aws:dynamodb:eu-central-1:000000000000:table/threads/stream/local";
    let account = stack
        .ask("local", "DynamoDBStreams_20120810.DescribeStream", &json!({ "StreamArn": stream }))
        .await
        .2;
    let shard = account["StreamDescription"]["Shards"][0]["ShardId"].clone();
    let iterator = json!({ "StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
    let iterator = stack.ask("local", "DynamoDBStreams_20120810.GetShardIterator", &iterator).await.2;
    for (operation, body) in [
        ("DescribeStream", json!({ "StreamArn": stream })),
        ("GetShardIterator", json!({ "StreamArn": stream })),
        ("GetRecords", iterator),
    ] {
        let (_, _, denied) =
            stack.ask("LOCALAct", &format!("DynamoDBStreams_20120810.{operation}"), &body).await;
        let expected = format!("{USER} dynamodb:{operation} on resource: {stream} because");
        assert!(
            denied["Message"].as_str().unwrap_or_default().starts_with(&expected),
            "{operation}: {denied}"
        );
    }
    let send = json!({ "QueueUrl": "http://x/000000000000/case-chat-Queue", "MessageBody": "x" });
    for operation in ["SendMessage", "SendMessageBatch"] {
        let (status, code, denied) = stack.ask("LOCALAct", &format!("AmazonSQS.{operation}"), &send).await;
        assert_eq!((status, code.as_deref()), (403, Some("AccessDenied;Sender")));
        assert_eq!(
            denied["Message"],
            format!(
                "{USER} sqs:sendmessage on resource: arn:aws:sqs:eu-central-1:000000000000:case-chat-Queue \
                 because no identity-based policy allows the sqs:sendmessage action"
            )
        );
    }
    let (status, code, denied) = stack.ask("LOCALAct", "POST /@connections/abc", &json!({})).await;
    assert_eq!((status, code.as_deref()), (403, Some("AccessDeniedException")));
    assert_eq!(
        denied["Message"],
        format!(
            "{USER} execute-api:ManageConnections on resource: \
             arn:aws:execute-api:eu-central-1:000000000000:socket/live/POST/@connections/{{connectionId}} \
             because no identity-based policy allows the execute-api:ManageConnections action"
        )
    );
    assert_eq!(stack.ask("local", "POST /@connections/abc", &json!({})).await.0, 410);
    let entry = json!({ "EventBusName": "cases", "Source": "x", "DetailType": "x", "Detail": "{}" });
    let (status, _, denied) = stack.ask("local", "AWSEvents.PutEvents", &json!({ "Entries": [entry] })).await;
    assert_eq!((status, &denied["__type"]), (400, &json!("com.amazon.coral.service#AccessDeniedException")));
    assert_eq!(
        denied["Message"],
        "User: arn:aws:iam::000000000000:user/local is not authorized to perform: events:PutEvents on resource: \
         arn:aws:events:eu-central-1:000000000000:event-bus/cases with an explicit deny in a resource-based policy"
    );
    stack.running.stop().await;
}

#[tokio::test]
async fn a_function_is_invoked_by_hand_by_who_may() {
    let stack = Stack::granting("").await;
    let invoke = "POST /2015-03-31/functions/case-chat-Act/invocations";
    let (status, _, answer) = stack.ask("local", invoke, &json!({ "greeting": "hello" })).await;
    assert_eq!((status, &answer["event"]["greeting"]), (200, &json!("hello")), "{answer}");
    let (status, _, answer) = stack.ask("local", invoke, &json!({ "do": "fail" })).await;
    assert_eq!(
        (status, &answer["errorMessage"]),
        (200, &json!("as ordered")),
        "a function's failure is none of Lambda's"
    );
    let (status, code, denied) = stack.ask("LOCALAct", invoke, &json!({})).await;
    assert_eq!((status, code.as_deref()), (403, Some("AccessDeniedException")));
    assert_eq!(
        denied["message"],
        format!(
            "{USER} lambda:InvokeFunction on resource: \
             arn:aws:lambda:eu-central-1:000000000000:function:case-chat-Act \
             because no identity-based policy allows the lambda:InvokeFunction action"
        )
    );
    for other in ["POST /2015-03-31/functions/nobody/invocations", "GET /2015-03-31/functions/case-chat-Act"]
    {
        let (status, code, _) = stack.ask("local", other, &json!({})).await;
        assert_eq!((status, code.as_deref()), (404, Some("ResourceNotFoundException")), "{other}");
    }
    stack.running.stop().await;
}

#[tokio::test]
async fn one_verb_of_partiql_can_be_granted_and_no_other() {
    let grant = "{ Effect: Allow, Action: dynamodb:PartiQLInsert, Resource: !GetAtt Threads.Arn }";
    let stack = Stack::granting(grant).await;
    let run = async |text: &str| {
        stack.ask("LOCALAct", "DynamoDB_20120810.ExecuteStatement", &statement(text)).await
    };
    let (status, _, answer) = run("INSERT INTO threads VALUE {'id': 'a'}").await;
    assert_eq!(status, 200, "{answer}");
    for verb in [
        "DELETE FROM threads WHERE id = 'a'",
        "UPDATE threads SET a = 1 WHERE id = 'a'",
        "SELECT * FROM threads",
    ] {
        assert!(run(verb).await.2["Message"].as_str().unwrap().contains("not authorized"), "{verb}");
    }
    let (status, _, refused) = run("DROP TABLE threads").await;
    assert_eq!((status, &refused["__type"]), (400, &json!("com.amazonaws#ValidationException")));
    let both = json!({ "Statements": [
        statement("INSERT INTO threads VALUE {'id': 'b'}"),
        statement("DELETE FROM threads WHERE id = 'a'"),
    ] });
    let (_, _, denied) = stack.ask("LOCALAct", "DynamoDB_20120810.BatchExecuteStatement", &both).await;
    assert!(
        denied["Message"].as_str().unwrap().contains("dynamodb:PartiQLDelete"),
        "one that is denied denies all"
    );
    stack.running.stop().await;
}
