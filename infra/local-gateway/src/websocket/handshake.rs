//! The opening handshake: `$connect` decides before anything is switched.
//!
//! It runs to its end even if the client has gone meanwhile, so that what `$connect` registered is followed by
//! a `$disconnect`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{
    CONNECTION, HeaderMap, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::Gateway;
use super::answer::{Answer, trouble};
use super::api::WebSocketTarget;
use super::connection::Connection;
use super::event::{self, Opening};
use super::session::{self, Session};
use crate::invoke::{Outcome, invoke};
use crate::{ids, request};

pub(crate) async fn handshake(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (mut head, _) = request.into_parts();
    if request::head_too_large(&head) {
        return plain(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Request Header Fields Too Large");
    }
    let Some(accept) = accept_key(&head.headers) else {
        return plain(StatusCode::BAD_REQUEST, "Bad Request");
    };
    let Some(upgrade) = head.extensions.remove::<OnUpgrade>() else {
        return plain(StatusCode::UPGRADE_REQUIRED, "Upgrade Required");
    };
    let Ok(room) = Arc::clone(&gateway.room).try_acquire_owned() else {
        return plain(StatusCode::TOO_MANY_REQUESTS, "Limit Exceeded");
    };
    let switched = tokio::spawn(async move {
        match gateway.ask_connect(&head).await {
            Ok((opening, subprotocol)) => {
                gateway.open(opening, upgrade, room);
                switching(accept, subprotocol)
            }
            Err(refusal) => refusal,
        }
    });
    switched.await.unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"))
}

impl Gateway {
    /// Asks `$connect`: who opens what and which subprotocol it selected, or the refusal.
    async fn ask_connect(&self, head: &Parts) -> Result<(Opening, Option<HeaderValue>), Response> {
        let opening = Opening::new(head);
        let Some(WebSocketTarget::Function(function)) = self.target("$connect") else {
            return Ok((opening, None));
        };
        let request_id = ids::fresh();
        let event = event::connect(self, &opening, head, &request_id);
        let refused = |status, message| {
            let body = trouble(message, &opening.connection_id, &request_id);
            (status, Json(body)).into_response()
        };
        let bad_gateway = || refused(StatusCode::BAD_GATEWAY, "Internal server error");
        match invoke(&self.invoke, function, &event, self.api.limits.integration).await {
            Outcome::Returned(answer) => match Answer::parse(&answer) {
                Some(answer) if answer.status.is_success() => Ok((opening, answer.subprotocol)),
                Some(answer) if answer.status.is_informational() => Err(bad_gateway()),
                Some(answer) => {
                    Err(refused(answer.status, answer.status.canonical_reason().unwrap_or("Forbidden")))
                }
                None => {
                    tracing::warn!(function, "malformed answer to $connect");
                    Err(bad_gateway())
                }
            },
            Outcome::Failed | Outcome::EventTooLarge => Err(bad_gateway()),
            Outcome::TimedOut => Err(refused(StatusCode::GATEWAY_TIMEOUT, "Endpoint request timed out")),
        }
    }

    /// Lets the connection be found, so that whoever sees the answer can be pushed to, and starts its session.
    fn open(self: &Arc<Self>, opening: Opening, upgrade: OnUpgrade, room: OwnedSemaphorePermit) {
        let limits = &self.api.limits;
        let (connection, inside) = Connection::new(opening, limits.queued_frames, limits.messages_in_flight);
        let connection = Arc::new(connection);
        self.connections.insert(Arc::clone(&connection));
        tracing::debug!(connection = connection.id(), "connection opened");
        let session = Session { gateway: Arc::clone(self), connection, inside, room };
        tokio::spawn(session::run(session, upgrade));
    }
}

/// The key to answer with, where the request is a WebSocket handshake.
fn accept_key(headers: &HeaderMap) -> Option<String> {
    let upgrades = has_token(headers, CONNECTION, "upgrade") && has_token(headers, UPGRADE, "websocket");
    let version = headers.get(SEC_WEBSOCKET_VERSION)?;
    let key = headers.get(SEC_WEBSOCKET_KEY)?;
    (upgrades && version == "13").then(|| derive_accept_key(key.as_bytes()))
}

fn has_token(headers: &HeaderMap, name: HeaderName, token: &str) -> bool {
    let values = headers.get_all(name);
    let mut texts = values.iter().filter_map(|value| value.to_str().ok());
    texts.any(|text| text.split(',').any(|part| part.trim().eq_ignore_ascii_case(token)))
}

fn switching(accept: String, subprotocol: Option<HeaderValue>) -> Response {
    let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::try_from(accept) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(subprotocol) = subprotocol {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, subprotocol);
    }
    response
}

fn plain(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}
