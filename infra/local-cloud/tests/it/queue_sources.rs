//! Event source mappings of queues: what is deleted, and what comes again.

use std::sync::Arc;

use bytes::Bytes;
use case_chat_local_cloud::iam::Iam;
use case_chat_local_cloud::queues::Queues;
use case_chat_local_cloud::sources::QueueSource;
use case_chat_local_cloud::state::State;
use case_chat_local_cloud::template::Stack;
use case_chat_local_gateway::{Invoke, Invoked};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::support::{Scripted, eventually, failed, stack, succeeded};

pub(crate) const TEMPLATE: &str = "
Resources:
  Work:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 1
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2 }
  Dead: { Type: AWS::SQS::Queue }
  Do:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: do } }
    Properties:
      Timeout: 1
      Policies:
        - Statement:
            Effect: Allow
            Action: [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes]
            Resource: !GetAtt Work.Arn
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Do
      EventSourceArn: !GetAtt Work.Arn
      BatchSize: 10
      MaximumBatchingWindowInSeconds: 0
      FunctionResponseTypes: [ReportBatchItemFailures]
      ScalingConfig: { MaximumConcurrency: 2 }
";

/// A queue with its mapping.
pub(crate) struct Fixture {
    stack: Stack,
    queues: Queues,
    _directory: TempDir,
}

impl Fixture {
    pub(crate) fn open(template: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let stack = stack(template);
        let state = State::open(&directory.path().join("state.db")).unwrap();
        let queues = Queues::new(stack.queues.clone(), state);
        Self { stack, queues, _directory: directory }
    }

    pub(crate) fn follow(&self, invoke: Arc<dyn Invoke>) -> JoinHandle<()> {
        let source = QueueSource {
            mapping: self.stack.queue_mappings[0].clone(),
            function: self.stack.functions["Do"].clone(),
            queue: self.stack.queues.iter().find(|queue| queue.name == "case-chat-Work").unwrap().clone(),
            region: "eu-central-1".into(),
            queues: self.queues.clone(),
            iam: Iam::new(&self.stack, "000000000000", "eu-central-1", None).unwrap(),
            invoke,
        };
        source.start()
    }

    pub(crate) async fn send(&self, bodies: &[&str]) {
        for body in bodies {
            let text = json!({ "DataType": "String", "StringValue": "x" });
            let body = json!({ "QueueUrl": "x/case-chat-Work", "MessageBody": body, "MessageAttributes": { "kind": text } });
            self.queues.handle("SendMessage", &body).await.unwrap();
        }
    }

    /// How many messages there are to be had, and how many are in somebody's hands.
    pub(crate) async fn counts(&self, queue: &str) -> (usize, usize) {
        let body = json!({ "QueueUrl": format!("x/case-chat-{queue}"), "AttributeNames": ["All"] });
        let answer = self.queues.handle("GetQueueAttributes", &body).await.unwrap();
        let count = |name: &str| answer["Attributes"][name].as_str().unwrap().parse().unwrap();
        (count("ApproximateNumberOfMessages"), count("ApproximateNumberOfMessagesNotVisible"))
    }

    pub(crate) async fn becomes(&self, queue: &str, expected: (usize, usize)) {
        eventually("these counts", || async { (self.counts(queue).await == expected).then_some(()) }).await;
    }
}

fn bodies(event: &Value) -> Vec<&str> {
    event["Records"].as_array().unwrap().iter().map(|record| record["body"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn messages_arrive_in_the_form_that_lambda_gives_them_and_are_deleted() {
    let fixture = Fixture::open(TEMPLATE);
    fixture.send(&["hello", "world"]).await;
    let function = Arc::new(Scripted::new(|_| succeeded()));
    let following = fixture.follow(Arc::clone(&function) as _);
    fixture.becomes("Work", (0, 0)).await;
    let events = function.events();
    assert_eq!(events.iter().map(bodies).collect::<Vec<_>>(), [["hello", "world"]]);
    let mut record = events[0]["Records"][0].clone();
    for given in ["messageId", "receiptHandle"] {
        assert!(record[given].take().as_str().is_some_and(|id| !id.is_empty()), "{given}");
    }
    for time in ["SentTimestamp", "ApproximateFirstReceiveTimestamp"] {
        assert!(record["attributes"][time].take().as_str().unwrap().parse::<i64>().unwrap() > 0, "{time}");
    }
    assert_eq!(
        record,
        json!({
            "messageId": null,
            "receiptHandle": null,
            "body": "hello",
            "attributes": {
                "ApproximateReceiveCount": "1",
                "SentTimestamp": null,
                "SenderId": "000000000000",
                "ApproximateFirstReceiveTimestamp": null,
            },
            "messageAttributes": {
                "kind": { "dataType": "String", "stringValue": "x", "stringListValues": [], "binaryListValues": [] },
            },
            "md5OfBody": "5d41402abc4b2a76b9719d911017c592",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:case-chat-Work",
            "awsRegion": "eu-central-1",
        })
    );
    following.abort();
}

#[tokio::test]
async fn of_a_batch_only_the_messages_that_failed_come_again() {
    let fixture = Fixture::open(TEMPLATE);
    fixture.send(&["a", "b", "c"]).await;
    let function = Arc::new(Scripted::new(|event| {
        let records = event["Records"].as_array().unwrap();
        let bad = records
            .iter()
            .filter(|record| record["body"] == "b" && record["attributes"]["ApproximateReceiveCount"] == "1");
        let failures: Vec<_> = bad.map(|record| json!({ "itemIdentifier": record["messageId"] })).collect();
        Invoked::Returned(json!({ "batchItemFailures": failures }).to_string().into())
    }));
    let following = fixture.follow(Arc::clone(&function) as _);
    fixture.becomes("Work", (0, 0)).await;
    let events = function.events();
    assert_eq!(events.iter().map(bodies).collect::<Vec<_>>(), [vec!["a", "b", "c"], vec!["b"]]);
    assert_eq!(events[1]["Records"][0]["messageId"], events[0]["Records"][1]["messageId"]);
    assert_eq!(fixture.counts("Dead").await, (0, 0));
    following.abort();
}

#[tokio::test]
async fn what_a_function_goes_on_failing_on_comes_again_until_it_is_a_dead_letter() {
    for fails in [failed, || Invoked::Unavailable("no binary".into())] {
        let fixture = Fixture::open(TEMPLATE);
        fixture.send(&["a", "b"]).await;
        let function = Arc::new(Scripted::new(move |_| fails()));
        let following = fixture.follow(Arc::clone(&function) as _);
        fixture.becomes("Dead", (2, 0)).await;
        assert_eq!(fixture.counts("Work").await, (0, 0));
        let events = function.events();
        assert_eq!(events.iter().map(bodies).collect::<Vec<_>>(), [["a", "b"], ["a", "b"]]);
        assert_eq!(events[1]["Records"][0]["attributes"]["ApproximateReceiveCount"], "2");
        following.abort();
    }
}

#[tokio::test]
async fn an_answer_that_does_not_say_which_messages_failed_fails_them_all() {
    let fixture = Fixture::open(&TEMPLATE.replace("BatchSize: 10", "BatchSize: 1"));
    let (good, bad) = (
        ["null", "{}", "{\"batchItemFailures\":null}", "{\"batchItemFailures\":[]}"],
        [
            "nonsense",
            "\"ok\"",
            "{\"failures\":[]}",
            "{\"batchItemFailures\":{}}",
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"stranger\"}]}",
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}",
            "{\"batchItemFailures\":[{\"id\":\"x\"}]}",
        ],
    );
    fixture.send(&good).await;
    fixture.send(&bad).await;
    let function =
        Arc::new(Scripted::new(|event| Invoked::Returned(Bytes::from(bodies(event)[0].to_owned()))));
    let following = fixture.follow(Arc::clone(&function) as _);
    fixture.becomes("Dead", (bad.len(), 0)).await;
    let events = function.events();
    let times = |body: &str| events.iter().filter(|event| bodies(event)[0] == body).count();
    assert_eq!(good.map(times), [1; 4]);
    assert_eq!(bad.map(times), [2; 7]);
    following.abort();
}
