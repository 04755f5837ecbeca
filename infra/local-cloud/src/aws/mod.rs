//! The one endpoint for every emulated service: `AWS_ENDPOINT_URL`.
//!
//! Owns dispatch, and who is calling: each request is reduced to a [`Call`] before any service sees it. Signatures are
//! not verified, since everything here is on one machine; an unknown access key id is refused all the same, and so is
//! what no policy allows. S3 is the exception: its URLs are handed to others, so what they are signed for counts.

mod caller;
mod capacity;
mod invocations;
mod ledger;
mod refusal;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path as UrlPath, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;
use tower::ServiceExt;

use crate::dynamodb::DynamoDb;
use crate::events::Events;
use crate::iam::Iam;
use crate::kms::Keys;
use crate::mail::Mail;
use crate::queues::Queues;
use crate::s3::Buckets;
use crate::xray::Xray;

pub(crate) use caller::WATCHED_KEY;
pub use caller::{Call, Caller, Service};
pub use invocations::Invocations;
pub(crate) use invocations::invoked;
pub use ledger::{Cost, Ledger};
pub use refusal::Refusal;

/// DynamoDB's bound on a request, the largest of all.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// The services behind the endpoint.
#[derive(Clone)]
pub struct Aws {
    /// DynamoDB and its streams.
    pub dynamodb: DynamoDb,
    /// SQS.
    pub queues: Queues,
    /// EventBridge.
    pub events: Events,
    /// SES.
    pub mail: Mail,
    /// KMS.
    pub keys: Keys,
    /// S3.
    pub buckets: Buckets,
    /// Lambda, for who calls a function by hand.
    pub invocations: Invocations,
    /// The WebSocket API's management routes, where there is one.
    pub management: Option<Router>,
    /// Access key ids of functions, with their logical ids.
    pub functions: BTreeMap<String, String>,
    /// AWS_REGION, as ARNs tell it.
    pub region: String,
    /// Who may do what.
    pub iam: Iam,
    /// What was asked of it.
    pub ledger: Ledger,
    /// What X-Ray was told.
    pub xray: Xray,
}

impl Aws {
    /// The endpoint's routes.
    pub fn router(self) -> Router {
        Router::new()
            .route("/_local/requests", get(requests))
            .route("/_local/traces", get(traces))
            .route("/_local/public-keys/{file}", get(public_key))
            .fallback(dispatch)
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(self)
    }
}

async fn requests(State(aws): State<Aws>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let since = query.get("since").and_then(|since| since.parse().ok()).unwrap_or(0);
    axum::Json(aws.ledger.since(since)).into_response()
}

/// X-Ray's segments so far.
async fn traces(State(aws): State<Aws>) -> Response {
    axum::Json(aws.xray.segments()).into_response()
}

/// What `aws kms get-public-key` would give to whoever may ask, as PEM: `KEY-ID.pem`.
async fn public_key(State(aws): State<Aws>, UrlPath(file): UrlPath<String>) -> Response {
    let pem = file.strip_suffix(".pem").and_then(|id| aws.keys.public().remove(id));
    pem.map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response)
}

async fn dispatch(State(aws): State<Aws>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if caller::is_for_s3(&parts) {
        return aws.buckets.answer(Request::from_parts(parts, body)).await;
    }
    let call = match Call::read(&parts, &aws.functions) {
        Ok(call) => call,
        Err(refusal) => return refusal.into_response(),
    };
    if call.service == Service::ExecuteApi {
        return match aws.iam.authorize(&call, &[]) {
            Ok(()) => manage(&aws, &call, Request::from_parts(parts, body)).await,
            Err(refusal) => refuse(&aws, &call, refusal),
        };
    }
    let body = match axum::body::to_bytes(body, MAX_BODY).await {
        Ok(body) => body,
        Err(_) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    };
    if let Err(refusal) = aws.iam.authorize(&call, &body) {
        return refuse(&aws, &call, refusal);
    }
    match call.service {
        Service::DynamoDb | Service::DynamoDbStreams => {
            capacity::forward(&aws, &call, &parts.headers, body).await
        }
        Service::Queues | Service::Events | Service::Mail | Service::Keys => {
            json_service(&aws, &call, body).await
        }
        Service::Functions => {
            let response = aws.invocations.answer(&call, &parts.headers, body).await;
            aws.ledger.record(&call, Cost::default(), response.status());
            response
        }
        Service::ExecuteApi | Service::S3 => StatusCode::NOT_FOUND.into_response(),
    }
}

fn refuse(aws: &Aws, call: &Call, refusal: Refusal) -> Response {
    aws.ledger.record(call, Cost::default(), refusal.status());
    refusal.into_response()
}

async fn json_service(aws: &Aws, call: &Call, body: Bytes) -> Response {
    let parsed: Value = match body.is_empty() {
        true => Value::Object(serde_json::Map::new()),
        false => match serde_json::from_slice(&body) {
            Ok(parsed) => parsed,
            Err(error) => {
                return Refusal::client("SerializationException", error.to_string()).into_response();
            }
        },
    };
    let result = match call.service {
        Service::Queues => aws.queues.handle(&call.operation, &parsed).await,
        Service::Mail => aws.mail.handle(&call.operation, &parsed).await,
        Service::Keys => aws.keys.handle(&call.operation, &parsed),
        _ => aws.events.handle(&call.operation, &parsed).await,
    };
    let status = result.as_ref().map_or_else(Refusal::status, |_| StatusCode::OK);
    aws.ledger.record(call, Cost::default(), status);
    match result {
        Ok(answer) => json_answer(call, answer.to_string().into()),
        Err(refusal) => refusal.into_response(),
    }
}

fn json_answer(call: &Call, body: Bytes) -> Response {
    let kind = match call.service {
        Service::Events | Service::Keys => "application/x-amz-json-1.1",
        Service::Mail => "application/json",
        _ => "application/x-amz-json-1.0",
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = uuid::Uuid::new_v4().to_string().parse() {
        headers.insert("x-amzn-requestid", value);
    }
    (headers, Body::from(body)).into_response()
}

async fn manage(aws: &Aws, call: &Call, request: Request) -> Response {
    let Some(management) = aws.management.clone() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let response = match management.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    aws.ledger.record(call, Cost::default(), response.status());
    response
}
