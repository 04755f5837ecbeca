//! "Is typing": a hint for the other participant, and for nobody else.

use case_chat_stack_tests::{Cloud, case, eventually};
use serde_json::json;

use crate::amira_and_chen;

/// Hints sent at once.
const SENT: usize = 60;
/// The gateway hands on this many messages of one connection at a time, so no more sandboxes are needed.
const SANDBOXES: usize = 8;

const HINT: &str = r#"{"action":"typing","caseId":"case-1"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_reaches_every_socket_of_the_other_and_no_other_socket() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let lucas = cloud.sign_in("lucas").await;
    let mut hers = amira.connect().await.expect("a socket");
    let (mut phone, mut desk) = (chen.connect().await.expect("one"), chen.connect().await.expect("two"));
    let mut stranger = lucas.connect().await.expect("a socket");
    stranger.send(HINT).await;
    stranger.send(r#"{"action":"typing","caseId":"no-such-case"}"#).await;
    hers.send(HINT).await;
    for socket in [&mut phone, &mut desk] {
        let frame = socket.next_of("typing").await;
        assert_eq!(frame, json!({ "type": "typing", "caseId": "case-1", "role": "requester" }));
    }
    desk.send(HINT).await;
    assert_eq!(hers.next_of("typing").await["role"], "provider");
    for socket in [&mut hers, &mut phone, &mut desk, &mut stranger] {
        assert_eq!(socket.until_pong().await, Vec::<serde_json::Value>::new());
    }
    assert_eq!(amira.thread("case-1").await.len(), 1, "nothing is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_hints_once_in_three_seconds() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let (mut hers, mut his) = (amira.connect().await.expect("one"), chen.connect().await.expect("two"));
    for _ in 0..SENT {
        hers.send(HINT).await;
    }
    his.next_of("typing").await;
    // Read behind them, when all but a few have been handled.
    assert_eq!(hers.until_pong().await, Vec::<serde_json::Value>::new());
    let more = his.until_pong().await.len();
    assert!(more < SANDBOXES, "each sandbox passes on one at most, and {} came of {SENT}", more + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_hint_is_answered_no_oftener_than_one() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let mut hers = amira.connect().await.expect("a socket");
    for _ in 0..SENT {
        hers.send(r#"{"action":"typing"}"#).await;
    }
    assert_eq!(hers.next_of("error").await["code"], "invalid_request");
    let more = hers.until_pong().await.len();
    assert!(more < SANDBOXES, "each sandbox answers one at most, and {} came of {SENT}", more + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_that_is_none_is_called_invalid() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    for wrong in [
        r#"{"action":"typing"}"#,
        r#"{"action":"typing","caseId":"../x"}"#,
        r#"{"action":"typing","caseId":7}"#,
        r#"{"action":"typing","caseId":"case-1","more":1}"#,
    ] {
        // A socket for each, since each may say something once in three seconds.
        let mut hers = amira.connect().await.expect("a socket");
        let answer = hers.ask(wrong).await;
        assert_eq!(answer, json!({ "type": "error", "code": "invalid_request" }), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_case_and_a_former_provider_hint_nothing() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    cloud.open("case-2", "amira", "okafor").await;
    let (mut hers, mut his) = (amira.connect().await.expect("one"), chen.connect().await.expect("two"));
    cloud.host_says(case("case-1", 2, "amira", "okafor", "open")).await;
    cloud.host_says(case("case-2", 2, "amira", "okafor", "closed")).await;
    for case_id in ["case-1", "case-2"] {
        eventually("the host is heard", || async {
            (amira.get(&format!("/cases/{case_id}/messages")).await.body["head"] == 1).then_some(())
        })
        .await;
    }
    let okafor = cloud.sign_in("okafor").await;
    let mut hers_second = okafor.connect().await.expect("a socket");
    let since = cloud.account().newest_request().await;
    his.send(HINT).await;
    hers_second.send(r#"{"action":"typing","caseId":"case-2"}"#).await;
    eventually("both are looked at", || async {
        // A sandbox's warm-up finds nothing; each hint reads one tail.
        let asked = cloud.account().requests_of("RelayTyping", "threads", since).await;
        (asked.iter().filter(|request| request.items == 1).count() >= 2).then_some(())
    })
    .await;
    // One that may, behind them: it is the only one to come.
    let mut third = okafor.connect().await.expect("a socket");
    third.send(HINT).await;
    hers.next_of("typing").await;
    let frames = hers.until_pong().await;
    assert!(frames.iter().all(|frame| frame["type"] != "typing"), "{frames:?}");
}
