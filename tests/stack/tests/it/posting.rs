use case_chat_stack_tests::{Cloud, Setting, new_id};
use futures::future::join_all;
use serde_json::json;

use crate::{amira_and_chen, assert_chain};

fn fast() -> Setting {
    Setting { parameters: vec![("PostsBurst", "100000"), ("PostsPerSecond", "10000")], ..Setting::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_stored_as_it_was_sent_with_its_sender_and_time() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let text = "  Grüße \u{1F600}\n\tمرحبا  \u{e9} e\u{301} ";
    let posted = amira.write("case-1", 0, text).await;
    assert_eq!(posted.status, 201, "{}", posted.text);
    let record = &posted.body;
    assert_eq!(record["body"], text);
    assert_eq!(record["sender"], json!({ "userId": "amira", "name": "Name of amira", "role": "requester" }));
    assert_eq!(
        (&record["seq"], &record["fromRequester"], &record["fromProvider"]),
        (&json!(1), &json!(1), &json!(0))
    );
    let read = chen.get("/cases/case-1/messages").await;
    assert!(read.text.contains(&posted.text), "the record reads the same, byte for byte");
    assert_chain(&chen.thread("case-1").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_takes_two_round_trips_and_one_write_unit() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    amira.write("case-1", 0, "warm").await;
    let since = cloud.account().newest_request().await;
    let posted = amira.write("case-1", 1, "Good morning, doctor. It is a little better today.").await;
    assert_eq!(posted.status, 201);
    let requests = cloud.account().requests_of("PostMessage", "threads", since).await;
    let made: Vec<_> = requests.iter().map(|request| (request.operation.as_str(), request.units)).collect();
    assert_eq!(made, [("Query", 1.0), ("ExecuteStatement", 1.0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_record_at_a_taken_number_is_refused_and_changes_nothing() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let before = amira.thread("case-1").await;
    let answer =
        cloud.credentials_of("PostMessage").insert_into_thread("case-1", 0, "another beginning").await;
    assert!(answer["__type"].to_string().contains("#DuplicateItem"), "{answer}");
    assert_eq!(amira.thread("case-1").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_client_id_posted_20_times_in_parallel_is_stored_once() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let message = json!({ "clientId": new_id(), "after": 0, "body": "once" });
    let answers = join_all((0..20).map(|_| amira.post("case-1", &message))).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 201)), "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(
        answers.iter().all(|answer| answer.text == answers[0].text),
        "every answer carries the same record"
    );
    assert_eq!(amira.thread("case-1").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clients_posting_500_messages_each_leave_a_dense_thread_and_an_intact_chain() {
    let cloud = Cloud::with(fast()).await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let write = async |client: case_chat_stack_tests::Client, name: &str| {
        let mut after = 0;
        for number in 0..500 {
            let message = json!({ "clientId": new_id(), "after": after, "body": format!("{name} {number}") });
            // As a client would: the same message again until it is answered for good.
            after = loop {
                let posted = client.post("case-1", &message).await;
                match posted.status {
                    200 | 201 => break posted.body["seq"].as_u64().expect("a seq"),
                    429 => continue,
                    _ => panic!("{}", posted.text),
                }
            };
        }
    };
    tokio::join!(write(amira.clone(), "amira"), write(chen, "chen"));
    let records = amira.thread("case-1").await;
    assert_eq!(records.len(), 1_001);
    assert_chain(&records);
    for name in ["amira", "chen"] {
        let of_one =
            records.iter().filter_map(|record| record["body"].as_str()).filter(|body| body.starts_with(name));
        let expected: Vec<String> = (0..500).map(|number| format!("{name} {number}")).collect();
        assert_eq!(of_one.collect::<Vec<_>>(), expected, "each message once, in the order of its sender");
    }
    assert_eq!((&records[1000]["fromRequester"], &records[1000]["fromProvider"]), (&json!(500), &json!(500)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_far_behind_is_told_so_and_one_just_within_the_bound_is_not() {
    let cloud = Cloud::with(fast()).await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let first = json!({ "clientId": new_id(), "after": 0, "body": "first" });
    assert_eq!(amira.post("case-1", &first).await.status, 201);
    for number in 1..500 {
        assert_eq!(amira.write("case-1", number, "more").await.status, 201);
    }
    let again = amira.post("case-1", &first).await;
    assert_eq!((again.status, &again.body["seq"]), (200, &json!(1)), "500 records behind is found");
    assert_eq!(amira.write("case-1", 500, "one too many").await.status, 201);
    let refused = amira.post("case-1", &first).await;
    assert_eq!((refused.status, refused.code()), (409, "anchor_too_old"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rate_limit_lets_a_burst_through_and_then_names_the_wait() {
    let setting =
        Setting { parameters: vec![("PostsBurst", "3"), ("PostsPerSecond", "1")], ..Setting::default() };
    let cloud = Cloud::with(setting).await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let mut after = 0;
    let refused = loop {
        let posted = amira.write("case-1", after, "quick").await;
        if posted.status != 201 {
            break posted;
        }
        after += 1;
        assert!(after < 20, "no limit was met");
    };
    assert!(after >= 3);
    assert_eq!((refused.status, refused.code(), refused.retry_after), (429, "too_many_requests", Some(1)));
    assert_eq!(chen.write("case-1", after, "the other side has its own").await.status, 201);
}
