use case_chat_stack_tests::{Cloud, case, eventually};
use serde_json::json;

use crate::{amira_and_chen, assert_chain};

#[tokio::test(flavor = "multi_thread")]
async fn every_record_reaches_every_socket_of_both_in_order_and_as_it_is_stored() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let mut sockets = Vec::new();
    for client in [&amira, &amira, &chen] {
        sockets.push(client.connect().await.expect("a socket"));
    }
    let lucas = cloud.sign_in("lucas").await;
    cloud.open("case-2", "lucas", "chen").await;
    let mut stranger = lucas.connect().await.expect("a socket");
    for after in 0..20 {
        assert_eq!(amira.write("case-1", after, &format!("text {after}")).await.status, 201);
    }
    assert_eq!(lucas.write("case-2", 0, "elsewhere").await.status, 201);
    let thread = amira.thread("case-1").await;
    for socket in &mut sockets {
        let mut pushed = socket.records_until("text 19").await;
        pushed.retain(|record| record["caseId"] == "case-1" && record["seq"] != 0);
        assert_eq!(pushed, thread[1..]);
    }
    let only_their_own = stranger.records_until("elsewhere").await;
    assert!(only_their_own.iter().all(|record| record["caseId"] == "case-2"));
    assert_chain(&thread);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_reassigned_away_is_told_so_and_then_hears_nothing_more() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let okafor = cloud.sign_in("okafor").await;
    let mut of_chen = chen.connect().await.expect("a socket");
    let mut of_okafor = okafor.connect().await.expect("a socket");
    cloud.host_says(case("case-1", 2, "amira", "okafor", "open")).await;
    let mut frame = of_chen.next().await;
    while frame["type"] == "message" {
        frame = of_chen.next().await;
    }
    assert_eq!(frame, json!({ "type": "removed", "caseId": "case-1" }));
    assert_eq!(chen.get("/cases/case-1/messages").await.status, 404);
    assert_eq!(chen.write("case-1", 1, "one more word").await.status, 404);
    assert_eq!(amira.write("case-1", 1, "for the new one").await.status, 201);
    let pushed = of_okafor.records_until("for the new one").await;
    assert_eq!(pushed[0]["kind"], "participantReassigned");
    assert_eq!(pushed[0]["change"]["from"]["userId"], "chen");
    // Whatever had been pushed to him meanwhile would have come before this answer.
    assert_eq!(of_chen.ask(r#"{"action":"ping"}"#).await, json!({ "type": "pong" }));
    eventually("the case leaves his list", || async {
        let list = chen.get("/cases").await.body;
        (list["cases"] == json!([])).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_answers_a_ping_and_calls_anything_else_invalid() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let mut socket = amira.connect().await.expect("a socket");
    assert_eq!(socket.ask(r#"{"action":"ping"}"#).await, json!({ "type": "pong" }));
    for wrong in ["hello", "{}", "[]", r#"{"action":"delete"}"#] {
        let answer = socket.ask(wrong).await;
        assert_eq!(answer, json!({ "type": "error", "code": "invalid_request" }), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_is_gone_is_forgotten_unless_it_is_young_and_holds_up_no_other() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let mut socket = chen.connect().await.expect("a socket");
    let now = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_millis();
    // The gateway says "gone" of a handshake that is not complete as well, so a young one is kept.
    for (id, connected_at) in [("old", now - 120_000), ("young", now + 3_600_000)] {
        let row = json!({
            "userId": { "S": "chen" },
            "connectionId": { "S": id },
            "connectedAt": { "N": connected_at.to_string() },
            "tokenExpiresAt": { "N": "4102444800000" },
            "expiresAt": { "N": "4102444800" },
        });
        let put = json!({ "TableName": "case-chat-Connections", "Item": row });
        assert_eq!(cloud.account().call("DynamoDB_20120810.PutItem", put).await, json!({}));
    }
    assert_eq!(amira.write("case-1", 0, "to whoever is there").await.status, 201);
    socket.records_until("to whoever is there").await;
    let known = || async {
        let key = |id: &str| json!({ "userId": { "S": "chen" }, "connectionId": { "S": id } });
        let mut known = Vec::new();
        for id in ["old", "young"] {
            let get = json!({ "TableName": "case-chat-Connections", "Key": key(id), "ConsistentRead": true });
            known.push(cloud.account().call("DynamoDB_20120810.GetItem", get).await["Item"].is_object());
        }
        known
    };
    eventually("the old one is forgotten", || async { (known().await == [false, true]).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_socket_is_forgotten() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let registered = || async {
        let query = json!({
            "TableName": "case-chat-Connections",
            "KeyConditionExpression": "userId = :u",
            "ExpressionAttributeValues": { ":u": { "S": "amira" } },
        });
        cloud.account().call("DynamoDB_20120810.Query", query).await["Count"].as_u64()
    };
    let socket = amira.connect().await.expect("a socket");
    assert_eq!(registered().await, Some(1));
    drop(socket);
    eventually("the row goes", || async { (registered().await == Some(0)).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_at_most_20_sockets() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(amira.connect().await.expect("a socket"));
    }
    assert_eq!(amira.connect().await.err(), Some(429));
    sockets.pop();
    eventually("there is room again", || async { amira.connect().await.ok().map(drop) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_record_goes_to_the_queue_and_the_ones_behind_it_are_delivered() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let mut socket = chen.connect().await.expect("a socket");
    let account = cloud.account();
    for (case_id, record) in
        [("poison", "no record at all".to_owned()), ("case-9", amira.thread("case-1").await[0].to_string())]
    {
        let inserted = cloud.credentials_of("PostMessage").insert_into_thread(case_id, 0, &record).await;
        assert!(inserted["__type"].is_null(), "{inserted}");
    }
    assert_eq!(amira.write("case-1", 0, "behind the poison").await.status, 201);
    socket.records_until("behind the poison").await;
    let positions = eventually("both functions give the poison up", || async {
        let waiting = account.waiting_in("StreamRecordsFailed").await;
        let of = |function: &str| {
            waiting
                .iter()
                .any(|failure| failure["requestContext"]["functionArn"].to_string().contains(function))
        };
        (of("Broadcast") && of("UpdateInbox")).then_some(waiting)
    })
    .await;
    for failure in positions {
        assert!(failure["DDBStreamBatchInfo"]["startSequenceNumber"].is_string(), "{failure}");
        assert!(!failure.to_string().contains("no record at all"), "positions only");
    }
    assert_eq!(amira.write("case-1", 1, "and it goes on").await.status, 201);
    socket.records_until("and it goes on").await;
    let list = eventually("so does the inbox", || async {
        let list = chen.get("/cases").await.body;
        (list["cases"][0]["head"] == 2).then_some(list)
    })
    .await;
    assert_eq!(list["cases"].as_array().map(Vec::len), Some(1), "a record under another's key is not folded");
}
