//! The Lambda runtime API, one base path for each sandbox.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use case_chat_local_gateway::Invoked;
use serde_json::json;
use tokio::sync::Notify;

use super::sandbox::Sandbox;
use crate::clock::{millis, now_millis};
use crate::xray::Xray;

/// Lambda's bound on an answer, and room for a stack trace in an error.
const MAX_ANSWER: usize = 6 * 1024 * 1024 + 100 * 1024;
/// How long to wait for killed processes to be gone.
const END: Duration = Duration::from_secs(5);

/// The sandboxes that may speak to it.
#[derive(Clone)]
pub(super) struct RuntimeApi {
    sandboxes: Arc<Mutex<HashMap<String, Arc<Sandbox>>>>,
    forgotten: Arc<Notify>,
    xray: Xray,
}

impl RuntimeApi {
    pub(super) fn new(xray: Xray) -> Self {
        Self { sandboxes: Arc::default(), forgotten: Arc::default(), xray }
    }

    pub(super) fn router(&self) -> Router {
        Router::new()
            .route("/{sandbox}/2018-06-01/runtime/invocation/next", get(next))
            .route("/{sandbox}/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/{sandbox}/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/{sandbox}/2018-06-01/runtime/init/error", post(init_error))
            .layer(DefaultBodyLimit::max(MAX_ANSWER))
            .with_state(self.clone())
    }

    pub(super) fn register(&self, sandbox: Arc<Sandbox>) {
        self.lock().insert(sandbox.id.clone(), sandbox);
    }

    pub(super) fn forget(&self, id: &str) {
        self.lock().remove(id);
        self.forgotten.notify_one();
    }

    /// Ends every process and waits until they are gone.
    pub(super) async fn end_all(&self) {
        let all_gone = async {
            loop {
                let left: Vec<_> = self.lock().values().cloned().collect();
                if left.is_empty() {
                    return;
                }
                left.iter().for_each(|sandbox| sandbox.end());
                self.forgotten.notified().await;
            }
        };
        if tokio::time::timeout(END, all_gone).await.is_err() {
            tracing::warn!("some functions did not end");
        }
    }

    fn sandbox(&self, id: &str) -> Result<Arc<Sandbox>, Refused> {
        self.lock().get(id).cloned().ok_or(Refused(StatusCode::FORBIDDEN, "there is no such sandbox"))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Sandbox>>> {
        self.sandboxes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a process does not get what it asks for.
struct Refused(StatusCode, &'static str);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = json!({ "errorType": "InvalidRequest", "errorMessage": self.1 });
        (self.0, axum::Json(body)).into_response()
    }
}

async fn next(State(api): State<RuntimeApi>, Path(id): Path<String>) -> Result<Response, Refused> {
    let sandbox = api.sandbox(&id)?;
    let (request_id, payload) =
        sandbox.next().await.ok_or(Refused(StatusCode::GONE, "the sandbox is being ended"))?;
    let deadline = now_millis() + millis(sandbox.timeout);
    Response::builder()
        .header("content-type", "application/json")
        .header("Lambda-Runtime-Aws-Request-Id", request_id)
        .header("Lambda-Runtime-Deadline-Ms", deadline)
        .header("Lambda-Runtime-Invoked-Function-Arn", &sandbox.function_arn)
        .header("Lambda-Runtime-Trace-Id", api.xray.header(&sandbox.function, sandbox.traced))
        .body(Body::from(payload))
        .map_err(|_| Refused(StatusCode::INTERNAL_SERVER_ERROR, "the invocation cannot be told"))
}

async fn response(
    State(api): State<RuntimeApi>,
    Path((id, request_id)): Path<(String, String)>,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    answer(&api, &id, &request_id, Invoked::Returned(body))
}

async fn error(
    State(api): State<RuntimeApi>,
    Path((id, request_id)): Path<(String, String)>,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    answer(&api, &id, &request_id, Invoked::Failed(body))
}

fn answer(api: &RuntimeApi, id: &str, request_id: &str, invoked: Invoked) -> Result<StatusCode, Refused> {
    if api.sandbox(id)?.answer(request_id, invoked) {
        Ok(StatusCode::ACCEPTED)
    } else {
        Err(Refused(StatusCode::BAD_REQUEST, "this request is not the current one"))
    }
}

async fn init_error(
    State(api): State<RuntimeApi>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    api.sandbox(&id)?.failed_init(body);
    Ok(StatusCode::ACCEPTED)
}
