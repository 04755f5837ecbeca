//! Who may do what: every route and action as every kind of caller, by the table in SECURITY.md.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use case_chat_local_issuer::Signer;
use case_chat_stack_tests::{Client, Cloud, Sample, Socket, case, eventually, new_id};
use serde_json::{Value, json};

/// The callers, as the table's columns name them.
pub(crate) const CALLERS: [&str; 10] = [
    "no token",
    "requester",
    "provider",
    "another's requester",
    "another's provider",
    "former provider",
    "administrator",
    "administrator on the case",
    "another issuer",
    "expired",
];

/// Something that the gateway tells a function, and that nobody can ask for.
pub(crate) const NOT_ASKED_FOR: &str = "$disconnect";

pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository")
}

/// By route, what each caller is answered.
pub(crate) fn table() -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string(repository().join("SECURITY.md")).expect("SECURITY.md");
    let rows = text.lines().skip_while(|line| !line.starts_with("| route or action |"));
    let rows = rows.take_while(|line| line.starts_with('|')).map(|line| {
        let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        cells.collect::<Vec<_>>()
    });
    let mut rows = rows.collect::<Vec<_>>().into_iter();
    let head = rows.next().expect("a head");
    assert_eq!(head[1..], CALLERS.map(str::to_owned), "the table's columns");
    rows.skip(1).map(|mut cells| (cells.remove(0), cells)).collect()
}

/// Every route of the HTTP API and every action of the WebSocket API that template.yaml has.
pub(crate) fn routes() -> BTreeSet<String> {
    let template = std::fs::read_to_string(repository().join("template.yaml")).expect("the template");
    let lines: Vec<&str> = template.lines().collect();
    let after = |line: &str, name: &str| line.trim().strip_prefix(name).map(str::to_owned);
    let http = lines
        .windows(2)
        .filter_map(|pair| Some(format!("{} {}", after(pair[0], "Method: ")?, after(pair[1], "Path: ")?)));
    let plain = lines.iter().filter_map(|line| after(line, "RouteKey: "));
    let under_routes = lines.iter().skip_while(|line| **line != "      Routes:").skip(1);
    let sam = under_routes.take_while(|line| line.starts_with("        ")).filter_map(|line| {
        let name = line.trim().strip_suffix(':')?;
        (!line.starts_with("          ")).then(|| name.to_owned())
    });
    http.chain(plain).chain(sam).filter(|route| route != NOT_ASKED_FOR).collect()
}

/// The case `case-1`, which went from chen to okafor, and what callers meet there.
pub(crate) struct Scene {
    pub(crate) cloud: Cloud,
    pub(crate) callers: Vec<Client>,
    /// A file of the requester's that is ready, and one that was sent.
    ready: String,
    sent: String,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let cloud = Cloud::start().await;
        cloud.open("case-1", "amira", "chen").await;
        cloud.open("case-2", "lucas", "else").await;
        cloud.host_says(case("case-1", 2, "amira", "okafor", "open")).await;
        let callers = callers(&cloud);
        let amira = &callers[1];
        eventually("the provider has changed", || async {
            (callers[2].get("/cases/case-1/messages").await.status == 200).then_some(())
        })
        .await;
        let (ready, sent) =
            (amira.upload("case-1", &Sample::pdf()).await, amira.upload("case-1", &Sample::pdf()).await);
        assert_eq!(amira.send_files("case-1", 0, "", &[&sent]).await.status, 201);
        Self { cloud, callers, ready, sent }
    }

    /// What that caller is answered on that route.
    pub(crate) async fn answer(&self, route: &str, caller: &Client, expected: &str) -> String {
        let Some((method, path)) = route.split_once(' ') else {
            return self.answer_on_socket(route, caller, expected).await;
        };
        let id = if path.ends_with("/verify") { &self.ready } else { &self.sent };
        let path = path.replace("{caseId}", "case-1").replace("{attachmentId}", id);
        let body = match path.rsplit('/').next() {
            Some("messages") => json!({ "clientId": new_id(), "after": 0, "body": "text" }),
            Some("read") => json!({ "seq": 0 }),
            Some("attachments") => Sample::pdf().declaration(),
            Some("export") => json!({ "format": "transcript" }),
            Some("preferences") => json!({ "email": "full", "mutedCases": [] }),
            _ => Value::Null,
        };
        let reply = match method {
            "GET" => caller.get(&path).await,
            "PUT" => caller.put_json(&path, &body).await,
            _ => caller.post_raw(&path, body.to_string()).await,
        };
        reply.status.to_string()
    }

    async fn answer_on_socket(&self, action: &str, caller: &Client, expected: &str) -> String {
        let mut socket = match caller.connect().await {
            Ok(socket) => socket,
            Err(status) if action == "$connect" => return status.to_string(),
            Err(_) => return "no socket".to_owned(),
        };
        match action {
            "$connect" => "101".to_owned(),
            "ping" => frame_type(&socket.ask(r#"{"action":"ping"}"#).await),
            "$default" => frame_type(&socket.ask(r#"{"action":"anything"}"#).await),
            "typing" => self.typing(&mut socket, expected).await,
            other => panic!("{other} is not played here"),
        }
    }

    /// Whether either participant hears of it. What is expected to come is waited for; where nothing should come, each
    /// of the two says something to the other behind it, and that is all that they hear.
    async fn typing(&self, socket: &mut Socket, expected: &str) -> String {
        const HINT: &str = r#"{"action":"typing","caseId":"case-1"}"#;
        let mut listeners = Vec::new();
        for participant in &self.callers[1..3] {
            listeners.push(participant.connect().await.expect("a socket"));
        }
        let since = self.cloud.account().newest_request().await;
        socket.send(HINT).await;
        eventually("it was looked at", || async {
            let asked = self.cloud.account().requests_of("RelayTyping", "threads", since).await;
            asked.iter().any(|request| request.items == 1).then_some(())
        })
        .await;
        if expected == "told" {
            let hears = listeners.iter_mut().map(|listener| Box::pin(listener.next_of("typing")));
            futures::future::select_all(hears).await;
            return "told".to_owned();
        }
        for listener in &mut listeners {
            listener.send(HINT).await;
        }
        let mut more = false;
        for listener in &mut listeners {
            listener.next_of("typing").await;
            more |= listener.until_pong().await.iter().any(|frame| frame["type"] == "typing");
        }
        if more { "told" } else { "not told" }.to_owned()
    }
}

fn frame_type(frame: &Value) -> String {
    frame["type"].as_str().unwrap_or_default().to_owned()
}

fn callers(cloud: &Cloud) -> Vec<Client> {
    let (ours, others) = (cloud.signer(), Signer::generate().expect("a key"));
    let now = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_secs();
    let claims = |sub: &str, changes: Value| {
        let mut claims = json!({
            "sub": sub,
            "iss": cloud.url("issuer"),
            "aud": "case-chat-web",
            "token_use": "access",
            "iat": now,
            "exp": now + 600,
        });
        for (name, value) in changes.as_object().expect("changes") {
            claims[name] = value.clone();
        }
        claims
    };
    let admin = json!({ "cognito:groups": ["admin"] });
    let tokens = [
        String::new(),
        ours.sign(&claims("amira", json!({}))),
        ours.sign(&claims("okafor", json!({}))),
        ours.sign(&claims("lucas", json!({}))),
        ours.sign(&claims("else", json!({}))),
        ours.sign(&claims("chen", json!({}))),
        ours.sign(&claims("boss", admin.clone())),
        ours.sign(&claims("amira", admin)),
        others.sign(&claims("amira", json!({ "iss": "https://elsewhere.example" }))),
        ours.sign(&claims("amira", json!({ "exp": now - 60 }))),
    ];
    tokens.iter().map(|token| cloud.client(token)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_caller_is_answered_on_every_route_as_the_table_in_security_says() {
    let table = table();
    let listed: BTreeSet<String> = table.keys().cloned().collect();
    assert_eq!(listed, routes(), "the table's rows and the template's routes");
    let scene = Scene::set().await;
    let mut wrong = Vec::new();
    for (route, cells) in &table {
        for ((name, caller), expected) in CALLERS.iter().zip(&scene.callers).zip(cells) {
            let answer = scene.answer(route, caller, expected).await;
            if answer != *expected {
                wrong.push(format!("{route} as {name}: {answer}, and the table says {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_of_functions_and_actions_in_security_is_the_templates() {
    let template = std::fs::read_to_string(repository().join("template.yaml")).expect("the template");
    let mut actions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for grant in crate::policies::grants(&template) {
        actions.entry(grant.function).or_default().insert(grant.action);
    }
    let rows = actions.iter().map(|(function, actions)| {
        let actions: Vec<String> = actions.iter().map(|action| format!("`{action}`")).collect();
        format!("| {function} | {} |", actions.join(", "))
    });
    let expected = format!("| function | actions |\n|---|---|\n{}\n", rows.collect::<Vec<_>>().join("\n"));
    let security = std::fs::read_to_string(repository().join("SECURITY.md")).expect("SECURITY.md");
    assert!(security.contains(&expected), "SECURITY.md should have:\n{expected}");
}
