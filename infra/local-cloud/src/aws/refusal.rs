//! Errors in the form of AWS's JSON protocols.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Service;
use crate::iam::Denied;

/// An error that a caller gets to see.
#[derive(Debug, Clone)]
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// SQS's code from before it spoke JSON, which SDKs still look for.
    query_error: Option<&'static str>,
    form: Form,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A service.
    Service,
    /// IAM, on a service's behalf.
    Iam,
    /// A service that speaks REST: API Gateway, SES, Lambda.
    Rest,
    /// IAM, on API Gateway's behalf.
    GatewayIam,
}

impl Refusal {
    /// The caller's fault.
    pub fn client(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
            query_error: None,
            form: Form::Service,
        }
    }

    /// The caller's fault, as a service that speaks REST puts it.
    pub fn over_rest(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, form: Form::Rest, ..Self::client(code, message) }
    }

    /// What no policy allows, or one denies, as the service asked words it.
    pub fn denied(service: Service, denied: &Denied) -> Self {
        let access = denied.access();
        let mut refusal = Self::client("AccessDeniedException", denied.to_string());
        refusal.form = Form::Iam;
        match service {
            Service::DynamoDb | Service::DynamoDbStreams | Service::Events | Service::Keys | Service::S3 => {}
            Service::Queues => {
                refusal.message = denied.naming(&access.action.to_ascii_lowercase(), &access.resource);
                refusal.status = StatusCode::FORBIDDEN;
                refusal.query_error = Some("AccessDenied");
            }
            Service::Mail => {
                return Self::over_rest(StatusCode::FORBIDDEN, "AccessDeniedException", denied.quoting());
            }
            Service::Functions => {
                return Self::over_rest(StatusCode::FORBIDDEN, "AccessDeniedException", denied.to_string());
            }
            Service::ExecuteApi => {
                refusal.message = denied.naming(&access.action, &without_connection(&access.resource));
                refusal.status = StatusCode::FORBIDDEN;
                refusal.form = Form::GatewayIam;
            }
        }
        refusal
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
            form: Form::Service,
        }
    }

    /// With SQS's older code.
    pub fn with_query_error(mut self, code: &'static str) -> Self {
        self.query_error = Some(code);
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
        let (code, message) = (self.code, self.message);
        let body = match self.form {
            Form::Service => json!({ "__type": format!("com.amazonaws#{code}"), "message": message }),
            Form::Iam => json!({ "__type": format!("com.amazon.coral.service#{code}"), "Message": message }),
            Form::Rest => json!({ "message": message }),
            Form::GatewayIam => json!({ "Message": message }),
        };
        if matches!(self.form, Form::Rest | Form::GatewayIam) {
            return (self.status, [("x-amzn-errortype", code)], axum::Json(body)).into_response();
        }
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

/// API Gateway names the route, not the connection.
fn without_connection(resource: &str) -> String {
    match resource.rsplit_once('/') {
        Some((route, _)) => format!("{route}/{{connectionId}}"),
        None => resource.to_owned(),
    }
}
