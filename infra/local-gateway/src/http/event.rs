//! The event that a function of an HTTP API receives, payload format 2.0.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use axum::http::header::{COOKIE, HeaderMap};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::authorizer::Authorized;
use crate::{clock, ids, request};

/// The account that events name. There is none.
const ACCOUNT: &str = "000000000000";

/// A request as its route, its authorizer and its body make it.
pub(crate) struct Event<'a> {
    pub(crate) head: &'a Parts,
    pub(crate) body: &'a [u8],
    pub(crate) api_id: &'a str,
    pub(crate) request_id: &'a str,
    pub(crate) route_key: &'a str,
    pub(crate) path_parameters: Map<String, Value>,
    pub(crate) authorized: Option<Authorized>,
}

impl Event<'_> {
    /// Absent parts are left out, as AWS leaves them out.
    pub(crate) fn to_json(&self) -> Value {
        let query = self.head.uri.query().unwrap_or_default();
        let mut event = json!({
            "version": "2.0",
            "routeKey": self.route_key,
            "rawPath": self.head.uri.path(),
            "rawQueryString": query,
            "headers": self.headers(),
            "requestContext": self.context(),
            "isBase64Encoded": false,
        });
        let cookies = cookies(&self.head.headers);
        if !cookies.is_empty() {
            event["cookies"] = cookies.into();
        }
        let query = query_parameters(query);
        if !query.is_empty() {
            event["queryStringParameters"] = json!(query);
        }
        if !self.path_parameters.is_empty() {
            event["pathParameters"] = self.path_parameters.clone().into();
        }
        match std::str::from_utf8(self.body) {
            Ok("") => {}
            Ok(text) => event["body"] = text.into(),
            Err(_) => {
                event["body"] = STANDARD.encode(self.body).into();
                event["isBase64Encoded"] = true.into();
            }
        }
        event
    }

    fn headers(&self) -> BTreeMap<String, String> {
        let received = &self.head.headers;
        let mut headers: BTreeMap<_, _> = received
            .keys()
            .filter(|name| *name != COOKIE)
            .filter_map(|name| Some((name.to_string(), request::joined(received, name)?)))
            .collect();
        let source = request::source_ip(self.head);
        let forwarded = match headers.get("x-forwarded-for") {
            Some(before) => format!("{before}, {source}"),
            None => source,
        };
        headers.insert("x-forwarded-for".to_owned(), forwarded);
        headers.insert("x-forwarded-proto".to_owned(), "http".to_owned());
        headers.entry("x-amzn-trace-id".to_owned()).or_insert_with(|| format!("Root={}", ids::fresh()));
        headers
    }

    fn context(&self) -> Value {
        let now = clock::now();
        let domain = request::domain_name(self.head);
        let mut context = json!({
            "accountId": ACCOUNT,
            "apiId": self.api_id,
            "domainName": domain,
            "domainPrefix": domain.split('.').next(),
            "http": {
                "method": self.head.method.as_str(),
                "path": self.head.uri.path(),
                "protocol": format!("{:?}", self.head.version),
                "sourceIp": request::source_ip(self.head),
                "userAgent": request::user_agent(&self.head.headers),
            },
            "requestId": self.request_id,
            "routeKey": self.route_key,
            "stage": "$default",
            "time": clock::log_time(now),
            "timeEpoch": now,
        });
        if let Some(authorized) = &self.authorized {
            context["authorizer"] = json!({ "jwt": authorized });
        }
        context
    }
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let sent: Vec<_> =
        headers.get_all(COOKIE).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    let cookies = sent.iter().flat_map(|header| header.split(';'));
    cookies.map(|cookie| cookie.trim().to_owned()).filter(|cookie| !cookie.is_empty()).collect()
}

fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match parameters.entry(name.into_owned()) {
            Entry::Occupied(mut values) => {
                values.get_mut().push(',');
                values.get_mut().push_str(&value);
            }
            Entry::Vacant(first) => {
                first.insert(value.into_owned());
            }
        }
    }
    parameters
}
