//! The host's whole-case events: repeated, reversed, interleaved, broken.

use case_chat_stack_tests::{Client, Cloud, case, eventually};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::assert_chain;

/// A case's life at the host: reassigned twice, back again, closed, opened again, closed.
fn life(case_id: &str) -> Vec<Value> {
    vec![
        case(case_id, 1, "amira", "chen", "open"),
        case(case_id, 2, "amira", "okafor", "open"),
        case(case_id, 3, "amira", "chen", "open"),
        case(case_id, 4, "amira", "chen", "closed"),
        case(case_id, 5, "lucas", "chen", "open"),
        case(case_id, 7, "lucas", "chen", "open"),
        case(case_id, 8, "lucas", "okafor", "closed"),
    ]
}

async fn settled(cloud: &Cloud, okafor: &Client, case_id: &str) -> Value {
    eventually("the case says what its newest version says", || async {
        let page = okafor.get(&format!("/cases/{case_id}/messages")).await.body;
        (page["status"] == "closed" && page["participants"]["requester"]["userId"] == "lucas").then_some(page)
    })
    .await;
    // Every event has been handled once the bus has nothing left to hand out.
    eventually("the bus is empty", || async {
        let waiting = cloud.account().waiting_in("CaseEventsFailed").await;
        assert!(waiting.is_empty(), "{waiting:?}");
        let registered = json!({ "TableName": "case-chat-Cases", "Key": { "caseId": { "S": case_id } } });
        let row = cloud.account().call("DynamoDB_20120810.GetItem", registered).await;
        (row["Item"]["version"]["N"] == "8").then_some(())
    })
    .await;
    okafor.get(&format!("/cases/{case_id}/messages")).await.body
}

#[tokio::test(flavor = "multi_thread")]
async fn events_repeated_reversed_and_interleaved_leave_the_same_case() {
    let cloud = Cloud::start().await;
    let okafor = cloud.sign_in("okafor").await;
    let forwards = life("forwards");
    for event in &forwards {
        cloud.host_says(event.clone()).await;
    }
    let backwards = life("backwards");
    for event in backwards.iter().rev() {
        cloud.host_says(event.clone()).await;
    }
    let interleaved = life("interleaved");
    join_all(
        interleaved
            .iter()
            .chain(&interleaved)
            .chain(interleaved.iter().rev())
            .map(|event| cloud.host_says(event.clone())),
    )
    .await;

    for case_id in ["forwards", "backwards", "interleaved"] {
        let page = settled(&cloud, &okafor, case_id).await;
        assert_eq!(page["participants"]["provider"]["userId"], "okafor", "{case_id}");
        assert_eq!((&page["status"], &page["readMarkers"]["provider"]), (&json!("closed"), &Value::Null));
        let thread = okafor.thread(case_id).await;
        assert_chain(&thread);
        assert_eq!(thread[0]["kind"], "caseOpened");
        let before = thread.len();
        for event in life(case_id) {
            cloud.host_says(event).await;
        }
        // A case opened after them all has been folded after them all have been handed out.
        cloud.open(&format!("after-{case_id}"), "lucas", "okafor").await;
        settled(&cloud, &okafor, case_id).await;
        assert_eq!(okafor.thread(case_id).await.len(), before, "a repeat adds nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_older_event_does_not_undo_a_newer_one_that_changed_nothing() {
    let cloud = Cloud::start().await;
    cloud.open("case-1", "amira", "chen").await;
    cloud.host_says(case("case-1", 3, "amira", "chen", "open")).await;
    eventually("version 3 is known", || async {
        let key = json!({ "TableName": "case-chat-Cases", "Key": { "caseId": { "S": "case-1" } } });
        let row = cloud.account().call("DynamoDB_20120810.GetItem", key).await;
        (row["Item"]["version"]["N"] == "3").then_some(())
    })
    .await;
    cloud.host_says(case("case-1", 2, "amira", "okafor", "open")).await;
    cloud.open("case-2", "amira", "chen").await;
    let chen = cloud.sign_in("chen").await;
    assert_eq!(chen.get("/cases/case-1/messages").await.body["head"], 0, "nothing happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_or_a_reference_that_the_host_corrects_is_a_record() {
    let cloud = Cloud::start().await;
    cloud.open("case-1", "amira", "chen").await;
    let chen = cloud.sign_in("chen").await;
    let mut corrected = case("case-1", 2, "amira", "chen", "open");
    corrected["reference"] = json!("MSO/2026/1 bis");
    corrected["provider"]["name"] = json!("Dr. Wei Chen-Larsen");
    cloud.host_says(corrected).await;
    let page = eventually("the corrections arrive", || async {
        let page = chen.get("/cases/case-1/messages").await.body;
        (page["head"] == 2).then_some(page)
    })
    .await;
    assert_eq!(page["records"][1]["kind"], "participantReassigned");
    assert_eq!(page["records"][2]["reference"], "MSO/2026/1 bis");
    let posted = chen.write("case-1", 2, "under the new name").await;
    assert_eq!(posted.body["sender"]["name"], "Dr. Wei Chen-Larsen");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_no_case_waits_in_the_queue_and_the_next_ones_are_folded() {
    let cloud = Cloud::start().await;
    let mut same_person = case("case-7", 1, "amira", "amira", "open");
    same_person["requester"]["name"] = json!("Somebody Private");
    for broken in [
        json!({ "caseId": "case-7" }),
        same_person,
        case("case/7", 1, "amira", "chen", "open"),
        case("case-7", 0, "amira", "chen", "open"),
    ] {
        cloud.host_says(broken).await;
    }
    cloud.open("case-1", "amira", "chen").await;
    let failures = eventually("the broken events are kept", || async {
        let waiting = cloud.account().waiting_in("CaseEventsFailed").await;
        (waiting.len() == 4).then_some(waiting)
    })
    .await;
    for failure in failures {
        assert_eq!(failure["requestContext"]["condition"], "RetriesExhausted");
        assert!(!failure["responsePayload"].to_string().contains("Private"), "an error repeats no content");
    }
    assert!(!cloud.log().contains("Somebody Private"), "nor does a log");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_reads_the_thread_before_it_asks_what_the_newest_version_is() {
    // The other way round, an older version could be written behind a newer one.
    let cloud = Cloud::start().await;
    cloud.open("case-1", "amira", "chen").await;
    // How the two are reached by mail is kept before, apart from the case.
    let of_case = |since| {
        let account = cloud.account();
        async move {
            let requests = account.requests_of("SyncCase", "", since).await;
            requests.into_iter().filter(|request| request.table != "case-chat-Inbox").collect::<Vec<_>>()
        }
    };
    // A warm-up, the snapshot, one record, and a last look.
    eventually("the opening is done", || async { (of_case(0).await.len() >= 7).then_some(()) }).await;
    let since = cloud.account().newest_request().await;
    cloud.host_says(case("case-1", 2, "lucas", "okafor", "closed")).await;
    let step = ["Query", "GetItem", "ExecuteStatement"];
    // Three records, and a last look that finds nothing to do; another sandbox warms up first.
    let expected = [&["UpdateItem"], &step[..], &step, &step, &["Query", "GetItem"]].concat();
    let steps = eventually("every step", || async {
        let requests = of_case(since).await;
        let steps = requests.into_iter().map(|request| request.operation);
        let steps: Vec<String> = steps.skip_while(|operation| operation != "UpdateItem").collect();
        (steps.len() >= expected.len()).then_some(steps)
    })
    .await;
    assert_eq!(steps, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_change_places_are_refused_and_nobody_stands_on_both_sides() {
    let cloud = Cloud::start().await;
    cloud.open("case-1", "amira", "chen").await;
    cloud.host_says(case("case-1", 2, "chen", "amira", "open")).await;
    eventually("the event is kept", || async {
        (cloud.account().waiting_in("CaseEventsFailed").await.len() == 1).then_some(())
    })
    .await;
    let amira = cloud.sign_in("amira").await;
    assert_eq!(amira.thread("case-1").await.len(), 1);
    cloud.host_says(case("case-1", 3, "chen", "okafor", "open")).await;
    let okafor = cloud.sign_in("okafor").await;
    eventually("a later event is folded", || async {
        let page = okafor.get("/cases/case-1/messages").await.body;
        (page["participants"]["requester"]["userId"] == "chen").then_some(())
    })
    .await;
}
