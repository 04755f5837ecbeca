//! The audit trail: every cell of SECURITY.md's table of access leaves its line, and no line holds content.

use std::collections::{BTreeMap, BTreeSet};

use case_chat_entry::audit::Action;
use case_chat_stack_tests::{Cloud, Sample, eventually};
use serde_json::{Value, json};

use crate::access::{CALLERS, NOT_ASKED_FOR, Scene, repository, routes, table};
use crate::amira_and_chen;

/// Routes that the gateway answers by itself.
const BY_GATEWAY: [&str; 2] = ["$default", "ping"];

/// Action, outcome, subject and case of a line.
type Told = (String, String, Option<String>, Option<String>);

/// The lines of the trail so far.
fn trail(cloud: &Cloud) -> Vec<Value> {
    let log = cloud.log();
    let lines = log.lines().filter_map(|line| line.split_once(" | {").map(|(_, rest)| format!("{{{rest}")));
    let lines = lines.filter_map(|line| serde_json::from_str::<Value>(&line).ok());
    lines.filter(|line| !line["audit"].is_null()).collect()
}

fn told(line: &Value) -> Told {
    let text = |name: &str| line[name].as_str().map(str::to_owned);
    (
        text("action").expect("an action"),
        text("outcome").expect("an outcome"),
        text("subject"),
        text("caseId"),
    )
}

/// By route, its action, as SECURITY.md's table has it.
fn actions() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(repository().join("SECURITY.md")).expect("SECURITY.md");
    let rows = text.lines().skip_while(|line| *line != "| route or action | `action` |").skip(2);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|line| {
        let mut cells =
            line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        (cells.next().expect("a route"), cells.next().expect("an action"))
    });
    rows.collect()
}

#[test]
fn every_route_that_reaches_a_function_has_an_action_and_no_other_has() {
    let mut expected = routes();
    expected.insert(NOT_ASKED_FOR.to_owned());
    expected.retain(|route| !BY_GATEWAY.contains(&route.as_str()));
    let known: BTreeMap<String, String> =
        Action::ALL.iter().map(|(action, route)| ((*route).to_owned(), action.as_str().to_owned())).collect();
    assert_eq!(known.keys().cloned().collect::<BTreeSet<_>>(), expected, "the trail and the template");
    assert_eq!(actions(), known, "SECURITY.md and the trail");
}

/// Whom each caller's token names, if it holds.
fn subject(caller: &str) -> Option<String> {
    let id = match caller {
        "requester" | "administrator on the case" => "amira",
        "provider" => "okafor",
        "another's requester" => "lucas",
        "another's provider" => "else",
        "former provider" => "chen",
        "administrator" => "boss",
        _ => return None,
    };
    Some(id.to_owned())
}

/// The line that a cell of the table of access leaves, or none.
fn expected(route: &str, caller: &str, cell: &str) -> Option<Told> {
    let http = route.contains(' ');
    let outcome = match cell {
        // The gateway's own authorizer stands before the functions.
        "401" if http => return None,
        "401" => "unauthenticated",
        "403" => "admins_excluded",
        "404" if route == "POST /unsubscribe" => "unknown_token",
        "404" | "not told" => "case_not_found",
        "422" => "attachment_not_ready",
        "200" | "201" | "101" | "told" => "ok",
        _ => return None,
    };
    let case = (route.contains("{caseId}") || route == "typing").then(|| "case-1".to_owned());
    let subject = subject(caller).filter(|_| !route.ends_with("/unsubscribe"));
    Some((actions()[route].clone(), outcome.to_owned(), subject, case))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_table_of_access_leaves_its_line_and_nothing_else_does() {
    let scene = Scene::set().await;
    let before = trail(&scene.cloud).len();
    let mut all = BTreeSet::new();
    for (route, cells) in table() {
        for ((name, caller), cell) in CALLERS.iter().zip(&scene.callers).zip(&cells) {
            let mark = trail(&scene.cloud).len();
            scene.answer(&route, caller, cell).await;
            let Some(line) = expected(&route, name, cell) else {
                continue;
            };
            eventually(&format!("{route} as {name} stands in the trail: {line:?}"), || async {
                trail(&scene.cloud)[mark..].iter().any(|found| told(found) == line).then_some(())
            })
            .await;
            all.insert(line);
        }
    }
    let closed: BTreeSet<Told> = trail(&scene.cloud)[before..].iter().map(told).collect();
    let others: Vec<_> = closed.difference(&all).filter(|(action, ..)| action != "socket.close").collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_names_records_files_and_requests_and_never_what_they_hold() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let file = amira.upload("case-1", &Sample::pdf()).await;
    assert_eq!(amira.send_files("case-1", 0, "a secret between two", &[&file]).await.status, 201);
    assert_eq!(chen.get("/cases/case-1/messages").await.body["head"], 1);
    assert_eq!(chen.open("case-1", &file).await.status, 200);
    assert_eq!(chen.get("/cases/not%20an%20id/messages").await.status, 400);
    let socket = chen.connect().await.expect("a socket");
    drop(socket);
    let find = |action: &'static str, subject: Option<&'static str>| {
        let cloud = &cloud;
        async move {
            let wanted = |line: &Value| line["action"] == action && line["subject"].as_str() == subject;
            let found = || async { trail(cloud).into_iter().rfind(wanted) };
            eventually(action, found).await
        }
    };
    let posted = find("message.post", Some("amira")).await;
    assert_eq!((&posted["firstSeq"], &posted["lastSeq"]), (&json!(1), &json!(1)));
    assert!(posted["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{posted}");
    assert!(posted["requestId"].as_str().is_some_and(|id| !id.is_empty()), "{posted}");
    let opened = find("attachment.open", Some("chen")).await;
    assert_eq!(opened["attachmentId"], file);
    assert_eq!(chen.export("case-1", "fhir").await.status, 201);
    let exported = find("thread.export", Some("chen")).await;
    assert_eq!((&exported["format"], &exported["lastSeq"]), (&json!("fhir"), &json!(1)));
    assert_eq!(opened["format"], Value::Null);
    let closed = find("socket.close", Some("chen")).await;
    let began = find("socket.open", Some("chen")).await;
    assert_eq!(began["connectionId"], closed["connectionId"]);
    let reads: Vec<Value> = trail(&cloud)
        .into_iter()
        .filter(|line| line["action"] == "thread.read" && line["subject"] == "chen")
        .collect();
    assert_eq!((&reads[0]["firstSeq"], &reads[0]["lastSeq"]), (&json!(0), &json!(1)));
    assert_eq!((&reads[1]["outcome"], &reads[1]["caseId"]), (&json!("invalid_request"), &Value::Null));
    for line in trail(&cloud) {
        let text = line.to_string();
        for content in ["secret", "Befund", "Name of", "CASE-1", "not an id"] {
            assert!(!text.contains(content), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_stands_in_the_trail() {
    let cloud = Cloud::start().await;
    let stranger = cloud.client("");
    let refused = stranger.handshake().protocols(&["case-chat.v1"]).origin("https://evil.example").open();
    assert_eq!(refused.await.err(), Some(403));
    let line = eventually("its line", || async { trail(&cloud).pop() }).await;
    assert_eq!(told(&line), ("socket.open".to_owned(), "foreign_origin".to_owned(), None, None));
}
