//! A stored record stays as it is, whoever asks, and only two functions may put one behind it: tried with every function's
//! own credentials and the account's. Where the
//! law demands it, one role may delete, and nothing else; what it deletes is seen.

use std::collections::BTreeSet;

use case_chat_stack_tests::{Account, Cloud, Setting, case, eventually};
use serde_json::{Value, json};

use crate::{access::repository, amira_and_chen, buckets::assert_denied as assert_denied_by_bucket};

const TABLE: &str = "case-chat-Threads";
/// Those that append, and do so with nothing but an INSERT.
const APPENDING: [&str; 2] = ["PostMessage", "SyncCase"];
/// What the role for erasure may do.
const ERASING: [&str; 2] = ["DeleteItem", "PartiQLDelete"];

fn template() -> String {
    std::fs::read_to_string(repository().join("template.yaml")).expect("the template")
}

/// Every function of the template.
fn functions(template: &str) -> BTreeSet<&str> {
    let lines: Vec<&str> = template.lines().collect();
    let functions = lines.windows(2).filter(|pair| pair[1].trim() == "Type: AWS::Serverless::Function");
    functions.map(|pair| pair[0].trim().trim_end_matches(':')).collect()
}

/// Every way to change a record of `case-1`: operation, body, and the action that it is.
fn changes() -> Vec<(&'static str, Value, &'static str)> {
    let key = json!({ "caseId": { "S": "case-1" }, "seq": { "N": "0" } });
    let item = json!({ "TableName": TABLE, "Item": key });
    let keyed = json!({ "TableName": TABLE, "Key": key });
    let assigned = json!({
        "TableName": TABLE,
        "Key": key,
        "UpdateExpression": "SET x = :x",
        "ExpressionAttributeValues": { ":x": { "N": "1" } },
    });
    let batch = |request: Value| json!({ "RequestItems": { TABLE: [request] } });
    let transaction = |item: Value| json!({ "TransactItems": [item] });
    let statement =
        |text: &str| json!({ "Statement": text.replace("RECORD", "WHERE caseId = 'case-1' AND seq = 0") });
    let update = statement("UPDATE \"case-chat-Threads\" SET x = 1 RECORD");
    let delete = statement("DELETE FROM \"case-chat-Threads\" RECORD");
    let statements = |one: &Value| json!({ "TransactStatements": [one] });
    vec![
        ("PutItem", item.clone(), "PutItem"),
        ("UpdateItem", assigned.clone(), "UpdateItem"),
        ("BatchWriteItem", batch(json!({ "PutRequest": { "Item": key } })), "BatchWriteItem"),
        ("BatchWriteItem", batch(json!({ "DeleteRequest": { "Key": key } })), "BatchWriteItem"),
        ("TransactWriteItems", transaction(json!({ "Put": item })), "PutItem"),
        ("TransactWriteItems", transaction(json!({ "Update": assigned })), "UpdateItem"),
        ("ExecuteStatement", update.clone(), "PartiQLUpdate"),
        ("ExecuteTransaction", statements(&update), "PartiQLUpdate"),
        ("TransactWriteItems", transaction(json!({ "Delete": keyed })), "DeleteItem"),
        ("ExecuteTransaction", statements(&delete), "PartiQLDelete"),
        ("DeleteItem", keyed, "DeleteItem"),
        ("ExecuteStatement", delete, "PartiQLDelete"),
    ]
}

async fn assert_denied(account: &Account, whose: &str, except: &[&str]) {
    for (operation, body, action) in changes().into_iter().filter(|(.., action)| !except.contains(action)) {
        let answer = account.call(&format!("DynamoDB_20120810.{operation}"), body).await;
        let message = answer["Message"].as_str().unwrap_or_default();
        assert!(message.contains(&format!("perform: dynamodb:{action} on resource")), "{whose}: {answer}");
        assert!(message.ends_with("with an explicit deny in a resource-based policy"), "{whose}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_change_a_record_not_even_with_the_accounts_own_credentials() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let before = amira.thread("case-1").await;
    let template = template();
    for function in functions(&template) {
        let credentials = cloud.credentials_of(function);
        assert_denied(&credentials, function, &[]).await;
        let inserted = credentials.insert_into_thread(function, 0, "{}").await;
        assert_eq!(inserted["__type"].is_null(), APPENDING.contains(&function), "{function}: {inserted}");
    }
    assert_denied(&cloud.account(), "the account", &[]).await;
    assert_eq!(amira.thread("case-1").await, before);
    // Nor put one behind the last: whoever may do everything in the account could compute its hash.
    for seq in [before.len() as u64, 0] {
        let forged = cloud.account().insert_into_thread("case-1", seq, "{}").await;
        let message = forged["Message"].as_str().unwrap_or_default();
        assert!(message.contains("perform: dynamodb:PartiQLInsert on resource"), "{forged}");
        assert!(message.ends_with("with an explicit deny in a resource-based policy"), "{forged}");
    }
    let again = cloud.credentials_of("PostMessage").insert_into_thread("PostMessage", 0, "{}").await;
    assert!(again["__type"].to_string().contains("#DuplicateItem"), "{again}");
}

/// Disconnect in the place of the role that a deployment names for erasure: it may delete from another table, and is given
/// the same, and whatever else changes a record, for this one.
async fn erasing(template: &str) -> (Cloud, Account) {
    let granted =
        "              Action: dynamodb:DeleteItem\n              Resource: !GetAtt Connections.Arn\n";
    let actions = changes().into_iter().map(|(.., action)| format!("dynamodb:{action}")).collect::<Vec<_>>();
    let more = format!(
        "              Action: [dynamodb:PartiQLInsert, {}]\n              Resource: !GetAtt Threads.Arn\n",
        actions.join(", ")
    );
    let statement = "            - Sid: Erase\n              Effect: Allow\n";
    let files = "              Action: s3:DeleteObject\n              Resource: !Sub ${Attachments.Arn}/*\n";
    let files = statement.replace("Erase", "EraseFiles") + files;
    assert_eq!(template.matches(granted).count(), 1, "Disconnect's grant");
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("template.yaml");
    std::fs::write(&file, template.replace(granted, &format!("{granted}{statement}{more}{files}")))
        .expect("a file");
    let role = "arn:aws:iam::000000000000:role/case-chat-DisconnectRole-LOCAL";
    let parameters = vec![("ErasureRole", role)];
    let cloud = Cloud::with(Setting { template: Some(file), parameters, ..Setting::default() }).await;
    let eraser = cloud.credentials_of("Disconnect");
    (cloud, eraser)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_for_erasure_may_delete_and_nothing_else_and_what_it_deletes_is_seen() {
    let template = template();
    let (cloud, eraser) = erasing(&template).await;
    let (amira, _) = amira_and_chen(&cloud).await;

    for function in functions(&template).into_iter().filter(|function| *function != "Disconnect") {
        assert_denied(&cloud.credentials_of(function), function, &[]).await;
    }
    assert_denied(&cloud.account(), "the account", &[]).await;
    assert_denied(&eraser, "the role for erasure", &ERASING).await;
    let written = eraser.insert_into_thread("another", 0, "{}").await;
    assert!(written["Message"].to_string().contains("explicit deny in a resource-based policy"), "{written}");
    assert!(!cloud.log().contains("a record of a thread was changed"));
    for (operation, body, _) in changes().into_iter().filter(|(.., action)| ERASING.contains(action)) {
        let answer = eraser.call(&format!("DynamoDB_20120810.{operation}"), body).await;
        let known =
            answer["__type"].is_null() || answer["__type"].to_string().contains("ValidationException");
        assert!(known, "{operation}: {answer}");
    }
    assert_eq!(amira.get("/cases/case-1/messages").await.status, 404, "the thread is gone");
    let file = |account: &Account| {
        account.s3().delete_object().bucket("case-chat-attachments").key("case-1/file").send()
    };
    assert!(file(&eraser).await.is_ok(), "its files are for the same role to delete");
    assert_denied_by_bucket(file(&cloud.account()).await, "s3:DeleteObject", "the account");
    eventually("the alarm's line is in the log", || async {
        let log = cloud.log();
        let lines = log.lines().filter_map(|line| serde_json::from_str(&line[line.find('{')?..]).ok());
        lines.filter(|line: &Value| line["tamper"] == true).find(|line| {
            (&line["record.change"], &line["case.id"], &line["record.seq"])
                == (&json!("REMOVE"), &json!("case-1"), &json!(0))
        })
    })
    .await;
    assert!(
        template.contains("FilterPattern: '{ $.tamper IS TRUE }'"),
        "and the template's alarm goes by it"
    );
}

/// The newest record says who shares the case, so it goes last: in the other order, each record that goes would leave
/// the case to those who shared it earlier.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_case_erased_from_the_first_record_on_lets_nobody_in_again_meanwhile() {
    let (cloud, eraser) = erasing(&template()).await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    assert_eq!(chen.write("case-1", 0, "Almost.").await.status, 201);
    cloud.host_says(case("case-1", 2, "amira", "okafor", "open")).await;
    cloud.host_says(case("case-1", 3, "amira", "okafor", "closed")).await;
    let head = eventually("the case is another's, and closed", || async {
        let page = amira.get("/cases/case-1/messages").await.body;
        let closed = page["records"].as_array()?.last()?["status"] == "closed";
        closed.then(|| page["head"].as_u64())?
    })
    .await;
    for seq in 0..=head {
        assert_eq!(chen.get("/cases/case-1/messages").await.status, 404, "before {seq} goes");
        assert_eq!(chen.write("case-1", head, "Still here?").await.status, 404, "before {seq} goes");
        let posted = amira.write("case-1", head, "And this?").await;
        assert_eq!((posted.status, posted.code()), (409, "case_closed"), "before {seq} goes");
        let key = json!({ "caseId": { "S": "case-1" }, "seq": { "N": seq.to_string() } });
        let delete = json!({ "TableName": TABLE, "Key": key });
        assert_eq!(eraser.call("DynamoDB_20120810.DeleteItem", delete).await, json!({}));
    }
    for person in [&amira, &chen] {
        assert_eq!(person.get("/cases/case-1/messages").await.status, 404);
        assert_eq!(person.write("case-1", head, "And now?").await.status, 404);
    }
}
