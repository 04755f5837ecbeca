//! Event source mappings: order, failures, and where they go on.

use std::sync::Arc;

use case_chat_local_cloud::dynamodb::DynamoDb;
use case_chat_local_cloud::iam::Iam;
use case_chat_local_cloud::queues::Queues;
use case_chat_local_cloud::sources::{Source, passed};
use case_chat_local_cloud::state::State;
use case_chat_local_cloud::template::Stack;
use case_chat_local_gateway::Invoked;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::support::{Scripted, eventually, failed, stack, succeeded};

const TEMPLATE: &str = "
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{ AttributeName: id, AttributeType: N }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  Fold:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: fold } }
    Properties:
      Policies:
        - Statement:
            - Effect: Allow
              Action: [dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator, dynamodb:ListStreams]
              Resource: !GetAtt Table.StreamArn
            - { Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Failed.Arn }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Fold
      EventSourceArn: !GetAtt Table.StreamArn
      StartingPosition: TRIM_HORIZON
      BatchSize: 8
      BisectBatchOnFunctionError: true
      MaximumRetryAttempts: 1
      FunctionResponseTypes: [ReportBatchItemFailures]
      FilterCriteria: { Filters: [{ Pattern: '{\"eventName\":[\"INSERT\"]}' }] }
      DestinationConfig: { OnFailure: { Destination: !GetAtt Failed.Arn } }
  Failed: { Type: AWS::SQS::Queue }
";

/// A table with its mapping, over a directory that outlives it.
struct Fixture {
    stack: Stack,
    dynamodb: DynamoDb,
    state: State,
    queues: Queues,
}

impl Fixture {
    async fn open(directory: &TempDir) -> Self {
        Self::with(directory, TEMPLATE).await
    }

    async fn with(directory: &TempDir, template: &str) -> Self {
        let stack = stack(template);
        let dynamodb =
            DynamoDb::open(directory.path().join("dynamodb.db"), stack.tables.clone()).await.unwrap();
        let state = State::open(&directory.path().join("state.db")).unwrap();
        let queues = Queues::new(stack.queues.clone(), state.clone());
        Self { stack, dynamodb, state, queues }
    }

    fn follow(&self, invoke: &Arc<Scripted>) -> JoinHandle<()> {
        let source = Source {
            mapping: self.stack.mappings[0].clone(),
            function: self.stack.functions["Fold"].clone(),
            region: "eu-central-1".into(),
            dynamodb: self.dynamodb.clone(),
            state: self.state.clone(),
            queues: self.queues.clone(),
            iam: Iam::new(&self.stack, "000000000000", "eu-central-1", None).unwrap(),
            invoke: Arc::clone(invoke) as _,
        };
        source.start()
    }

    fn put(&self, ids: std::ops::Range<u32>) {
        for id in ids {
            let request =
                json!({ "TableName": "case-chat-Table", "Item": { "id": { "N": id.to_string() } } });
            self.dynamodb.embedded().unwrap().0.put_item(serde_json::from_value(request).unwrap()).unwrap();
        }
        self.dynamodb.announce_write();
    }

    /// Waits until everything before the newest record is done with.
    async fn caught_up(&self) {
        let (arn, table) = (&self.stack.mappings[0].stream_arn, "case-chat-Table");
        let newest = self.dynamodb.newest(arn, table).await.unwrap();
        eventually("catching up", || async {
            let passed = passed(&self.state, &self.stack.tables, &self.stack.mappings).await.unwrap();
            (passed.get(table) == Some(&newest)).then_some(())
        })
        .await;
    }

    async fn reported(&self) -> Option<Value> {
        let body = json!({ "QueueUrl": "x/case-chat-Failed" });
        let answer = self.queues.handle("ReceiveMessage", &body).await.unwrap();
        let text = answer["Messages"][0]["Body"].as_str()?;
        Some(serde_json::from_str(text).unwrap())
    }
}

fn ids(event: &Value) -> Vec<u32> {
    let records = event["Records"].as_array().unwrap();
    let id = |record: &Value| record["dynamodb"]["Keys"]["id"]["N"].as_str().unwrap().parse().unwrap();
    records.iter().map(id).collect()
}

fn sequence_number(event: &Value, id: u32) -> Value {
    let index = ids(event).iter().position(|found| *found == id).unwrap();
    event["Records"][index]["dynamodb"]["SequenceNumber"].clone()
}

#[tokio::test]
async fn records_arrive_in_order_in_the_form_that_lambda_gives_them() {
    let directory = TempDir::new().unwrap();
    let fixture = Fixture::open(&directory).await;
    fixture.put(0..20);
    let function = Arc::new(Scripted::new(|_| succeeded()));
    let following = fixture.follow(&function);
    fixture.caught_up().await;
    let events = function.events();
    assert_eq!(events.iter().flat_map(ids).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
    assert_eq!(events.iter().map(|event| ids(event).len()).collect::<Vec<_>>(), [8, 8, 4]);
    let record = &events[0]["Records"][0];
    assert_eq!(record["eventName"], "INSERT");
    assert_eq!(record["eventVersion"], "1.1");
    assert_eq!(record["eventSource"], "aws:dynamodb");
    assert_eq!(record["awsRegion"], "eu-central-1");
    assert_eq!(record["eventSourceARN"], fixture.stack.mappings[0].stream_arn.as_str());
    assert_eq!(record["dynamodb"]["NewImage"], json!({ "id": { "N": "0" } }));
    assert_eq!(record["dynamodb"]["StreamViewType"], "NEW_IMAGE");
    assert!(record["dynamodb"]["ApproximateCreationDateTime"].is_number());
    following.abort();
}

#[tokio::test]
async fn what_the_filter_holds_back_is_passed_over() {
    let directory = TempDir::new().unwrap();
    let fixture = Fixture::open(&directory).await;
    fixture.put(0..1);
    fixture.put(0..1);
    fixture.put(1..2);
    let function = Arc::new(Scripted::new(|_| succeeded()));
    let following = fixture.follow(&function);
    fixture.caught_up().await;
    assert_eq!(function.events().iter().flat_map(ids).collect::<Vec<_>>(), [0, 1]);
    following.abort();
}

#[tokio::test]
async fn a_failing_batch_is_split_until_the_poison_stands_alone() {
    let directory = TempDir::new().unwrap();
    let fixture = Fixture::open(&directory).await;
    fixture.put(0..8);
    let function =
        Arc::new(Scripted::new(|event| if ids(event).contains(&5) { failed() } else { succeeded() }));
    let following = fixture.follow(&function);
    fixture.caught_up().await;
    let events = function.events();
    let (bad, good): (Vec<_>, Vec<_>) = events.iter().partition(|event| ids(event).contains(&5));
    assert_eq!(good.into_iter().flat_map(ids).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 6, 7]);
    assert_eq!(bad.iter().filter(|event| ids(event) == [5]).count(), 2, "the attempt and its one retry");
    let report = fixture.reported().await.unwrap();
    let poison = sequence_number(&events[0], 5);
    assert_eq!(report["requestContext"]["condition"], "RetryAttemptsExhausted");
    assert_eq!(report["DDBStreamBatchInfo"]["startSequenceNumber"], poison);
    assert_eq!(report["DDBStreamBatchInfo"]["endSequenceNumber"], poison);
    assert_eq!(report["DDBStreamBatchInfo"]["batchSize"], 1);
    assert!(!report.to_string().contains("NewImage"), "positions only, no contents");
    following.abort();
}

#[tokio::test]
async fn a_partial_failure_comes_again_from_its_lowest_record_on() {
    let directory = TempDir::new().unwrap();
    let fixture = Fixture::open(&directory).await;
    fixture.put(0..8);
    let mut first = true;
    let function = Arc::new(Scripted::new(move |event| {
        if !std::mem::take(&mut first) {
            return succeeded();
        }
        let items = [6, 3].map(|id| json!({ "itemIdentifier": sequence_number(event, id) }));
        Invoked::Returned(json!({ "batchItemFailures": items }).to_string().into())
    }));
    let following = fixture.follow(&function);
    fixture.caught_up().await;
    let batches: Vec<_> = function.events().iter().map(ids).collect();
    assert_eq!(batches, [vec![0, 1, 2, 3, 4, 5, 6, 7], vec![3, 4, 5, 6, 7]]);
    assert_eq!(fixture.reported().await, None);
    following.abort();
}

#[tokio::test]
async fn the_position_survives_a_restart_and_passed_records_can_go() {
    let directory = TempDir::new().unwrap();
    {
        let fixture = Fixture::open(&directory).await;
        fixture.put(0..3);
        let following = fixture.follow(&Arc::new(Scripted::new(|_| succeeded())));
        fixture.caught_up().await;
        following.abort();
        fixture.dynamodb.stop();
    }
    let fixture = Fixture::open(&directory).await;
    let passed = passed(&fixture.state, &fixture.stack.tables, &fixture.stack.mappings).await.unwrap();
    assert_eq!(fixture.dynamodb.prune(passed).await.unwrap(), 2, "all but the newest");
    let function = Arc::new(Scripted::new(|_| succeeded()));
    let following = fixture.follow(&function);
    fixture.put(3..5);
    fixture.caught_up().await;
    assert_eq!(function.events().iter().flat_map(ids).collect::<Vec<_>>(), [3, 4]);
    following.abort();
}

#[tokio::test]
async fn a_stream_that_the_functions_role_may_not_read_is_not_followed() {
    for action in ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"] {
        let directory = TempDir::new().unwrap();
        let template = TEMPLATE.replace(&format!("dynamodb:{action}"), "dynamodb:GetItem");
        let fixture = Fixture::with(&directory, &template).await;
        fixture.put(0..1);
        let function = Arc::new(Scripted::new(|_| succeeded()));
        fixture.follow(&function).await.unwrap();
        assert!(function.events().is_empty(), "{action}");
    }
}

#[tokio::test]
async fn a_report_that_the_functions_role_may_not_send_is_lost_and_the_stream_goes_on() {
    let directory = TempDir::new().unwrap();
    let fixture = Fixture::with(&directory, &TEMPLATE.replace("sqs:SendMessage", "sqs:GetQueueUrl")).await;
    fixture.put(0..2);
    let function =
        Arc::new(Scripted::new(|event| if ids(event).contains(&0) { failed() } else { succeeded() }));
    let following = fixture.follow(&function);
    fixture.caught_up().await;
    assert_eq!(fixture.reported().await, None);
    assert_eq!(function.events().last().map(ids), Some(vec![1]));
    following.abort();
}
