//! What the code refuses, the schemas refuse, and nothing else: requests, frames and host events with one thing about
//! them changed.
//!
//! What no schema can say is left out: bounds in bytes, one field twice, one person on both sides, whole numbers with a
//! fraction of nought, and U+FEFF, which is white space in patterns and nowhere else.

use case_chat_domain::{AttachmentId, Declared, Draft, Preferences, Snapshot};
use case_chat_stack_tests::{Cloud, Documents, new_id};
use case_chat_wire::{
    CaseChanged, ChosenPreferences, ClientFrame, ExportThread, MarkRead, PageQuery, PostMessage,
    RequestUpload,
};
use jsonschema::Validator;
use proptest::{prelude::*, sample::Index, test_runner::TestCaseResult};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::amira_and_chen;

/// Something that comes in: the schema's place, one that holds, and whether the code takes it.
struct Incoming {
    schema: &'static str,
    sample: Value,
    taken: fn(Value) -> bool,
}

fn read<T: DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

const MESSAGE: &str = "openapi.yaml#/components/schemas/PostMessage";
const UPLOAD: &str = "openapi.yaml#/components/schemas/RequestUpload";
/// No deployment takes a larger file: template.yaml's bound on AttachmentMaxBytes.
const LARGEST_FILE: u64 = 1_000_000_000;

fn incoming() -> Vec<Incoming> {
    let person = |id: &str| json!({ "userId": id, "name": "Dr. Wei Chen" });
    vec![
        Incoming {
            schema: MESSAGE,
            sample: json!({
                "clientId": "01933e2c-5c7e-7d3a-8b1f-2a3b4c5d6e7f", "after": 7, "body": "text", "attachments": ["a", "b"],
            }),
            taken: |value| read::<PostMessage>(value).is_some_and(|message| Draft::try_from(message).is_ok()),
        },
        Incoming {
            schema: MESSAGE,
            sample: json!({ "clientId": "01933e2c-5c7e-7d3a-8b1f-2a3b4c5d6e7f", "after": 7, "body": "t" }),
            taken: |value| read::<PostMessage>(value).is_some_and(|message| Draft::try_from(message).is_ok()),
        },
        Incoming {
            schema: "openapi.yaml#/components/schemas/MarkRead",
            sample: json!({ "seq": 7 }),
            taken: |value| read::<MarkRead>(value).is_some(),
        },
        Incoming {
            schema: UPLOAD,
            sample: json!({
                "name": "a.b", "contentType": "a/b", "size": 7,
                "sha256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
            }),
            taken: |value| {
                let declared =
                    read::<RequestUpload>(value).and_then(|upload| Declared::try_from(upload).ok());
                declared.is_some_and(|declared| declared.size <= LARGEST_FILE)
            },
        },
        Incoming {
            schema: "openapi.yaml#/components/schemas/ExportThread",
            sample: json!({ "format": "fhir" }),
            taken: |value| read::<ExportThread>(value).is_some(),
        },
        Incoming {
            schema: "openapi.yaml#/components/schemas/ChosenPreferences",
            sample: json!({ "email": "full", "mutedCases": ["case-1"], "mail": "ok", "emailCeiling": "full" }),
            taken: |value| {
                read::<ChosenPreferences>(value).is_some_and(|chosen| Preferences::try_from(chosen).is_ok())
            },
        },
        Incoming {
            schema: "openapi.yaml#/components/schemas/AttachmentId",
            sample: json!("2f0c9a7e"),
            taken: |value| read::<AttachmentId>(value).is_some(),
        },
        Incoming {
            schema: "asyncapi.yaml#/components/schemas/TypingHint",
            sample: json!({ "action": "typing", "caseId": "case-1" }),
            taken: |value| matches!(read(value), Some(ClientFrame::Typing { .. })),
        },
        Incoming {
            schema: "asyncapi.yaml#/components/schemas/CaseChanged",
            sample: json!({
                "caseId": "case-1", "version": 7, "occurredAt": "2026-11-22T21:09:59.512Z", "reference": "R",
                "status": "open", "requester": person("amira"), "provider": person("chen"),
            }),
            taken: |value| read::<CaseChanged>(value).is_some_and(|case| Snapshot::try_from(case).is_ok()),
        },
    ]
}

/// What can be done to a value.
#[derive(Debug, Clone)]
enum Change {
    Insert(Index, char),
    Remove(Index),
    Repeat(usize),
    Replace(Value),
    Drop,
    Add,
}

/// Characters that some bound tells from others.
const ODD: &str = "aAgZz059_-.~!+/=\\ \"\t\n\r\0\u{1b}\u{7f}\u{80}\u{9f}\u{a0}\u{3000}é😀\
    \u{61c}\u{200b}\u{200d}\u{2028}\u{202e}\u{2066}\u{fffa}";
/// Around the bounds in characters.
const LENGTHS: [usize; 13] = [1, 63, 64, 65, 127, 128, 129, 199, 200, 201, 7_999, 8_000, 8_001];

fn change() -> impl Strategy<Value = Change> {
    let list = |length: usize| json!((0..length).map(|n| n.to_string()).collect::<Vec<_>>());
    let others = json!([
        null, true, -1, 0, 1, 1.5, 9_007_199_254_740_991_u64, 9_007_199_254_740_992_u64, 1e300, "", " ", ".", "..",
        "ping", [], {}, ["a"], ["a", "a"], ["a", 1], [""], { "a": 1 }
    ]);
    let others = others.as_array().cloned().unwrap_or_default();
    let others = [others, [10, 11, 500, 501].map(list).to_vec()].concat();
    let odd: Vec<char> = ODD.chars().collect();
    prop_oneof![
        (any::<Index>(), prop::sample::select(odd)).prop_map(|(at, odd)| Change::Insert(at, odd)),
        any::<Index>().prop_map(Change::Remove),
        prop::sample::select(LENGTHS.to_vec()).prop_map(Change::Repeat),
        prop::sample::select(others).prop_map(Change::Replace),
        Just(Change::Drop),
        Just(Change::Add),
    ]
}

/// Every part of a value, itself included.
fn parts(value: &Value, at: &str) -> Vec<String> {
    let fields = value.as_object().into_iter().flatten();
    let below = fields.flat_map(|(name, field)| parts(field, &format!("{at}/{name}")));
    std::iter::once(at.to_owned()).chain(below).collect()
}

/// Nothing, where there is nothing to be changed like that.
fn changed(sample: &Value, part: &str, change: Change) -> Option<Value> {
    let mut all = sample.clone();
    if let Change::Drop = change {
        let (parent, name) = part.rsplit_once('/')?;
        all.pointer_mut(parent)?.as_object_mut()?.remove(name);
        return Some(all);
    }
    let value = all.pointer_mut(part)?;
    let mut text: Vec<char> = value.as_str().unwrap_or_default().chars().collect();
    match change {
        Change::Replace(other) => *value = other,
        Change::Add => drop(value.as_object_mut()?.insert("aNewField".to_owned(), json!(1))),
        _ if text.is_empty() => return None,
        Change::Insert(at, odd) => text.insert(at.index(text.len() + 1), odd),
        Change::Remove(at) => drop(text.remove(at.index(text.len()))),
        Change::Repeat(times) => text = vec!['a'; times],
        Change::Drop => {}
    }
    if value.is_string() && !text.is_empty() {
        *value = json!(text.into_iter().collect::<String>());
    }
    Some(all)
}

fn agree(schema: &Validator, one: &Incoming, value: Value) -> TestCaseResult {
    let valid = schema.is_valid(&value);
    prop_assert_eq!((one.taken)(value.clone()), valid, "{}: {}", one.schema, value);
    Ok(())
}

#[test]
fn what_the_code_refuses_the_schemas_refuse_and_nothing_else() {
    let (documents, all) = (Documents::read(), incoming());
    let schemas: Vec<Validator> = all.iter().map(|one| documents.schema(one.schema)).collect();
    for (one, schema) in all.iter().zip(&schemas) {
        agree(schema, one, one.sample.clone()).expect("the sample holds for both");
        assert!((one.taken)(one.sample.clone()), "{}", one.schema);
    }
    let config = ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(which in any::<Index>(), part in any::<Index>(), change in change())| {
        let which = which.index(all.len());
        let one = &all[which];
        let parts = parts(&one.sample, "");
        let part = &parts[part.index(parts.len())];
        // The calendar has rules of its own.
        let is_time = part == "/occurredAt" && !matches!(change, Change::Replace(_) | Change::Drop);
        // What reads takes the values of an object for it, in order; `Call::json` does not, and the host may.
        let is_list = matches!(&change, Change::Replace(Value::Array(_)))
            && one.sample.pointer(part).is_some_and(Value::is_object);
        if !is_time && !is_list && let Some(value) = changed(&one.sample, part, change) {
            agree(&schemas[which], one, value)?;
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_values_of_an_object_are_not_the_object() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    for (path, values) in [
        ("messages", json!([new_id(), 0, "text"])),
        (
            "attachments",
            json!(["a.pdf", "application/pdf", 7, "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="]),
        ),
        ("export", json!(["fhir"])),
    ] {
        let reply = amira.post_raw(&format!("/cases/case-1/{path}"), values.to_string()).await;
        assert_eq!((reply.status, reply.code()), (400, "invalid_request"), "{path}: {}", reply.text);
    }
    assert_eq!(amira.read("case-1", &json!([0])).await.status, 400);
    assert_eq!(amira.put_json("/preferences", &json!(["off", []])).await.status, 400);
}

#[test]
fn so_with_the_parameters_of_a_page() {
    let documents = Documents::read();
    let place = "/paths/~1cases~1{caseId}~1messages/get/parameters";
    for at in 0..3 {
        let name =
            documents.http.pointer(&format!("{place}/{at}/name")).and_then(Value::as_str).expect("a name");
        let schema = documents.schema(&format!("openapi.yaml#{place}/{at}/schema"));
        for number in [-1_i64, 0, 1, 100, 101, (1 << 53) - 1, 1 << 53] {
            let taken = PageQuery::parse(&[(name, &number.to_string())]).is_ok();
            assert_eq!(taken, schema.is_valid(&json!(number)), "{name}={number}");
        }
    }
}
