//! Lambda's Invoke, for who calls a function by hand: it waits for the answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use case_chat_local_gateway::{Invoke, Invoked};

use super::{Call, Refusal};
use crate::template::Function;

/// The functions by their names, and what runs them.
#[derive(Clone)]
pub struct Invocations {
    /// Logical ids.
    ids: BTreeMap<String, String>,
    invoke: Arc<dyn Invoke>,
}

impl Invocations {
    /// Of these functions.
    pub fn new<'a>(functions: impl IntoIterator<Item = &'a Function>, invoke: Arc<dyn Invoke>) -> Self {
        let ids = functions.into_iter().map(|function| (function.name.clone(), function.id.clone()));
        Self { ids: ids.collect(), invoke }
    }

    /// Answers `POST /2015-03-31/functions/NAME/invocations`.
    pub(super) async fn answer(&self, call: &Call, headers: &HeaderMap, payload: Bytes) -> Response {
        let Some(id) = invoked(&call.operation).and_then(|name| self.ids.get(name)) else {
            return refuse(StatusCode::NOT_FOUND, "ResourceNotFoundException", "Function not found");
        };
        if headers.get("x-amz-invocation-type").is_some_and(|kind| kind != "RequestResponse") {
            let message = "Only invocations that wait for their answer are emulated here.";
            return refuse(StatusCode::BAD_REQUEST, "InvalidParameterValueException", message);
        }
        match self.invoke.invoke(id, payload).await {
            Invoked::Returned(answer) => answer.into_response(),
            Invoked::Failed(error) => ([("x-amz-function-error", "Unhandled")], error).into_response(),
            Invoked::Unavailable(why) => refuse(StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", &why),
        }
    }
}

/// The function that a call names.
pub(crate) fn invoked(operation: &str) -> Option<&str> {
    let (method, path) = operation.split_once(' ')?;
    let name = path.strip_prefix("/2015-03-31/functions/")?.strip_suffix("/invocations")?;
    (method == "POST" && !name.is_empty()).then_some(name)
}

fn refuse(status: StatusCode, code: &'static str, message: &str) -> Response {
    Refusal::over_rest(status, code, message).into_response()
}
