//! What a request costs, as the emulated services count it: the same in a long thread as in a short one.

use case_chat_domain::{Change, Role, SealedRecord, Timestamp};
use case_chat_stack_tests::{Client, Cloud, eventually, new_id};
use serde_json::json;

use crate::amira_and_chen;

const TEXT: &str = "Good morning, doctor. It is a little better today, but the knee still hurts at night.";

/// Write units of one message: the thread's, and those of folding it into both inboxes.
async fn price_of_a_post(cloud: &Cloud, amira: &Client, chen: &Client, after: u64) -> (f64, f64) {
    let folded = async |head: u64| {
        eventually("both inboxes have it", || async {
            let mut heads = Vec::new();
            for client in [amira, chen] {
                heads.push(client.get("/cases").await.body["cases"][0]["head"].as_u64());
            }
            (heads == [Some(head), Some(head)]).then_some(())
        })
        .await;
    };
    folded(after).await;
    let since = cloud.account().newest_request().await;
    assert_eq!(amira.write("case-1", after, TEXT).await.status, 201);
    folded(after + 1).await;
    let units = async |function: &str, table: &str, operation: &str| {
        let requests = cloud.account().requests_of(function, table, since).await;
        requests.iter().filter(|request| request.operation == operation).map(|request| request.units).sum()
    };
    let inserted: f64 = units("PostMessage", "threads", "ExecuteStatement").await;
    let folded: f64 = units("UpdateInbox", "inbox", "UpdateItem").await;
    (inserted, folded)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_costs_three_write_units_at_message_10_and_at_message_10_000() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    for after in 0..9 {
        assert_eq!(amira.write("case-1", after, TEXT).await.status, 201);
    }
    assert_eq!(price_of_a_post(&cloud, &amira, &chen, 9).await, (1.0, 2.0));

    // The rest of the thread, as the functions would have written it, put there in their place.
    let newest = amira.get("/cases/case-1/messages?limit=1").await.body["records"][0].clone();
    let canonical = serde_json_canonicalizer::to_string(&newest).expect("JSON");
    let mut record = SealedRecord::parse(canonical).expect("a record");
    let mut written = Vec::new();
    for number in 11..10_000_u64 {
        let change = Change::Write {
            role: if number % 3 == 0 { Role::Requester } else { Role::Provider },
            client_id: new_id().parse().expect("an id"),
            body: TEXT.to_owned().try_into().expect("a text"),
            attachments: Vec::new(),
        };
        record = record.record().next(change, Timestamp::from_millis(1_795_381_800_000));
        written.push(record.clone());
    }
    let written = written.iter().map(|record| (record.record().seq.get(), record.json()));
    cloud.credentials_of("PostMessage").insert_all_into_thread("case-1", written).await;
    assert_eq!(price_of_a_post(&cloud, &amira, &chen, 9_999).await, (1.0, 2.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_cases_is_one_query_and_a_mark_at_the_end_is_one_write() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    for number in 2..30 {
        cloud.open(&format!("case-{number}"), "amira", "chen").await;
    }
    assert_eq!(amira.write("case-1", 0, TEXT).await.status, 201);
    eventually("the list is whole", || async {
        let list = chen.get("/cases").await.body;
        (list["cases"].as_array().map(Vec::len) == Some(29) && list["totalUnread"] == 1).then_some(())
    })
    .await;
    assert_eq!(chen.read("case-1", &json!({ "seq": 0 })).await.status, 200);
    let since = cloud.account().newest_request().await;
    assert_eq!(chen.get("/cases").await.status, 200);
    assert_eq!(chen.read("case-1", &json!({ "seq": 1 })).await.status, 200);
    let operations = async |function: &str| -> Vec<String> {
        let requests = cloud.account().requests_of(function, "", since).await;
        requests.into_iter().map(|request| request.operation).collect()
    };
    assert_eq!(operations("ListCases").await, ["Query"]);
    assert_eq!(operations("MarkRead").await, ["Query", "UpdateItem"]);
}
