//! Errors in the form of AWS's JSON protocols.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error that a caller gets to see.
#[derive(Debug, Clone)]
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// SQS's code from before it spoke JSON, which SDKs still look for.
    query_error: Option<&'static str>,
    /// Whether it is API Gateway that speaks, whose form is another.
    by_gateway: bool,
}

impl Refusal {
    /// The caller's fault.
    pub fn client(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
            query_error: None,
            by_gateway: false,
        }
    }

    /// The local cloud's fault; the log says more.
    pub fn internal(error: &anyhow::Error) -> Self {
        tracing::error!("{error:#}");
        let message = "The local cloud failed; its log says why".into();
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "InternalFailure",
            message,
            query_error: None,
            by_gateway: false,
        }
    }

    /// With SQS's older code.
    pub fn with_query_error(mut self, code: &'static str) -> Self {
        self.query_error = Some(code);
        self
    }

    /// In the form of an execute-api endpoint, which has 403 for what others call 400.
    pub fn by_gateway(mut self) -> Self {
        self.by_gateway = true;
        self.status = StatusCode::FORBIDDEN;
        self
    }

    /// The status that the caller gets.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if self.by_gateway {
            let kind = [("x-amzn-errortype", self.code)];
            return (self.status, kind, axum::Json(json!({ "message": self.message }))).into_response();
        }
        let body = json!({ "__type": format!("com.amazonaws#{}", self.code), "message": self.message });
        let mut response =
            (self.status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], body.to_string())
                .into_response();
        if let Some(code) = self.query_error
            && let Ok(value) = format!("{code};Sender").parse()
        {
            response.headers_mut().insert("x-amzn-query-error", value);
        }
        response
    }
}
