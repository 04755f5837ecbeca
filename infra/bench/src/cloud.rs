//! A local cloud with the functions built for release, and the people and threads in it.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use case_chat_domain::{Change, Role, SealedRecord, Timestamp};
use case_chat_stack_tests::{Client, Cloud, Setting, case, eventually, new_id};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::paths;

/// As long as most are: 86 characters.
pub(crate) const TEXT: &str =
    "Good morning, doctor. It is a little better today, but the knee still hurts at night.";
/// When made-up records were sent.
const THEN: Timestamp = Timestamp::from_millis(1_795_381_800_000);
/// EventBridge takes so many events in one request.
const EVENTS_AT_ONCE: usize = 10;

/// Someone who has signed in.
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) token: String,
}

/// Starts one in which nobody is slowed down and no mail goes out unless a parameter says so.
pub(crate) async fn start(parameters: &[(&'static str, &'static str)]) -> Cloud {
    let mut all = vec![("PostsBurst", "100000"), ("PostsPerSecond", "10000"), ("EmailDelaySeconds", "900")];
    all.extend(parameters);
    Cloud::with(Setting {
        parameters: all,
        template: Some(paths::root().join("template.yaml")),
        functions: Some(paths::functions()),
        local_cloud: Some(paths::local_cloud()),
        ..Setting::default()
    })
    .await
}

/// Gives somebody a token that holds for hours; the issuer itself knows five people.
pub(crate) fn sign_in(cloud: &Cloud, user_id: &str) -> Person {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let token = cloud.signer().sign(&json!({
        "iss": cloud.url("issuer"),
        "sub": user_id,
        "aud": "case-chat-web",
        "token_use": "access",
        "iat": now,
        "exp": now + 6 * 60 * 60,
    }));
    Person { client: cloud.client(&token), token }
}

/// Opens cases, each with its id, its requester and its provider, by the event bus, and waits until they can be read.
pub(crate) async fn open(cloud: &Cloud, cases: &[(String, String, String)]) -> Result<()> {
    for some in cases.chunks(EVENTS_AT_ONCE) {
        let entries = some.iter().map(|(case_id, requester, provider)| {
            json!({
                "EventBusName": cloud.url("eventBus"),
                "Source": "mso.cases",
                "DetailType": "CaseChanged",
                "Detail": case(case_id, 1, requester, provider, "open").to_string(),
            })
        });
        let entries: Vec<Value> = entries.collect();
        let answer = cloud.account().call("AWSEvents.PutEvents", json!({ "Entries": entries })).await;
        ensure!(answer["FailedEntryCount"] == 0, "the bus refused cases: {answer}");
    }
    let mut readers: BTreeMap<&str, Person> = BTreeMap::new();
    for (case_id, requester, _) in cases {
        if !readers.contains_key(requester.as_str()) {
            readers.insert(requester, sign_in(cloud, requester));
        }
        let reader = &readers[requester.as_str()].client;
        eventually("the case opens", || async {
            (reader.get(&format!("/cases/{case_id}/messages?limit=1")).await.status == 200).then_some(())
        })
        .await;
    }
    Ok(())
}

/// The newest record of a case.
pub(crate) async fn newest(person: &Person, case_id: &str) -> Result<SealedRecord> {
    let page = person.client.get(&format!("/cases/{case_id}/messages?limit=1")).await;
    let canonical = serde_json_canonicalizer::to_string(&page.body["records"][0])?;
    Ok(SealedRecord::parse(canonical)?)
}

/// Messages that would follow a record, both sides in turn.
pub(crate) fn messages_after(record: &SealedRecord, count: usize) -> Result<Vec<SealedRecord>> {
    let mut last = record.clone();
    let mut messages = Vec::with_capacity(count);
    for number in 0..count {
        let change = Change::Write {
            role: if number % 2 == 0 { Role::Requester } else { Role::Provider },
            client_id: new_id().parse()?,
            body: TEXT.to_owned().try_into()?,
            attachments: Vec::new(),
        };
        last = last.record().next(change, THEN);
        messages.push(last.clone());
    }
    Ok(messages)
}

/// The body of a post.
pub(crate) fn message(after: u64) -> Value {
    json!({ "clientId": new_id(), "after": after, "body": TEXT })
}
