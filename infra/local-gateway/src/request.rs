//! What both kinds of API read from a request before they know whose it is.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::header::{HOST, HeaderMap, HeaderName, USER_AGENT};
use axum::http::request::Parts;

/// API Gateway's bound on the request line and all headers together.
const HEAD_LIMIT: usize = 10 * 1024;

/// Whether the head of a request exceeds what API Gateway takes.
pub(crate) fn head_too_large(request: &Parts) -> bool {
    let line = request.method.as_str().len() + request.uri.to_string().len();
    let headers: usize = request.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    line + headers > HEAD_LIMIT
}

/// The caller's address, where the server that runs the router tells it.
pub(crate) fn source_ip(request: &Parts) -> String {
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or_else(|| "127.0.0.1".to_owned(), |peer| peer.0.ip().to_string())
}

/// The user agent as it names itself, empty where it does not.
pub(crate) fn user_agent(headers: &HeaderMap) -> String {
    joined(headers, &USER_AGENT).unwrap_or_default()
}

/// The host that was called, without its port.
pub(crate) fn domain_name(request: &Parts) -> String {
    let host = joined(&request.headers, &HOST).or_else(|| request.uri.host().map(str::to_owned));
    let host = host.unwrap_or_else(|| "localhost".to_owned());
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name.to_owned(),
        _ => host,
    }
}

/// A header's values joined by commas, as payload format 2.0 has them.
pub(crate) fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<_> =
        headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    (!values.is_empty()).then(|| values.join(","))
}
