//! What infra/openapi.yaml and infra/asyncapi.yaml promise, and whether that is what clients see.
//!
//! Every answer and every frame that a test receives is held against them, more strictly than a client may do: a field
//! that they do not know is a flaw, theirs or the code's.

use std::{collections::BTreeMap, fs, path::Path, sync::LazyLock};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use crate::Reply;

/// The documents, by the names by which one refers to the other.
const HTTP: &str = "openapi.yaml";
const EVENTS: &str = "asyncapi.yaml";
/// Where they would lie. Nothing is fetched from there.
const BASE: &str = "https://case-chat.example/";

/// Both documents.
pub struct Documents {
    /// The HTTP API.
    pub http: Value,
    /// The WebSocket, and the host's events.
    pub events: Value,
    registry: Registry<'static>,
}

/// An operation of the HTTP API.
pub struct Operation {
    /// Such as `GET /cases`.
    pub route: String,
    /// What is said of it.
    pub said: Value,
    /// What it answers.
    pub answers: Vec<Answer>,
}

/// One of its answers.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub content_type: String,
    /// The schema.
    pub schema: Value,
    /// Where that stands.
    pub place: String,
}

impl Documents {
    /// As they are written.
    #[must_use]
    pub fn read() -> Self {
        Self::new(read(HTTP), read(EVENTS))
    }

    /// The same without the room that they leave for fields of newer versions.
    #[must_use]
    pub fn strict() -> Self {
        let [http, events] = [HTTP, EVENTS].map(|name| {
            let mut document = read(name);
            close(&mut document, false);
            document
        });
        Self::new(http, events)
    }

    fn new(http: Value, events: Value) -> Self {
        let registry = Registry::new()
            .draft(Draft::Draft202012)
            .add(format!("{BASE}{HTTP}"), http.clone())
            .and_then(|registry| registry.add(format!("{BASE}{EVENTS}"), events.clone())?.prepare());
        Self { http, events, registry: registry.expect("documents whose references lead somewhere") }
    }

    /// What a schema takes, by its place, such as `openapi.yaml#/components/schemas/Record`.
    #[must_use]
    pub fn schema(&self, place: &str) -> Validator {
        // In the fragment of a URI the braces of a path stand encoded.
        let place = place.replace('{', "%7B").replace('}', "%7D");
        let options = jsonschema::options().with_draft(Draft::Draft202012).with_registry(&self.registry);
        let validator =
            options.should_validate_formats(true).build(&json!({ "$ref": format!("{BASE}{place}") }));
        validator.unwrap_or_else(|error| panic!("{place}: {error}"))
    }

    /// Every operation of the HTTP API.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let operation = |path: &str, method: &str| {
            let place = format!("/paths/{}/{method}", escaped(path));
            Operation {
                route: format!("{} {path}", method.to_uppercase()),
                said: self.http.pointer(&place).cloned().unwrap_or_default(),
                answers: keys(&self.http, &format!("{place}/responses"))
                    .flat_map(|status| self.answers(&format!("{place}/responses/{status}"), status))
                    .collect(),
            }
        };
        let methods = |path| {
            keys(&self.http, &format!("/paths/{}", escaped(path))).filter(|method| *method != "parameters")
        };
        keys(&self.http, "/paths")
            .flat_map(|path| methods(path).map(move |method| operation(path, method)))
            .collect()
    }

    fn answers(&self, response: &str, status: &str) -> Vec<Answer> {
        let content = format!("{}/content", said_at(&self.http, response));
        let answer = |content_type: &str| {
            let place = format!("{content}/{}/schema", escaped(content_type));
            Answer {
                status: status.parse().expect("a status"),
                content_type: content_type.to_owned(),
                schema: self.http.pointer(&place).cloned().unwrap_or_default(),
                place: format!("{HTTP}#{place}"),
            }
        };
        keys(&self.http, &content).map(answer).collect()
    }

    /// The frames of the WebSocket that say by this field what they are: the places of their schemas.
    #[must_use]
    pub fn frames(&self, by: &str) -> BTreeMap<String, String> {
        const MESSAGES: &str = "/channels/socket/messages";
        let frames = keys(&self.events, MESSAGES).filter_map(|name| {
            let message = said_at(&self.events, &format!("{MESSAGES}/{name}"));
            let schema = said_at(&self.events, &format!("{message}/payload"));
            let what = self.events.pointer(&format!("{schema}/properties/{by}/const"))?;
            Some((what.as_str()?.to_owned(), format!("{EVENTS}#{schema}")))
        });
        frames.collect()
    }
}

/// By status and media type, what an operation answers.
type Answers = BTreeMap<(u16, String), Validator>;

/// What clients may see.
struct Contract {
    operations: Vec<(String, Answers)>,
    frames: BTreeMap<String, Validator>,
    refusal: Validator,
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let documents = Documents::strict();
    let answers = |operation: Operation| {
        let answers = operation.answers.into_iter();
        let answers = answers.map(|one| ((one.status, one.content_type), documents.schema(&one.place)));
        (operation.route, answers.collect())
    };
    let frames = documents.frames("type").into_iter();
    Contract {
        operations: documents.operations().into_iter().map(answers).collect(),
        frames: frames.map(|(what, place)| (what, documents.schema(&place))).collect(),
        refusal: documents.schema(&format!("{HTTP}#/components/schemas/GatewayRefusal")),
    }
});

/// An answer is one that its operation has, or the gateway's own to a route that there is not.
pub(crate) fn assert_answer(method: &str, path: &str, reply: &Reply) {
    let Reply { status, content_type, text, .. } = reply;
    let content_type = content_type.split(';').next().unwrap_or_default().to_owned();
    let contract = &*CONTRACT;
    let route = format!("{method} {path}");
    let operation = contract.operations.iter().find(|(operation, _)| matches(operation, &route));
    let schema = match operation {
        Some((_, answers)) => answers.get(&(*status, content_type.clone())),
        None => (*status == 404).then_some(&contract.refusal),
    };
    let schema = schema.unwrap_or_else(|| panic!("{route} answers {status} {content_type}: {text}"));
    let body = if content_type == "text/html" { json!(text) } else { reply.body.clone() };
    assert_valid(schema, &body, &format!("{route} {status}"));
}

/// A frame is one of the server's, or the gateway's own, which has no `type`.
pub(crate) fn assert_frame(frame: &Value) {
    let Some(what) = frame["type"].as_str() else {
        assert!(frame["message"].is_string(), "a frame of nobody's: {frame}");
        return;
    };
    let schema = CONTRACT.frames.get(what).unwrap_or_else(|| panic!("a frame of another type: {frame}"));
    assert_valid(schema, frame, what);
}

fn assert_valid(schema: &Validator, value: &Value, what: &str) {
    let flaws: Vec<String> =
        schema.iter_errors(value).map(|flaw| format!("{}: {flaw}", flaw.instance_path())).collect();
    assert!(flaws.is_empty(), "{what} is not as its schema says: {flaws:#?}\n{value}");
}

fn matches(operation: &str, route: &str) -> bool {
    let (operation, route) = (operation.split(['/', ' ']), route.split(['/', ' ']));
    operation.clone().count() == route.clone().count()
        && operation.zip(route).all(|(one, other)| one == other || one.starts_with('{'))
}

/// Objects take the fields that they name and no others. A schema that goes `in_place` of another says a part of it, and
/// whoever is whole answers for all parts.
fn close(node: &mut Value, in_place: bool) {
    match node {
        Value::Object(fields) => {
            let whole = !in_place && fields.get("properties").is_some_and(Value::is_object);
            for (name, field) in fields.iter_mut() {
                let parts = matches!(name.as_str(), "allOf" | "anyOf" | "oneOf");
                match field {
                    Value::Array(nodes) => nodes.iter_mut().for_each(|node| close(node, parts)),
                    field => close(field, false),
                }
            }
            if whole {
                fields.entry("unevaluatedProperties").or_insert(Value::Bool(false));
            }
        }
        Value::Array(nodes) => nodes.iter_mut().for_each(|node| close(node, false)),
        _ => {}
    }
}

/// Where something is said, which may be elsewhere in its document.
fn said_at(document: &Value, pointer: &str) -> String {
    let reference = document.pointer(pointer).and_then(|node| node["$ref"].as_str());
    match reference.and_then(|reference| reference.strip_prefix('#')) {
        Some(elsewhere) => said_at(document, elsewhere),
        None => pointer.to_owned(),
    }
}

fn keys<'a>(document: &'a Value, pointer: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    document
        .pointer(pointer)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|node| node.keys().map(String::as_str))
}

/// As a part of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn read(name: &str) -> Value {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository").join("infra");
    let text = fs::read_to_string(folder.join(name)).expect("a document");
    serde_norway::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}
