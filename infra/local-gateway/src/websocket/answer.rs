//! What functions of a WebSocket API answer, and the frames that the gateway itself makes.

use axum::http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

/// A function's answer in proxy form.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The subprotocol that it selects.
    pub(crate) subprotocol: Option<HeaderValue>,
    /// What goes back to the client where the route responds.
    pub(crate) body: Option<String>,
}

impl Answer {
    /// `None` where the answer is not in proxy form: it has no status.
    pub(crate) fn parse(answer: &[u8]) -> Option<Self> {
        let answer: Value = serde_json::from_slice(answer).ok()?;
        let status = u16::try_from(answer.get("statusCode")?.as_u64()?).ok()?;
        Some(Self {
            status: StatusCode::from_u16(status).ok()?,
            subprotocol: subprotocol(&answer),
            body: answer.get("body").and_then(Value::as_str).map(str::to_owned),
        })
    }
}

/// The body and frame by which the gateway says that something went wrong.
pub(crate) fn trouble(message: &str, connection_id: &str, request_id: &str) -> Value {
    json!({ "message": message, "connectionId": connection_id, "requestId": request_id })
}

fn subprotocol(answer: &Value) -> Option<HeaderValue> {
    let headers =
        ["headers", "multiValueHeaders"].into_iter().filter_map(|form| answer.get(form)?.as_object());
    let mut selected =
        headers.flatten().filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-protocol"));
    let (_, value) = selected.next()?;
    let value = value.as_array().map_or(Some(value), |values| values.first())?;
    HeaderValue::from_str(value.as_str()?).ok()
}
