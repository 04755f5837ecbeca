//! The events that functions of a WebSocket API receive.

use std::collections::BTreeMap;

use axum::http::request::Parts;
use serde_json::{Value, json};

use super::Gateway;
use super::end::End;
use crate::{clock, ids, request};

/// What every event of a connection repeats.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    pub(crate) connection_id: String,
    /// Milliseconds since 1970.
    pub(crate) connected_at: u64,
    pub(crate) source_ip: String,
    pub(crate) user_agent: String,
}

impl Opening {
    pub(crate) fn new(head: &Parts) -> Self {
        Self {
            connection_id: ids::fresh(),
            connected_at: clock::now(),
            source_ip: request::source_ip(head),
            user_agent: request::user_agent(&head.headers),
        }
    }

    /// As events and the management API show it.
    pub(crate) fn identity(&self) -> Value {
        match self.user_agent.as_str() {
            "" => json!({ "sourceIp": self.source_ip }),
            user_agent => json!({ "sourceIp": self.source_ip, "userAgent": user_agent }),
        }
    }
}

/// The handshake, as `$connect` receives it.
pub(crate) fn connect(gateway: &Gateway, opening: &Opening, head: &Parts, request_id: &str) -> Value {
    let mut headers = received_headers(head);
    headers.insert("X-Forwarded-For".to_owned(), vec![opening.source_ip.clone()]);
    headers.insert("X-Forwarded-Proto".to_owned(), vec!["http".to_owned()]);
    let mut event = json!({
        "headers": last_of_each(&headers),
        "multiValueHeaders": headers,
        "requestContext": context(gateway, opening, "$connect", "CONNECT", request_id),
        "isBase64Encoded": false,
    });
    let query = query_parameters(head.uri.query().unwrap_or_default());
    if !query.is_empty() {
        event["queryStringParameters"] = json!(last_of_each(&query));
        event["multiValueQueryStringParameters"] = json!(query);
    }
    event
}

/// A message, as its route receives it.
pub(crate) fn message(
    gateway: &Gateway,
    opening: &Opening,
    route: &str,
    request_id: &str,
    body: &str,
) -> Value {
    let mut context = context(gateway, opening, route, "MESSAGE", request_id);
    context["messageId"] = ids::fresh().into();
    json!({ "requestContext": context, "body": body, "isBase64Encoded": false })
}

/// The end, as `$disconnect` receives it.
pub(crate) fn disconnect(gateway: &Gateway, opening: &Opening, end: &End, request_id: &str) -> Value {
    let headers: BTreeMap<String, Vec<String>> = [
        ("Host", gateway.domain_name.as_str()),
        ("x-api-key", ""),
        ("X-Forwarded-For", ""),
        ("x-restapi", ""),
    ]
    .map(|(name, value)| (name.to_owned(), vec![value.to_owned()]))
    .into();
    let mut context = context(gateway, opening, "$disconnect", "DISCONNECT", request_id);
    context["disconnectStatusCode"] = end.code.into();
    context["disconnectReason"] = end.reason.as_str().into();
    json!({
        "headers": last_of_each(&headers),
        "multiValueHeaders": headers,
        "requestContext": context,
        "isBase64Encoded": false,
    })
}

fn context(gateway: &Gateway, opening: &Opening, route: &str, event_type: &str, request_id: &str) -> Value {
    let now = clock::now();
    json!({
        "routeKey": route,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": clock::log_time(now),
        "messageDirection": "IN",
        "stage": gateway.api.stage,
        "connectedAt": opening.connected_at,
        "requestTimeEpoch": now,
        "identity": opening.identity(),
        "requestId": request_id,
        "domainName": gateway.domain_name,
        "connectionId": opening.connection_id,
        "apiId": gateway.api.api_id,
    })
}

fn received_headers(head: &Parts) -> BTreeMap<String, Vec<String>> {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.entry(capitalised(name.as_str())).or_default().push(value);
    }
    headers
}

/// Names as clients write them and this kind of API keeps them: `Sec-WebSocket-Protocol`.
fn capitalised(name: &str) -> String {
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        _ if word == "websocket" => "WebSocket".to_owned(),
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    });
    words.collect::<Vec<_>>().join("-")
}

fn query_parameters(query: &str) -> BTreeMap<String, Vec<String>> {
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        parameters.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    parameters
}

fn last_of_each(values: &BTreeMap<String, Vec<String>>) -> BTreeMap<&str, &str> {
    values.iter().filter_map(|(name, values)| Some((name.as_str(), values.last()?.as_str()))).collect()
}
