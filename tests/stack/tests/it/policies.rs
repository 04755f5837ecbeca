//! template.yaml's policies: a function may do what it needs and no more.
//!
//! Removing any one action from any function makes something fail: for each there is a cloud with a template that
//! lacks it, and one scenario that needs them all.

use std::collections::BTreeSet;

use case_chat_stack_tests::{Account, Client, Cloud, Sample, Setting, case, eventually, new_id};
use futures::StreamExt;
use serde_json::json;
use tokio::time::{Duration, sleep};

use crate::access::repository;

/// Clouds at a time: each has seventeen functions, and a development machine two cores.
const CLOUDS: usize = 2;
/// An action that nothing asks for, in the place of one that is taken away: a statement must have one.
const NOTHING: &str = "none:Nothing";

/// Functions may not put events on the bus: only the host may.
#[tokio::test(flavor = "multi_thread")]
async fn a_function_cannot_speak_as_the_host() {
    let cloud = Cloud::start().await;
    let entry = json!({ "EventBusName": cloud.url("eventBus"), "Source": "mso.cases", "DetailType": "CaseChanged", "Detail": "{}" });
    let answer =
        cloud.credentials_of("SyncCase").call("AWSEvents.PutEvents", json!({ "Entries": [entry] })).await;
    assert!(answer["Message"].to_string().contains("explicit deny in a resource-based policy"), "{answer}");
}

/// Without the hyphen that CloudFormation puts behind it, the name of another role could go on where this one's ends.
#[test]
fn a_role_is_told_by_its_whole_name_and_is_one_of_the_template() {
    let template = std::fs::read_to_string(repository().join("template.yaml")).expect("the template");
    let told: Vec<&str> = template
        .split(":role/${AWS::StackName}-")
        .skip(1)
        .filter_map(|rest| rest.split('\n').next())
        .collect();
    assert!(!told.is_empty());
    for pattern in told {
        let role = pattern.strip_suffix("-*").unwrap_or_default();
        let function = role.strip_suffix("Role").unwrap_or_default();
        let stands = [
            format!("\n  {function}:\n    Type: AWS::Serverless::Function\n"),
            format!("\n  {role}:\n    Type: AWS::IAM::Role\n"),
        ];
        assert!(stands.iter().any(|resource| template.contains(resource)), "{pattern}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_action_that_a_function_is_granted_is_needed() {
    let template = std::fs::read_to_string(repository().join("template.yaml")).expect("the template");
    let whole = denials_of(&template).await;
    assert!(whole.is_empty(), "with all that is granted nothing is denied: {whole:?}");
    let grants = grants(&template);
    let functions: BTreeSet<&str> = grants.iter().map(|grant| grant.function.as_str()).collect();
    assert_eq!(functions.len(), template.matches("Type: AWS::Serverless::Function").count(), "{functions:?}");
    let outcomes = futures::stream::iter(&grants)
        .map(|grant| async move { (grant, denials_of(&grant.without).await) })
        .buffer_unordered(CLOUDS);
    let wrong: Vec<String> = outcomes
        .filter_map(|(grant, denials)| async move {
            let expected = BTreeSet::from([(grant.function.clone(), grant.action.clone())]);
            (denials != expected).then(|| format!("{} without {}: {denials:?}", grant.function, grant.taken))
        })
        .collect()
        .await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// One thing that the template grants.
pub(crate) struct Grant {
    pub(crate) function: String,
    pub(crate) action: String,
    /// The action, or for a statement on several resources the resource that is taken away.
    taken: String,
    /// The template without it.
    without: String,
}

/// Everything that functions' policies grant, in the form in which template.yaml writes it: an action, a list of them
/// on one line, and resources on one line or several. A statement on several resources is taken apart by these, too.
pub(crate) fn grants(template: &str) -> Vec<Grant> {
    let lines: Vec<&str> = template.lines().collect();
    let without = |position: usize, line: &str| {
        let mut lines = lines.clone();
        lines[position] = line;
        lines.join("\n")
    };
    let (mut grants, mut resource, mut inside, mut action) = (Vec::new(), "", false, String::new());
    for (position, line) in lines.iter().enumerate() {
        let depth = line.len() - line.trim_start().len();
        match (depth, line.trim()) {
            (2, name) => (resource, inside) = (name.trim_end_matches(':'), false),
            (6, property) => inside = property == "Policies:",
            (14, property) if inside => {
                let Some((indent, actions)) = line.split_once("Action: ") else {
                    continue;
                };
                assert!(property.starts_with("Action: "), "{property}");
                let several: Vec<&str> = actions.trim_matches(['[', ']']).split(", ").collect();
                for taken in &several {
                    let rest: Vec<&str> = several.iter().filter(|other| *other != taken).copied().collect();
                    let rest =
                        if rest.is_empty() { NOTHING.to_owned() } else { format!("[{}]", rest.join(", ")) };
                    grants.push(Grant {
                        function: resource.to_owned(),
                        action: (*taken).to_owned(),
                        taken: (*taken).to_owned(),
                        without: without(position, &format!("{indent}Action: {rest}")),
                    });
                }
                action = several[0].to_owned();
            }
            (16, item) if inside && item.starts_with("- ") => grants.push(Grant {
                function: resource.to_owned(),
                action: action.clone(),
                taken: item.to_owned(),
                without: without(position, ""),
            }),
            _ => {}
        }
    }
    grants
}

/// Runs the scenario and says which function was denied which action: those seen first, or none by its end.
async fn denials_of(template: &str) -> BTreeSet<(String, String)> {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("template.yaml");
    std::fs::write(&file, template).expect("a template");
    let parameters =
        vec![("MalwareScanning", "true"), ("EmailDelaySeconds", "1"), ("EmailAtLatestSeconds", "3")];
    let cloud = Cloud::with(Setting { template: Some(file), parameters, ..Setting::default() }).await;
    let denied = async {
        loop {
            let denials = denials(&cloud.log());
            if !denials.is_empty() {
                return denials;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        denials = denied => denials,
        () = everything(&cloud) => denials(&cloud.log()),
    }
}

/// Function and action of every refusal in the log.
fn denials(log: &str) -> BTreeSet<(String, String)> {
    let field = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!("{name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    let refusals = log.lines().filter(|line| line.contains("WARN AccessDenied"));
    refusals.filter_map(|line| Some((field(line, "function")?, field(line, "action")?))).collect()
}

/// What needs every grant once. What a step brings about is waited for; whether it does is for other tests to say.
async fn everything(cloud: &Cloud) {
    let mut opened = case("case-1", 1, "amira", "chen", "open");
    opened["provider"]["email"] = json!("bounce+chen@example.org");
    cloud.host_says(opened).await;
    let amira = cloud.sign_in("amira").await;
    let page = "/cases/case-1/messages";
    eventually("the case opens", || async { (amira.get(page).await.status == 200).then_some(()) }).await;
    let mut socket = eventually("a socket", || async { amira.connect().await.ok() }).await;
    // A socket that is gone without having said so, and one whose token has ended.
    let account = cloud.account();
    for (id, token_expires_at) in [("gone", "4102444800000"), ("expired", "1")] {
        let row = json!({
            "userId": { "S": "chen" },
            "connectionId": { "S": id },
            "connectedAt": { "N": "1" },
            "tokenExpiresAt": { "N": token_expires_at },
            "expiresAt": { "N": "4102444800" },
        });
        let put = account
            .call("DynamoDB_20120810.PutItem", json!({ "TableName": "case-chat-Connections", "Item": row }));
        assert_eq!(put.await, json!({}));
    }
    // Whoever is online is told by mail after a while all the same.
    let chen = cloud.sign_in("chen").await;
    let online = eventually("his socket", || async { chen.connect().await.ok() }).await;
    let message = json!({ "clientId": new_id(), "after": 0, "body": "to be pushed" });
    eventually("a message", || async { (amira.post("case-1", &message).await.status < 300).then_some(()) })
        .await;
    socket.records_until("to be pushed").await;
    file(&account, &amira).await;
    eventually("an export", || async {
        let exported = amira.export("case-1", "transcript").await;
        let link = exported.body["url"].as_str()?.to_owned();
        (amira.download(&link).await.0 == 200).then_some(())
    })
    .await;
    // Read at the end and read before it, and told to whoever is there.
    for seq in [0, 1] {
        let mark = json!({ "seq": seq });
        eventually("a mark", || async { (amira.read("case-1", &mark).await.status == 200).then_some(()) })
            .await;
    }
    while socket.next_of("read").await["seq"] != 1 {}
    mail(cloud, &chen).await;
    drop(online);
    // A hint goes to the other, who has one socket for it.
    let mut his = eventually("his socket", || async { chen.connect().await.ok() }).await;
    socket.send(r#"{"action":"typing","caseId":"case-1"}"#).await;
    his.next_of("typing").await;
    drop((socket, his));
    let connections = async |user_id: &str| {
        let query = json!({
            "TableName": "case-chat-Connections",
            "KeyConditionExpression": "userId = :u",
            "ExpressionAttributeValues": { ":u": { "S": user_id } },
        });
        account.call("DynamoDB_20120810.Query", query).await["Count"].clone()
    };
    eventually("sockets are forgotten", || async {
        (connections("amira").await == 0 && connections("chen").await == 1).then_some(())
    })
    .await;
    eventually("the list", || async {
        (amira.get("/cases").await.body["cases"][0]["head"] == 2).then_some(())
    })
    .await;
    cloud.credentials_of("PostMessage").insert_into_thread("poison", 0, "no record at all").await;
    eventually("both functions give the poison up", || async {
        let waiting = account.waiting_in("StreamRecordsFailed").await;
        (waiting.len() >= 2).then_some(())
    })
    .await;
}

/// A mail to Chen, who is online and does not read, so that it is put off; it comes back, and there is a link in it.
async fn mail(cloud: &Cloud, chen: &Client) {
    eventually("a choice", || async { (chen.choose("full", &[]).await.status == 200).then_some(()) }).await;
    let mail = cloud.mail_to("bounce+chen@example.org", 1).await;
    eventually("it came back", || async {
        (chen.get("/preferences").await.body["mail"] == "bounced").then_some(())
    })
    .await;
    let link = mail["headers"]["List-Unsubscribe"].as_str().expect("a link").trim_matches(['<', '>']);
    let path = link.strip_prefix(cloud.url("http")).expect("of the API");
    eventually("no more mail", || async {
        (cloud.client("").post_raw(path, "").await.status == 200).then_some(())
    })
    .await;
}

/// A file from its link to its reader, by way of the scanner.
async fn file(account: &Account, amira: &Client) {
    let sample = Sample::pdf();
    let granted = eventually("a link", || async {
        let granted = amira.request_upload("case-1", &sample.declaration()).await;
        (granted.status == 201).then_some(granted.body)
    })
    .await;
    let id = granted["attachmentId"].as_str().expect("an id");
    eventually("nothing has arrived", || async {
        (amira.verify("case-1", id).await.code() == "attachment_not_ready").then_some(())
    })
    .await;
    eventually("it arrives", || async {
        matches!(amira.put(&granted, sample.content.clone()).await.0, 200 | 412).then_some(())
    })
    .await;
    account
        .tag_in_quarantine(&format!("case-1/{id}"), "GuardDutyMalwareScanStatus", "NO_THREATS_FOUND")
        .await;
    eventually("it is verified", || async { (amira.verify("case-1", id).await.status == 200).then_some(()) })
        .await;
    let message = json!({ "clientId": new_id(), "after": 1, "body": "", "attachments": [id] });
    eventually("it is sent", || async { (amira.post("case-1", &message).await.status < 300).then_some(()) })
        .await;
    eventually("it is read", || async {
        let link = amira.open("case-1", id).await.body["url"].as_str()?.to_owned();
        (amira.download(&link).await.0 == 200).then_some(())
    })
    .await;
}
