//! Every error that this slice can meet, and their order.

use case_chat_stack_tests::{Client, Cloud, Reply, Setting, case, eventually, new_id};
use serde_json::{Value, json};

use crate::amira_and_chen;

fn assert_problem(reply: &Reply, status: u16, code: &str, what: &str) {
    assert_eq!((reply.status, reply.code()), (status, code), "{what}: {}", reply.text);
    assert_eq!(reply.content_type, "application/problem+json", "{what}");
    assert_eq!(reply.body["status"], status, "{what}");
    assert!(reply.body["title"].is_string() && reply.body["detail"].is_string(), "{what}");
}

async fn close(cloud: &Cloud, reader: &Client, case_id: &str) {
    cloud.host_says(case(case_id, 2, "amira", "chen", "closed")).await;
    eventually("the case closes", || async {
        let page = reader.get(&format!("/cases/{case_id}/messages")).await;
        (page.body["status"] == "closed").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_is_refused_by_name_and_leaves_the_thread_alone() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let id = new_id();
    let with = |body: &str| json!({ "clientId": id, "after": 0, "body": body }).to_string().into_bytes();
    let mut invalid_utf8 = with("MARK");
    let mark = invalid_utf8.windows(4).position(|window| window == b"MARK").expect("the mark");
    invalid_utf8[mark] = 0xff;
    let huge = format!(r#"{{"clientId":"{id}","after":0,"body":"{}"}}"#, "\\u0041".repeat(30_000));
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("8,001 characters", with(&"a".repeat(8_001)), 413, "message_too_large"),
        ("16 KiB and a byte", with(&("é".repeat(8_000) + &"😀".repeat(97))), 413, "message_too_large"),
        (
            "16 KiB and a byte in 4,097 characters",
            with(&("😀".repeat(4_096) + "a")),
            413,
            "message_too_large",
        ),
        ("a request over 128 KiB", huge.into_bytes(), 413, "message_too_large"),
        ("nothing", with(""), 400, "message_empty"),
        ("white space alone", with(" \n\t\u{2003}"), 400, "message_empty"),
        ("invalid UTF-8", invalid_utf8, 400, "invalid_request"),
        ("a control character", with("a\u{0}b"), 400, "invalid_request"),
        ("a carriage return", with("a\r\nb"), 400, "invalid_request"),
        ("an escape sequence", with("\u{1b}[2J"), 400, "invalid_request"),
        ("no JSON", b"hello".to_vec(), 400, "invalid_request"),
        ("no body", Vec::new(), 400, "invalid_request"),
        ("a list", b"[]".to_vec(), 400, "invalid_request"),
        (
            "a lone surrogate",
            format!(r#"{{"clientId":"{id}","after":0,"body":"\ud800"}}"#).into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "an unknown field",
            json!({ "clientId": id, "after": 0, "body": "a", "seq": 1 }).to_string().into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "a field twice",
            format!(r#"{{"clientId":"{id}","after":0,"body":"a","body":"b"}}"#).into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "a number for a body",
            json!({ "clientId": id, "after": 0, "body": 7 }).to_string().into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "a string for an anchor",
            json!({ "clientId": id, "after": "0", "body": "a" }).to_string().into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "a negative anchor",
            json!({ "clientId": id, "after": -1, "body": "a" }).to_string().into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "a fractional anchor",
            json!({ "clientId": id, "after": 0.5, "body": "a" }).to_string().into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "no anchor",
            json!({ "clientId": id, "body": "a" }).to_string().into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "an id in upper case",
            json!({ "clientId": id.to_uppercase(), "after": 0, "body": "a" }).to_string().into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "an id that is none",
            json!({ "clientId": "1", "after": 0, "body": "a" }).to_string().into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "11 attachments",
            json!({ "clientId": id, "after": 0, "body": "a", "attachments": vec!["x"; 11] })
                .to_string()
                .into_bytes(),
            400,
            "invalid_request",
        ),
        (
            "an attachment that nobody uploaded",
            json!({ "clientId": id, "after": 0, "body": "a", "attachments": ["x"] }).to_string().into_bytes(),
            422,
            "attachment_not_ready",
        ),
        (
            "an anchor beyond the end",
            json!({ "clientId": id, "after": 1, "body": "a" }).to_string().into_bytes(),
            409,
            "unknown_anchor",
        ),
    ];
    for (what, body, status, code) in cases {
        let reply = amira.post_raw("/cases/case-1/messages", body).await;
        assert_problem(&reply, status, code, what);
    }
    let oversized = amira.post_raw("/cases/case-1/messages", vec![b' '; 10 * 1024 * 1024 + 1]).await;
    assert_eq!(oversized.status, 413);
    assert_eq!(amira.thread("case-1").await.len(), 1, "the thread is unchanged");
    assert_eq!(amira.write("case-1", 0, "newline\nand\ttab are fine").await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_case_id_or_query_is_refused() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let long = "a".repeat(65);
    for id in ["a%2Fb", "a%20b", "%C3%A9", "a%00b", long.as_str()] {
        let reply = amira.get(&format!("/cases/{id}/messages")).await;
        assert_problem(&reply, 400, "invalid_request", id);
        let reply = amira.write(id, 0, "text").await;
        assert_problem(&reply, 400, "invalid_request", id);
    }
    assert_eq!(amira.get("/cases/a/b/messages").await.status, 404);
    for query in [
        "before=1&after=1",
        "before=x",
        "after=-1",
        "limit=0",
        "limit=101",
        "limit=",
        "cursor=1",
        "after=1&after=2",
    ] {
        let reply = amira.get(&format!("/cases/case-1/messages?{query}")).await;
        assert_problem(&reply, 400, "invalid_request", query);
    }
    for query in ["status=other", "status=", "page=2"] {
        assert_problem(&amira.get(&format!("/cases?{query}")).await, 400, "invalid_request", query);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_learns_nothing_and_costs_one_record() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    for after in 0..5 {
        assert_eq!(amira.write("case-1", after, "private").await.status, 201);
    }
    let lucas = cloud.sign_in("lucas").await;
    let message = |after: u64| json!({ "clientId": new_id(), "after": after, "body": "let me in" });
    let mut answers = Vec::new();
    for case_id in ["case-1", "case-of-nobody"] {
        let path = format!("/cases/{case_id}/messages");
        let replies = [
            lucas.post(case_id, &message(0)).await,
            lucas.post(case_id, &message(9_000_000)).await,
            lucas.get(&path).await,
            lucas.get(&format!("{path}?after=0&limit=100")).await,
            lucas.get(&format!("{path}?before=3")).await,
            lucas.read(case_id, &json!({ "seq": 0 })).await,
            lucas.read(case_id, &json!({ "seq": 9_000_000 })).await,
        ];
        for reply in replies {
            assert_problem(&reply, 404, "case_not_found", case_id);
            answers.push(reply.text);
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "no case and no access look the same: {answers:?}");
    let since = cloud.account().newest_request().await;
    lucas.post("case-1", &message(0)).await;
    lucas.get("/cases/case-1/messages?after=0&limit=100").await;
    lucas.read("case-1", &json!({ "seq": 0 })).await;
    for function in ["PostMessage", "ListMessages", "MarkRead"] {
        let requests = cloud.account().requests_of(function, "threads", since).await;
        assert_eq!(requests.len(), 1, "{function} asked once: {requests:?}");
        assert_eq!(requests[0].items, 1, "{function} read one record");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_come_in_their_order() {
    let setting =
        Setting { parameters: vec![("PostsBurst", "1"), ("PostsPerSecond", "1")], ..Setting::default() };
    let cloud = Cloud::with(setting).await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let (admin, lucas, nobody) =
        (cloud.sign_in("admin").await, cloud.sign_in("lucas").await, cloud.client(""));
    let stored = json!({ "clientId": new_id(), "after": 0, "body": "stored" });
    assert_eq!(amira.post("case-1", &stored).await.status, 201);

    let other = json!({ "clientId": stored["clientId"], "after": 0, "body": "other" });
    let too_fast = json!({ "clientId": new_id(), "after": 1, "body": "quick", "attachments": ["x"] });
    let unreadable: Value = json!("not a message");
    assert_eq!(nobody.post("case-1", &unreadable).await.status, 401, "401 before 400");
    assert_problem(&admin.post("case-1", &unreadable).await, 403, "admins_excluded", "403 before 400");
    assert_problem(&admin.get("/cases").await, 403, "admins_excluded", "on every route");
    assert_problem(&admin.get("/cases/case-1/messages").await, 403, "admins_excluded", "on every route");
    assert_problem(&admin.read("case-1", &unreadable).await, 403, "admins_excluded", "on every route");
    assert_problem(&lucas.post("case-1", &unreadable).await, 400, "invalid_request", "400 before 404");
    assert_problem(&lucas.read("case-1", &unreadable).await, 400, "invalid_request", "400 before 404");
    assert_problem(
        &lucas.post("case-1", &stored).await,
        404,
        "case_not_found",
        "404 before all that follows",
    );
    assert_eq!(amira.post("case-1", &stored).await.status, 200, "already stored before the rate");
    assert_problem(&amira.post("case-1", &other).await, 409, "client_id_reused", "so is a reused id");
    assert_problem(
        &amira.post("case-1", &too_fast).await,
        429,
        "too_many_requests",
        "the rate before attachments",
    );

    close(&cloud, &chen, "case-1").await;
    assert_eq!(amira.post("case-1", &stored).await.status, 200, "already stored before closed");
    assert_problem(&amira.write("case-1", 99, "a").await, 409, "unknown_anchor", "the anchor before closed");
    assert_problem(&amira.write("case-1", 2, "a").await, 409, "case_closed", "closed before the rate");
    assert_eq!(chen.get("/cases/case-1/messages").await.status, 200, "a closed thread stays readable");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_issuer_is_not_the_callers_fault() {
    let unreachable = Setting { parameters: vec![("Issuer", "https://127.0.0.1:9")], ..Setting::default() };
    let cloud = Cloud::with(unreachable).await;
    let amira = cloud.sign_in("amira").await;
    assert_eq!(amira.connect().await.err(), Some(503));
}
