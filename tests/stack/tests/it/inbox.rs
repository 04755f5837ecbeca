//! The inbox is folded from the stream: whatever comes again, late or in other batches changes nothing.

use aws_lambda_events::dynamodb::Event;
use case_chat_aws::{Inbox, Notes};
use case_chat_stack_tests::{Cloud, case, eventually};
use serde_json::{Value, json};

use crate::{amira_and_chen, metrics, settings_of};

/// The inbox and the notes as update-inbox has them.
fn inbox(cloud: &Cloud) -> (Inbox, Notes) {
    let settings = settings_of(cloud, "UpdateInbox");
    let notes = Notes::new(settings.queues(), format!("{}/case-chat-Notes", cloud.url("aws")));
    (Inbox::new(settings.dynamodb(), "case-chat-Inbox".to_owned()), notes)
}

/// Every row of the table, in order, as it stands there.
pub(crate) async fn table(cloud: &Cloud) -> Vec<Value> {
    let scan = json!({ "TableName": "case-chat-Inbox", "ConsistentRead": true });
    let mut rows = cloud.account().call("DynamoDB_20120810.Scan", scan).await["Items"].clone();
    let rows = rows.as_array_mut().expect("items");
    rows.sort_by_key(|row| (row["userId"]["S"].to_string(), row["row"]["S"].to_string()));
    rows.clone()
}

/// A batch of the stream of `threads`.
pub(crate) fn batch(records: &[Value]) -> Event {
    let changes = records.iter().enumerate().map(|(number, record)| {
        let keys = json!({ "caseId": { "S": record["caseId"] }, "seq": { "N": record["seq"].to_string() } });
        let mut image = keys.clone();
        let canonical = serde_json_canonicalizer::to_string(record).expect("JSON");
        image["record"] = json!({ "S": canonical });
        json!({
            "eventID": number.to_string(),
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "awsRegion": "eu-central-1",
            "dynamodb": {
                "ApproximateCreationDateTime": 1.0,
                "Keys": keys,
                "NewImage": image,
                "SequenceNumber": number.to_string(),
                "SizeBytes": 1,
                "StreamViewType": "NEW_IMAGE",
            },
        })
    });
    serde_json::from_value(json!({ "Records": changes.collect::<Vec<_>>() })).expect("an event")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_stream_again_in_other_batches_and_another_order_of_cases_leaves_every_row_as_it_was() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let (lucas, okafor) = (cloud.sign_in("lucas").await, cloud.sign_in("okafor").await);
    cloud.open("case-2", "lucas", "chen").await;
    cloud.open("case-3", "amira", "okafor").await;
    for after in 0..5 {
        assert_eq!(amira.write("case-1", after, &format!("message {after}")).await.status, 201);
        assert_eq!(lucas.write("case-2", after, &format!("message {after}")).await.status, 201);
    }
    assert_eq!(chen.read("case-1", &json!({ "seq": 3 })).await.status, 200);
    // Taken from chen, and given back to him later in another case only.
    cloud.host_says(case("case-1", 2, "amira", "okafor", "open")).await;
    cloud.host_says(case("case-2", 2, "lucas", "okafor", "open")).await;
    cloud.host_says(case("case-3", 2, "amira", "okafor", "closed")).await;
    okafor.shares("case-2").await;
    cloud.host_says(case("case-2", 3, "lucas", "chen", "open")).await;
    chen.shares("case-2").await;
    assert_eq!(okafor.write("case-1", 6, "the new one writes").await.status, 201);

    let threads = [amira.thread("case-1").await, lucas.thread("case-2").await, okafor.thread("case-3").await];
    let rows = eventually("all is folded", || async {
        let rows = table(&cloud).await;
        let heads = threads.iter().filter(|thread| {
            let newest = &thread[thread.len() - 1];
            let row = json!(format!("case#{}", newest["caseId"].as_str().expect("an id")));
            let at_head = |user: &Value| {
                rows.iter().any(|held| {
                    held["row"]["S"] == row
                        && held["userId"]["S"] == *user
                        && held["head"]["N"].as_str() == Some(&newest["seq"].to_string())
                })
            };
            ["requester", "provider"].iter().all(|role| at_head(&newest["participants"][role]["userId"]))
        });
        (heads.count() == 3).then_some(rows)
    })
    .await;

    let (inbox, notes) = inbox(&cloud);
    for (order, size) in [([0, 1, 2], 1), ([2, 0, 1], 3), ([1, 2, 0], 100), ([0, 2, 1], 4)] {
        // Cases interleave as shards bring them; within a case the order is the thread's.
        let mut streams = order.map(|case| threads[case].iter());
        let mut stream = Vec::new();
        let mut open = true;
        while open {
            open = false;
            for records in &mut streams {
                let next: Vec<Value> = records.by_ref().take(2).cloned().collect();
                open |= !next.is_empty();
                stream.extend(next);
            }
        }
        for records in stream.chunks(size) {
            let answer = update_inbox::update(&inbox, &notes, &metrics(), &batch(records)).await;
            assert!(answer.batch_item_failures.is_empty(), "{answer:?}");
            assert_eq!(table(&cloud).await, rows, "after a replay in batches of {size}");
        }
    }
    assert_eq!(
        chen.get("/cases").await.body["cases"].as_array().map(Vec::len),
        Some(1),
        "case-1 stays with okafor"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_with_a_message_and_the_closing_after_it_keeps_the_preview() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    assert_eq!(amira.write("case-1", 0, "shown in the list").await.status, 201);
    cloud.host_says(case("case-1", 2, "amira", "chen", "closed")).await;
    let thread = eventually("it is closed", || async {
        let thread = amira.thread("case-1").await;
        (thread.len() == 3).then_some(thread)
    })
    .await;
    let fresh = Cloud::start().await;
    let (inbox, notes) = inbox(&fresh);
    let answer = update_inbox::update(&inbox, &notes, &metrics(), &batch(&thread)).await;
    assert!(answer.batch_item_failures.is_empty(), "{answer:?}");
    let closed = fresh.sign_in("chen").await.get("/cases?status=closed").await.body;
    assert_eq!(
        closed["cases"][0]["preview"],
        json!({ "senderRole": "requester", "text": "shown in the list" })
    );
    assert_eq!((&closed["cases"][0]["unread"], &closed["totalUnread"]), (&json!(1), &json!(1)));
}
