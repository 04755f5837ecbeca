//! What the functions count and what X-Ray is told: of everything that happened, and nothing of what it was about.

use std::collections::BTreeMap;

use case_chat_stack_tests::{Cloud, Setting, eventually};
use serde_json::{Value, json};

use crate::{amira_and_chen, mail};

/// A function, and a line of its metrics without the time.
type Line = (String, Value);

/// The lines of metrics so far.
fn lines(cloud: &Cloud) -> Vec<Line> {
    let log = cloud.log();
    let lines = log.lines().filter_map(|line| {
        let (function, line) = line.split_once(" | ")?;
        let mut line: Value = serde_json::from_str(line).ok()?;
        line["_aws"].as_object_mut()?.remove("Timestamp").and_then(|at| at.as_i64())?;
        Some((function.to_owned(), line))
    });
    lines.collect()
}

/// The lines with a metric of that name.
fn lines_of(cloud: &Cloud, metric: &str) -> Vec<Line> {
    lines(cloud).into_iter().filter(|(_, line)| !line[metric].is_null()).collect()
}

/// A line as CloudWatch reads it: the metrics with their units, by a dimension or by none.
fn line(dimension: &[(&str, &str)], metrics: &[(&str, &str, Value)]) -> Value {
    let names: Vec<_> = dimension.iter().map(|(name, _)| name).collect();
    let kinds: Vec<_> = metrics.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
    let directive = json!({ "Namespace": "case-chat", "Dimensions": [names], "Metrics": kinds });
    let mut line = json!({ "_aws": { "CloudWatchMetrics": [directive] } });
    for (name, value) in dimension {
        line[name] = json!(value);
    }
    for (name, _, value) in metrics {
        line[name] = value.clone();
    }
    line
}

fn mails(outcome: &str) -> Value {
    line(&[("Outcome", outcome)], &[("Mails", "Count", json!(1))])
}

/// The sum of a metric.
fn total(cloud: &Cloud, metric: &str) -> u64 {
    lines_of(cloud, metric).iter().filter_map(|(_, line)| line[metric].as_u64()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_counted_when_it_is_stored_and_where_it_arrives() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let mut sockets = [amira.connect().await.expect("a socket"), chen.connect().await.expect("a socket")];
    let message = json!({ "clientId": case_chat_stack_tests::new_id(), "after": 0, "body": "a secret" });
    assert_eq!(amira.post("case-1", &message).await.status, 201);
    for socket in &mut sockets {
        socket.records_until("a secret").await;
    }
    let (function, delivered) =
        eventually("its delivery", || async { lines_of(&cloud, "MessagesDelivered").pop() }).await;
    let delays = delivered["DeliveryDelay"].as_array().expect("delays");
    assert!(delays.len() == 1 && delays[0].as_u64().is_some_and(|millis| millis < 60_000), "{delivered}");
    let expected = line(
        &[],
        &[
            ("MessagesDelivered", "Count", json!(2)),
            ("DeliveryDelay", "Milliseconds", delivered["DeliveryDelay"].clone()),
        ],
    );
    assert_eq!((function.as_str(), delivered), ("broadcast", expected));
    // Stored before: it is not posted again.
    assert_eq!(amira.post("case-1", &message).await.status, 200);
    let posted = ("post-message".to_owned(), line(&[], &[("MessagesPosted", "Count", json!(1))]));
    assert_eq!(lines_of(&cloud, "MessagesPosted"), [posted]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_is_gone_is_counted_and_what_nobody_wrote_is_no_message() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let row = json!({
        "userId": { "S": "chen" },
        "connectionId": { "S": "gone" },
        "connectedAt": { "N": "1" },
        "tokenExpiresAt": { "N": "4102444800000" },
        "expiresAt": { "N": "4102444800" },
    });
    let put = json!({ "TableName": "case-chat-Connections", "Item": row });
    assert_eq!(cloud.account().call("DynamoDB_20120810.PutItem", put).await, json!({}));
    let mut socket = amira.connect().await.expect("a socket");
    cloud.open("case-2", "amira", "chen").await;
    socket.next().await;
    let (function, gone) =
        eventually("it is counted", || async { lines_of(&cloud, "ConnectionsGone").pop() }).await;
    let expected = line(&[], &[("ConnectionsGone", "Count", json!(1))]);
    assert_eq!((function.as_str(), gone), ("broadcast", expected));
    assert_eq!(total(&cloud, "MessagesDelivered"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_put_off_is_counted_by_both_who_put_it_off() {
    let cloud = Cloud::start().await;
    amira_and_chen(&cloud).await;
    let inserted = cloud.credentials_of("PostMessage").insert_into_thread("poison", 0, "no record").await;
    assert!(inserted["__type"].is_null(), "{inserted}");
    for function in ["broadcast", "update-inbox"] {
        let failed = eventually("it is counted", || async {
            lines_of(&cloud, "RecordsFailed").into_iter().find(|(of, _)| of == function)
        })
        .await;
        assert_eq!(failed.1, line(&[], &[("RecordsFailed", "Count", json!(1))]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_counted_by_what_became_of_it() {
    let cloud = mail::cloud().await;
    let mut opened = case_chat_stack_tests::case("case-1", 1, "amira", "chen", "open");
    opened["provider"]["email"] = json!("bounce+chen@example.org");
    opened["requester"]["email"] = json!("complaint+amira@example.org");
    cloud.host_says(opened).await;
    let (amira, chen) = (cloud.sign_in("amira").await, cloud.sign_in("chen").await);
    chen.shares("case-1").await;
    mail::write(&amira, "to who is away").await;
    mail::write(&chen, "to who does not like it").await;
    let all = eventually("both come back", || async {
        let mails = lines_of(&cloud, "Mails");
        (mails.len() >= 4).then_some(mails)
    })
    .await;
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for (function, line) in all {
        let outcome = line["Outcome"].as_str().expect("an outcome").to_owned();
        assert_eq!(line, mails(&outcome));
        *counted.entry(format!("{function} {outcome}")).or_default() += 1;
    }
    let expected = [("email-offline sent", 2), ("record-bounce bounced", 1), ("record-bounce complained", 1)];
    assert_eq!(counted, expected.map(|(name, count)| (name.to_owned(), count)).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_put_off_is_counted_as_put_off() {
    let parameters = vec![("EmailDelaySeconds", "1")];
    let cloud = Cloud::with(Setting { parameters, mail_per_second: Some(0), ..Setting::default() }).await;
    let (amira, _) = amira_and_chen(&cloud).await;
    mail::write(&amira, "to who is away").await;
    let put_off = eventually("SES takes none", || async { lines_of(&cloud, "Mails").pop() }).await;
    assert_eq!(put_off, ("email-offline".to_owned(), mails("deferred")));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sandbox_counts_its_start_under_the_name_of_its_function() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    for _ in 0..3 {
        assert_eq!(amira.get("/cases").await.status, 200);
    }
    let starts = lines_of(&cloud, "ColdStarts");
    for (function, start) in &starts {
        assert_eq!(*start, line(&[("Function", function)], &[("ColdStarts", "Count", json!(1))]));
    }
    assert_eq!(starts.iter().filter(|(function, _)| function == "list-cases").count(), 1, "{starts:?}");
}

/// Posts and waits for the push.
async fn posted_and_pushed(cloud: &Cloud) {
    let (amira, chen) = amira_and_chen(cloud).await;
    let mut socket = chen.connect().await.expect("a socket");
    assert_eq!(amira.write("case-1", 0, "a secret between two").await.status, 201);
    socket.records_until("a secret between two").await;
    eventually("its delivery", || async { lines_of(cloud, "MessagesDelivered").pop() }).await;
}

async fn segments(cloud: &Cloud) -> Vec<Value> {
    let url = format!("{}/_local/traces", cloud.url("aws"));
    reqwest::get(url).await.expect("an answer").json().await.expect("segments")
}

/// The message as it is stored.
async fn row(cloud: &Cloud) -> Value {
    let key = json!({ "caseId": { "S": "case-1" }, "seq": { "N": "1" } });
    let get = json!({ "TableName": "case-chat-Threads", "Key": key });
    cloud.account().call("DynamoDB_20120810.GetItem", get).await["Item"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_runs_from_the_post_to_the_push_and_what_is_stored_stays_whole() {
    let parameters = vec![("Tracing", "Active")];
    let cloud = Cloud::with(Setting { parameters, ..Setting::default() }).await;
    posted_and_pushed(&cloud).await;
    let push = eventually("the push is told", || async {
        segments(&cloud).await.into_iter().find(|segment| segment["name"] == "push")
    })
    .await;
    let all = segments(&cloud).await;
    let post = all.iter().find(|segment| segment["name"] == "case-chat-PostMessage").expect("a post");
    assert_eq!((&push["trace_id"], &push["parent_id"]), (&post["trace_id"], &post["id"]));
    assert_eq!(push["annotations"], json!({ "pushes": 1 }));
    let times = [&post["start_time"], &push["start_time"], &push["end_time"]].map(|at| at.as_f64());
    assert!(times.is_sorted(), "{times:?}");
    let (trace, parent) =
        (push["trace_id"].as_str().expect("an id"), push["parent_id"].as_str().expect("an id"));
    assert_eq!(row(&cloud).await["trace"]["S"], format!("Root={trace};Parent={parent};Sampled=1"));
    // Readers see no more of it than without a trace.
    let amira = cloud.sign_in("amira").await;
    crate::assert_chain(&amira.thread("case-1").await);
    assert_eq!(amira.export("case-1", "transcript").await.status, 201);
    for told in all.iter().chain(lines(&cloud).iter().map(|(_, line)| line)) {
        let text = told.to_string();
        for content in ["secret", "case-1", "CASE-1", "amira", "chen", "@", "127.0.0.1"] {
            assert!(!text.contains(content), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_followed_no_trace_is_stored_or_told() {
    let cloud = Cloud::start().await;
    posted_and_pushed(&cloud).await;
    let stored = row(&cloud).await;
    assert!(stored["record"].is_object() && stored["trace"].is_null(), "{stored}");
    assert_eq!(segments(&cloud).await, Vec::<Value>::new());
}
