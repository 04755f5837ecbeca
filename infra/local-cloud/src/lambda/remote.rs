//! Functions that something else runs, behind Lambda's Invoke API.

use bytes::Bytes;
use case_chat_local_gateway::Invoked;
use reqwest::{Client, StatusCode};

/// An Invoke endpoint.
pub(super) struct Remote {
    url: String,
    client: Client,
}

impl Remote {
    pub(super) fn new(url: &str) -> Self {
        Self { url: url.trim_end_matches('/').to_owned(), client: Client::new() }
    }

    /// Invokes a function by the name that the endpoint knows.
    pub(super) async fn invoke(&self, name: &str, payload: Bytes) -> Invoked {
        let url = format!("{}/2015-03-31/functions/{name}/invocations", self.url);
        let request = self.client.post(&url).header("content-type", "application/json").body(payload);
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return Invoked::Unavailable(format!("{url} does not answer: {error}")),
        };
        let (status, failed) = (answer.status(), answer.headers().contains_key("x-amz-function-error"));
        match (answer.bytes().await, status) {
            (Ok(body), StatusCode::OK) if failed => Invoked::Failed(body),
            (Ok(body), status) if status.is_success() => Invoked::Returned(body),
            // cargo lambda watch answers a function's error so; Lambda never does.
            (Ok(body), StatusCode::INTERNAL_SERVER_ERROR) => Invoked::Failed(body),
            // What it answered may be content, and this goes to the log.
            (Ok(_), status) => Invoked::Unavailable(format!("{url} answered {status}")),
            (Err(error), _) => Invoked::Unavailable(format!("{url} broke off: {error}")),
        }
    }
}
