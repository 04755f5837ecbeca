//! Queues: what is visible when, and where messages end up.

use case_chat_local_cloud::queues::Queues;
use case_chat_local_cloud::state::State;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::stack;

const TEMPLATE: &str = "
Resources:
  Work:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 1
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2 }
  Dead: { Type: AWS::SQS::Queue }
";

fn queues(directory: &TempDir) -> Queues {
    let state = State::open(&directory.path().join("state.db")).unwrap();
    Queues::new(stack(TEMPLATE).queues, state)
}

async fn ask(queues: &Queues, operation: &str, queue: &str, mut body: Value) -> Value {
    body["QueueUrl"] = json!(format!("http://127.0.0.1:7005/000000000000/case-chat-{queue}"));
    queues.handle(operation, &body).await.unwrap()
}

#[tokio::test]
async fn a_received_message_is_hidden_until_its_timeout_and_gone_once_deleted() {
    let directory = TempDir::new().unwrap();
    let queues = queues(&directory);
    let sent = ask(&queues, "SendMessage", "Work", json!({ "MessageBody": "hello" })).await;
    assert_eq!(sent["MD5OfMessageBody"], "5d41402abc4b2a76b9719d911017c592");
    let first = ask(&queues, "ReceiveMessage", "Work", json!({})).await;
    assert_eq!(first["Messages"][0]["Body"], "hello");
    assert_eq!(ask(&queues, "ReceiveMessage", "Work", json!({})).await, json!({}));
    let wait = json!({ "WaitTimeSeconds": 20, "AttributeNames": ["All"] });
    let again = ask(&queues, "ReceiveMessage", "Work", wait).await;
    assert_eq!(again["Messages"][0]["Attributes"]["ApproximateReceiveCount"], "2");
    let receipt = again["Messages"][0]["ReceiptHandle"].clone();
    ask(&queues, "DeleteMessage", "Work", json!({ "ReceiptHandle": receipt })).await;
    let counts = ask(&queues, "GetQueueAttributes", "Work", json!({ "AttributeNames": ["All"] })).await;
    assert_eq!(counts["Attributes"]["ApproximateNumberOfMessages"], "0");
    assert_eq!(counts["Attributes"]["ApproximateNumberOfMessagesNotVisible"], "0");
}

#[tokio::test]
async fn a_message_that_is_received_too_often_goes_to_the_dead_letter_queue() {
    let directory = TempDir::new().unwrap();
    let queues = queues(&directory);
    ask(&queues, "SendMessage", "Work", json!({ "MessageBody": "poison" })).await;
    for _ in 0..2 {
        let received = ask(&queues, "ReceiveMessage", "Work", json!({ "VisibilityTimeout": 0 })).await;
        assert_eq!(received["Messages"][0]["Body"], "poison");
    }
    assert_eq!(ask(&queues, "ReceiveMessage", "Work", json!({})).await, json!({}));
    let dead = ask(&queues, "ReceiveMessage", "Dead", json!({})).await;
    assert_eq!(dead["Messages"][0]["Body"], "poison");
}

#[tokio::test]
async fn messages_survive_the_process_and_an_arrival_ends_a_wait() {
    let directory = TempDir::new().unwrap();
    let earlier = queues(&directory);
    ask(&earlier, "SendMessage", "Dead", json!({ "MessageBody": "kept" })).await;
    drop(earlier);
    let queues = queues(&directory);
    let kept = ask(&queues, "ReceiveMessage", "Dead", json!({})).await;
    assert_eq!(kept["Messages"][0]["Body"], "kept");
    let (waiting, _) = tokio::join!(
        ask(&queues, "ReceiveMessage", "Work", json!({ "WaitTimeSeconds": 20 })),
        ask(&queues, "SendMessage", "Work", json!({ "MessageBody": "new" })),
    );
    assert_eq!(waiting["Messages"][0]["Body"], "new");
}

#[tokio::test]
async fn a_message_that_is_given_back_comes_again_at_once() {
    let directory = TempDir::new().unwrap();
    let queues = queues(&directory);
    ask(&queues, "SendMessage", "Dead", json!({ "MessageBody": "again" })).await;
    let received = ask(&queues, "ReceiveMessage", "Dead", json!({ "VisibilityTimeout": 900 })).await;
    assert_eq!(ask(&queues, "ReceiveMessage", "Dead", json!({})).await, json!({}));
    let receipt = &received["Messages"][0]["ReceiptHandle"];
    let back = json!({ "ReceiptHandle": receipt, "VisibilityTimeout": 0 });
    ask(&queues, "ChangeMessageVisibility", "Dead", back).await;
    let again = ask(&queues, "ReceiveMessage", "Dead", json!({})).await;
    assert_eq!(again["Messages"][0]["Body"], "again");
}

#[tokio::test]
async fn an_unknown_queue_and_a_bad_request_are_refused() {
    let directory = TempDir::new().unwrap();
    let queues = queues(&directory);
    for (operation, body) in [
        ("SendMessage", json!({ "QueueUrl": "http://x/0/nowhere", "MessageBody": "x" })),
        ("GetQueueUrl", json!({ "QueueName": "nowhere" })),
        ("ReceiveMessage", json!({ "QueueUrl": "http://x/0/case-chat-Work", "MaxNumberOfMessages": 11 })),
        ("SendMessageBatch", json!({ "QueueUrl": "http://x/0/nowhere", "Entries": [] })),
        ("CreateQueue", json!({})),
    ] {
        assert_eq!(queues.handle(operation, &body).await.unwrap_err().status(), 400);
    }
}

#[tokio::test]
async fn messages_of_a_batch_are_taken_or_refused_one_by_one() {
    let directory = TempDir::new().unwrap();
    let queues = queues(&directory);
    let entries = json!([
        { "Id": "a", "MessageBody": "first" },
        { "Id": "b", "MessageBody": "" },
        { "Id": "c", "MessageBody": "later", "DelaySeconds": 900 },
        { "Id": "d", "MessageBody": "never", "DelaySeconds": 901 },
        { "Id": "e", "MessageBody": "hello" },
    ]);
    let answer = ask(&queues, "SendMessageBatch", "Work", json!({ "Entries": entries })).await;
    let ids = |list: &str| -> Vec<Value> {
        answer[list].as_array().unwrap().iter().map(|entry| entry["Id"].clone()).collect()
    };
    assert_eq!(
        (ids("Successful"), ids("Failed")),
        (vec!["a".into(), "c".into(), "e".into()], vec!["b".into(), "d".into()])
    );
    assert_eq!(answer["Successful"][2]["MD5OfMessageBody"], "5d41402abc4b2a76b9719d911017c592");
    let failed = &answer["Failed"][1];
    assert_eq!((&failed["SenderFault"], &failed["Code"]), (&json!(true), &json!("InvalidParameterValue")));
    let received = ask(&queues, "ReceiveMessage", "Work", json!({ "MaxNumberOfMessages": 10 })).await;
    let bodies: Vec<_> =
        received["Messages"].as_array().unwrap().iter().map(|message| &message["Body"]).collect();
    assert_eq!(bodies, ["first", "hello"]);
    assert_eq!(received["Messages"][0]["MessageId"], answer["Successful"][0]["MessageId"]);
}

#[tokio::test]
async fn what_is_no_batch_is_refused_as_a_whole() {
    let directory = TempDir::new().unwrap();
    let queues = queues(&directory);
    let entry = |id: &str| json!({ "Id": id, "MessageBody": "x" });
    let long = "x".repeat(600 * 1024);
    let many: Vec<Value> = (0..11).map(|id| entry(&id.to_string())).collect();
    for (entries, code) in [
        (json!([]), "EmptyBatchRequest"),
        (json!(many), "TooManyEntriesInBatchRequest"),
        (json!([entry("a"), entry("a")]), "BatchEntryIdsNotDistinct"),
        (json!([entry("a"), entry("b c")]), "InvalidBatchEntryId"),
        (json!([entry("a"), entry("")]), "InvalidBatchEntryId"),
        (
            json!([{ "Id": "a", "MessageBody": long }, { "Id": "b", "MessageBody": long }]),
            "BatchRequestTooLong",
        ),
    ] {
        let body = json!({ "QueueUrl": "http://x/0/case-chat-Work", "Entries": entries });
        let refused = queues.handle("SendMessageBatch", &body).await.unwrap_err();
        assert!(format!("{refused:?}").contains(&format!("\"{code}\"")), "{refused:?}");
    }
    assert_eq!(ask(&queues, "ReceiveMessage", "Work", json!({})).await, json!({}));
}
