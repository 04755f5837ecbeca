//! What an HTTP API answers by itself: a status and `{"message"}`, and nothing about the inside.

use axum::Json;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why the gateway itself refuses a request.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// No token, or one that does not hold: the reason goes into the challenge.
    Unauthorized(Option<&'static str>),
    NotFound,
    BodyTooLarge,
    BodyUnreadable,
    HeadTooLarge,
    Internal,
    Unavailable,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::Unauthorized(_) => (StatusCode::UNAUTHORIZED, "Unauthorized"),
            Self::NotFound => (StatusCode::NOT_FOUND, "Not Found"),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
            Self::BodyUnreadable => (StatusCode::BAD_REQUEST, "Bad Request"),
            Self::HeadTooLarge => {
                (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Request Header Fields Too Large")
            }
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
        };
        let mut response = (status, Json(json!({ "message": message }))).into_response();
        if let Self::Unauthorized(reason) = self {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge(reason));
        }
        response
    }
}

fn challenge(reason: Option<&str>) -> HeaderValue {
    let invalid =
        reason.map(|reason| format!(r#"Bearer scope="" error="invalid_token" error_description="{reason}""#));
    invalid.and_then(|value| HeaderValue::from_str(&value).ok()).unwrap_or(HeaderValue::from_static("Bearer"))
}
