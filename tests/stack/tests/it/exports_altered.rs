//! A thread that somebody changed behind the functions' back: the alarm, and the export's refusal.
//!
//! The template's own policy denies that to everybody, so these clouds run a template without it: the account's
//! administrator has taken it away first.

use case_chat_stack_tests::{Client, Cloud, Setting, eventually};
use serde_json::{Value, json};
use verify_transcript::verify;

use crate::access::repository;
use crate::amira_and_chen;
use crate::exports::{fetched, public_key};

/// A cloud whose table of threads has lost its policy, with three records of `case-1` that both inboxes have seen.
async fn unguarded() -> (Cloud, Client) {
    let template = std::fs::read_to_string(repository().join("template.yaml")).expect("the template");
    let (before, rest) = template.split_once("      ResourcePolicy:\n").expect("the policy of threads");
    let (_, after) = rest.split_once("\n  # ----").expect("the next part");
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("template.yaml");
    std::fs::write(&file, format!("{before}\n  # ----{after}")).expect("a template");
    let cloud = Cloud::with(Setting { template: Some(file), ..Setting::default() }).await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    assert_eq!(amira.write("case-1", 0, "Is it healed?").await.status, 201);
    assert_eq!(chen.write("case-1", 1, "Almost.").await.status, 201);
    for person in [&amira, &chen] {
        eventually("both inboxes have seen it", || async {
            (person.get("/cases").await.body["cases"][0]["head"] == 2).then_some(())
        })
        .await;
    }
    (cloud, amira)
}

fn key(place: &str) -> Value {
    json!({ "caseId": { "S": "case-1" }, "seq": { "N": place } })
}

fn canonical(record: &Value) -> String {
    serde_json_canonicalizer::to_string(record).expect("JSON")
}

async fn put(cloud: &Cloud, seq: u64, record: &str) {
    put_at(cloud, &seq.to_string(), record).await;
}

async fn put_at(cloud: &Cloud, place: &str, record: &str) {
    let mut item = key(place);
    item["record"] = json!({ "S": record });
    let put = json!({ "TableName": "case-chat-Threads", "Item": item });
    assert_eq!(cloud.account().call("DynamoDB_20120810.PutItem", put).await, json!({}));
}

async fn delete(cloud: &Cloud, seq: u64) {
    delete_at(cloud, &seq.to_string()).await;
}

async fn delete_at(cloud: &Cloud, place: &str) {
    let delete = json!({ "TableName": "case-chat-Threads", "Key": key(place) });
    assert_eq!(cloud.account().call("DynamoDB_20120810.DeleteItem", delete).await, json!({}));
}

/// Waits for a line of the tamper alarm with these words.
async fn alarm(cloud: &Cloud, words: &[&str]) {
    eventually("the tamper alarm", || async {
        let log = cloud.log();
        let mut alarms = log.lines().filter(|line| line.contains("\"tamper\":true"));
        alarms.any(|line| words.iter().all(|word| line.contains(word))).then_some(())
    })
    .await;
}

async fn assert_refused(cloud: &Cloud, amira: &Client, seq: u64, how: &str) {
    for format in ["transcript", "fhir"] {
        let refused = amira.export("case-1", format).await;
        assert_eq!((refused.status, refused.code()), (409, "thread_altered"), "{}", refused.text);
    }
    let at = format!("\"record.seq\":{seq}");
    alarm(cloud, &["export-thread", &at, how]).await;
    eventually("its line in the audit trail", || async {
        let log = cloud.log();
        let mut lines = log.lines().filter(|line| line.contains("\"action\":\"thread.export\""));
        lines.any(|line| line.contains("\"outcome\":\"thread_altered\"")).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_record_raises_the_alarm_and_is_not_exported() {
    let (cloud, amira) = unguarded().await;
    let before = fetched(&amira, "case-1", "transcript").await;
    let record = amira.thread("case-1").await[1].to_string();
    put(&cloud, 1, &record.replace("healed", "broken")).await;
    alarm(&cloud, &["update-inbox", "MODIFY"]).await;
    assert_refused(&cloud, &amira, 1, "not that of what it says").await;
    let transcript = String::from_utf8(before).expect("text");
    let key = public_key(&cloud).await;
    assert!(verify(transcript.as_bytes(), &key).is_ok(), "what was exported before still holds");
    assert!(verify(transcript.replace("healed", "broken").as_bytes(), &key).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_was_cut_is_not_exported_since_both_inboxes_remember_more() {
    let (cloud, amira) = unguarded().await;
    delete(&cloud, 2).await;
    alarm(&cloud, &["update-inbox", "REMOVE"]).await;
    assert_refused(&cloud, &amira, 2, "the thread ends before it").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_was_recomputed_is_not_exported_since_its_inboxes_remember_another() {
    let (cloud, amira) = unguarded().await;
    // The last record again, with another text and the hash that goes with it.
    let thread = amira.thread("case-1").await;
    let mut forged = thread[2].clone();
    forged["body"] = json!("Surely.");
    forged.as_object_mut().expect("a record").remove("hash");
    forged["hash"] = hash_of(&forged);
    put(&cloud, 2, &serde_json_canonicalizer::to_string(&forged).expect("JSON")).await;
    crate::assert_chain(&amira.thread("case-1").await);
    assert_refused(&cloud, &amira, 2, "another one in its place").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_taken_from_the_middle_is_missed() {
    let (cloud, amira) = unguarded().await;
    delete(&cloud, 1).await;
    assert_refused(&cloud, &amira, 1, "it is missing").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_record_is_refused_as_an_alteration_and_not_as_a_failure() {
    let (cloud, amira) = unguarded().await;
    let stranger = cloud.sign_in("lucas").await;
    let thread = amira.thread("case-1").await;
    put(&cloud, 1, "{}").await;
    assert_refused(&cloud, &amira, 1, "what stands there is no record").await;
    put(&cloud, 1, &canonical(&thread[1])).await;
    // Between two records, where nothing has a place.
    put_at(&cloud, "1.5", &canonical(&thread[1])).await;
    assert_refused(&cloud, &amira, 2, "another record stands in its place").await;
    delete_at(&cloud, "1.5").await;
    let exported = amira.export("case-1", "transcript").await;
    assert_eq!(exported.status, 201, "{}", exported.text);
    put(&cloud, 2, "not JSON").await;
    assert_refused(&cloud, &amira, 2, "what stands there is no record").await;
    let refused = stranger.export("case-1", "transcript").await;
    assert_eq!((refused.status, refused.code()), (404, "case_not_found"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_under_anothers_key_is_refused_wherever_it_stands() {
    let (cloud, amira) = unguarded().await;
    cloud.open("case-2", "amira", "chen").await;
    let thread = amira.thread("case-1").await;
    let other = amira.thread("case-2").await;
    put(&cloud, 1, &canonical(&other[0])).await;
    assert_refused(&cloud, &amira, 1, "it is of another case").await;
    put(&cloud, 1, &canonical(&thread[0])).await;
    assert_refused(&cloud, &amira, 1, "another record stands in its place").await;
    put(&cloud, 1, &canonical(&thread[1])).await;
    // An older one as the newest: the thread would end where that one says that it stands.
    put(&cloud, 3, &canonical(&thread[1])).await;
    assert_refused(&cloud, &amira, 3, "another record stands in its place").await;
    put(&cloud, 3, &canonical(&other[0])).await;
    assert_refused(&cloud, &amira, 3, "it is of another case").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_that_lags_behind_is_no_disagreement() {
    let (cloud, amira) = unguarded().await;
    let first = amira.thread("case-1").await[0].clone();
    for user_id in ["amira", "chen"] {
        let lag = json!({
            "TableName": "case-chat-Inbox",
            "Key": { "userId": { "S": user_id }, "row": { "S": "case#case-1" } },
            "UpdateExpression": "SET head = :head, headHash = :hash",
            "ExpressionAttributeValues": { ":head": { "N": "0" }, ":hash": { "S": first["hash"] } },
        });
        assert_eq!(cloud.account().call("DynamoDB_20120810.UpdateItem", lag).await, json!({}));
    }
    assert!(verify(&fetched(&amira, "case-1", "transcript").await, &public_key(&cloud).await).is_ok());
    // And while it is being folded: an export right behind each of many messages.
    for head in 2..8 {
        let (posted, exported) =
            tokio::join!(amira.write("case-1", head, "and?"), amira.export("case-1", "transcript"));
        assert_eq!((posted.status, exported.status), (201, 201), "{}", exported.text);
    }
}

fn hash_of(record: &Value) -> Value {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(serde_json_canonicalizer::to_vec(record).expect("JSON"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}
