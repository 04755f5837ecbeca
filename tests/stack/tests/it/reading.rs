//! Read markers: what is unread, for whom, and who sees that it has been read.

use case_chat_stack_tests::{Client, Cloud, case, eventually};
use serde_json::{Value, json};

use crate::amira_and_chen;

/// Unread of one case and in total, once the list knows of that record.
async fn unread(client: &Client, case_id: &str, head: u64) -> (Value, Value) {
    let found = eventually("the list is up to date", || async {
        let mut lists = Vec::new();
        for status in ["open", "closed"] {
            lists.push(client.get(&format!("/cases?status={status}")).await.body);
        }
        let mut rows = lists.iter().flat_map(|list| list["cases"].as_array().into_iter().flatten());
        let row = rows.find(|row| row["caseId"] == case_id && row["head"] == head)?;
        // The total is over all cases, so both lists say the same once nothing moves.
        let same = lists[0]["totalUnread"] == lists[1]["totalUnread"];
        same.then(|| (row["unread"].clone(), lists[0]["totalUnread"].clone()))
    });
    found.await
}

#[tokio::test(flavor = "multi_thread")]
async fn unread_is_what_the_other_side_wrote_since_one_last_read_per_case_and_in_total() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let lucas = cloud.sign_in("lucas").await;
    cloud.open("case-2", "lucas", "chen").await;
    for after in 0..3 {
        assert_eq!(amira.write("case-1", after, "to the doctor").await.status, 201);
    }
    assert_eq!(lucas.write("case-2", 0, "to the doctor").await.status, 201);
    assert_eq!(chen.write("case-1", 3, "to amira").await.status, 201);
    assert_eq!(unread(&chen, "case-2", 1).await.0, 1);
    assert_eq!(unread(&chen, "case-1", 4).await, (json!(3), json!(4)));
    assert_eq!(unread(&amira, "case-1", 4).await, (json!(1), json!(1)));
    assert_eq!(unread(&lucas, "case-2", 1).await, (json!(0), json!(0)), "one's own never count");

    let read = chen.read("case-1", &json!({ "seq": 2 })).await;
    assert_eq!((read.status, read.body), (200, json!({ "seq": 2, "unread": 1 })));
    assert_eq!(unread(&chen, "case-1", 4).await, (json!(1), json!(2)));
    assert_eq!(unread(&amira, "case-1", 4).await, (json!(1), json!(1)), "nobody reads for another");
    let read = chen.read("case-1", &json!({ "seq": 4 })).await;
    assert_eq!(read.body, json!({ "seq": 4, "unread": 0 }));
    assert_eq!(unread(&chen, "case-1", 4).await, (json!(0), json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_on_one_device_tells_the_other_and_the_other_side() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    assert_eq!(amira.write("case-1", 0, "please read").await.status, 201);
    let (mut phone, mut desk) = (chen.connect().await.expect("one"), chen.connect().await.expect("two"));
    let mut hers = amira.connect().await.expect("a socket");
    assert_eq!(chen.read("case-1", &json!({ "seq": 1 })).await.status, 200);
    for socket in [&mut phone, &mut desk, &mut hers] {
        let frame = socket.next_of("read").await;
        assert_eq!(
            (&frame["caseId"], &frame["role"], &frame["seq"]),
            (&json!("case-1"), &json!("provider"), &json!(1))
        );
        let page = amira.get("/cases/case-1/messages").await.body;
        assert_eq!(page["readMarkers"], json!({ "requester": null, "provider": 1 }));
        assert_eq!(page["readTimes"], json!({ "requester": null, "provider": frame["readAt"] }));
    }
    assert_eq!(unread(&chen, "case-1", 1).await, (json!(0), json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marker_never_moves_back_and_never_stands_beyond_the_end() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let lucas = cloud.sign_in("lucas").await;
    for after in 0..3 {
        assert_eq!(amira.write("case-1", after, "text").await.status, 201);
    }
    for (seq, stands, left) in [(2, 2, 1), (1, 2, 1), (2, 2, 1), (0, 2, 1), (3, 3, 0)] {
        let answer = chen.read("case-1", &json!({ "seq": seq })).await;
        assert_eq!((answer.status, answer.body), (200, json!({ "seq": stands, "unread": left })), "{seq}");
    }
    let beyond = chen.read("case-1", &json!({ "seq": 4 })).await;
    assert_eq!((beyond.status, beyond.code()), (400, "invalid_request"));
    for wrong in [
        json!({}),
        json!({ "seq": -1 }),
        json!({ "seq": 1.5 }),
        json!({ "seq": "1" }),
        json!({ "seq": null }),
        json!({ "seq": 9_007_199_254_740_992_u64 }),
        json!({ "seq": 1, "more": 1 }),
        json!([]),
    ] {
        let answer = chen.read("case-1", &wrong).await;
        assert_eq!((answer.status, answer.code()), (400, "invalid_request"), "{wrong}");
    }
    for seq in [0, 99] {
        let answer = lucas.read("case-1", &json!({ "seq": seq })).await;
        assert_eq!((answer.status, answer.code()), (404, "case_not_found"), "a stranger learns nothing");
    }
    let page = chen.get("/cases/case-1/messages").await.body;
    assert_eq!(page["readMarkers"], json!({ "requester": null, "provider": 3 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_set_at_once_leave_the_highest() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    for after in 0..8 {
        assert_eq!(amira.write("case-1", after, "text").await.status, 201);
    }
    let bodies: Vec<Value> = (0..=8).rev().map(|seq| json!({ "seq": seq })).collect();
    let answers = futures::future::join_all(bodies.iter().map(|body| chen.read("case-1", body))).await;
    for (answer, asked) in answers.iter().zip(&bodies) {
        assert_eq!(answer.status, 200);
        assert!(answer.body["seq"].as_u64() >= asked["seq"].as_u64(), "{} to {asked}", answer.text);
    }
    assert_eq!(unread(&chen, "case-1", 8).await, (json!(0), json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_case_moves_to_the_closed_ones_and_counts_until_it_is_read() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    assert_eq!(amira.write("case-1", 0, "one last thing").await.status, 201);
    cloud.host_says(case("case-1", 2, "amira", "chen", "closed")).await;
    assert_eq!(unread(&chen, "case-1", 2).await, (json!(1), json!(1)));
    assert_eq!(chen.get("/cases").await.body, json!({ "cases": [], "totalUnread": 1 }));
    let closed = chen.get("/cases?status=closed").await.body;
    assert_eq!(closed["cases"][0]["status"], "closed");
    assert_eq!(closed["cases"][0]["preview"]["text"], "one last thing");
    assert_eq!(chen.read("case-1", &json!({ "seq": 2 })).await.body, json!({ "seq": 2, "unread": 0 }));
    assert_eq!(unread(&chen, "case-1", 2).await, (json!(0), json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reassigned_case_is_unread_for_the_new_one_and_its_marks_are_the_two_ones_alone() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let okafor = cloud.sign_in("okafor").await;
    for after in 0..2 {
        assert_eq!(amira.write("case-1", after, "to whoever helps").await.status, 201);
    }
    assert_eq!(chen.read("case-1", &json!({ "seq": 2 })).await.status, 200);
    let mut of_chen = chen.connect().await.expect("a socket");
    cloud.host_says(case("case-1", 2, "amira", "okafor", "open")).await;
    assert_eq!(unread(&okafor, "case-1", 3).await, (json!(2), json!(2)), "none of it read by the new one");
    eventually("it leaves his list", || async {
        (chen.get("/cases").await.body == json!({ "cases": [], "totalUnread": 0 })).then_some(())
    })
    .await;
    assert_eq!(chen.read("case-1", &json!({ "seq": 3 })).await.code(), "case_not_found");
    let page = amira.get("/cases/case-1/messages").await.body;
    assert_eq!(page["readMarkers"], json!({ "requester": null, "provider": null }));

    let mut hers = amira.connect().await.expect("a socket");
    assert_eq!(amira.read("case-1", &json!({ "seq": 3 })).await.status, 200);
    hers.next_of("read").await;
    let frames = of_chen.until_pong().await;
    let after_farewell = frames.iter().skip_while(|frame| frame["type"] != "removed").skip(1);
    assert_eq!(after_farewell.count(), 0, "nothing after the farewell: {frames:?}");

    // Back again, what he had read counts as read.
    cloud.host_says(case("case-1", 3, "amira", "chen", "open")).await;
    assert_eq!(unread(&chen, "case-1", 4).await, (json!(0), json!(0)));
}
