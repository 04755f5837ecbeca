//! The management API, `@connections`, as the SDK speaks it.
//!
//! Who may call it is for whoever serves this router: signatures and policies are not checked here.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};
use serde_json::json;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::Gateway;
use super::connection::Refused;
use super::end::End;
use crate::clock;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// What the management API refuses, by the names that the SDK knows.
pub(crate) enum Exception {
    BadRequest,
    Gone,
    LimitExceeded,
    MethodNotAllowed,
    PayloadTooLarge,
}

pub(crate) async fn serve(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    method: Method,
    body: Body,
) -> Result<Response, Exception> {
    match method {
        Method::POST => post(&gateway, &id, body).await.map(|()| StatusCode::OK.into_response()),
        Method::GET => get(&gateway, &id),
        Method::DELETE => delete(&gateway, &id).map(|()| StatusCode::NO_CONTENT.into_response()),
        _ => Err(Exception::MethodNotAllowed),
    }
}

async fn post(gateway: &Gateway, id: &str, body: Body) -> Result<(), Exception> {
    let limit = gateway.api.limits.message_bytes;
    let body =
        Limited::new(body, limit).collect().await.map_err(|error| match error
            .is::<http_body_util::LengthLimitError>()
        {
            true => Exception::PayloadTooLarge,
            false => Exception::BadRequest,
        })?;
    let frame = Utf8Bytes::try_from(body.to_bytes()).map_err(|_| Exception::BadRequest)?;
    let connection = gateway.connections.find(id).ok_or(Exception::Gone)?;
    if connection.opened().elapsed() < gateway.api.limits.settling {
        return Err(Exception::Gone);
    }
    connection.push(frame).map_err(|refused| match refused {
        Refused::Gone => Exception::Gone,
        Refused::Full => Exception::LimitExceeded,
    })
}

fn get(gateway: &Gateway, id: &str) -> Result<Response, Exception> {
    let connection = gateway.connections.find(id).ok_or(Exception::Gone)?;
    let description = json!({
        "connectedAt": clock::rfc3339(connection.opening.connected_at),
        "identity": connection.opening.identity(),
        "lastActiveAt": clock::rfc3339(connection.last_active_millis()),
    });
    Ok(Json(description).into_response())
}

/// From here on the connection is gone for every other call; its close frame follows what was accepted before.
fn delete(gateway: &Gateway, id: &str) -> Result<(), Exception> {
    gateway.connections.begin_end(id).ok_or(Exception::Gone)?.close(End::deleted());
    Ok(())
}

impl IntoResponse for Exception {
    fn into_response(self) -> Response {
        let (status, name, message) = match self {
            Self::BadRequest => (StatusCode::BAD_REQUEST, "BadRequestException", "The payload is not text"),
            Self::Gone => (StatusCode::GONE, "GoneException", "The connection is gone"),
            Self::LimitExceeded => {
                (StatusCode::TOO_MANY_REQUESTS, "LimitExceededException", "The connection does not keep up")
            }
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowedException", "Method Not Allowed")
            }
            Self::PayloadTooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeException", "The payload exceeds the limit")
            }
        };
        (status, [(ERROR_TYPE, name)], Json(json!({ "message": message }))).into_response()
    }
}
