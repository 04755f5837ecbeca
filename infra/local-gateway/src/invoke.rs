//! How the gateway reaches functions: the one thing that it asks of whoever runs them.
//!
//! Owns the interface and what holds for every invocation. Knows neither HTTP nor sockets.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;

/// Lambda's bound on a synchronous request or answer.
pub(crate) const PAYLOAD_LIMIT: usize = 6 * 1024 * 1024;

/// What became of an invocation.
#[derive(Debug, Clone)]
pub enum Invoked {
    /// The function's answer.
    Returned(Bytes),
    /// The function failed; its error payload, which no caller of the API ever sees.
    Failed(Bytes),
    /// The function could not be run; why, in words for the log.
    Unavailable(String),
}

/// Runs functions by the name that the routes use.
pub trait Invoke: Send + Sync + 'static {
    /// Invokes `function` with an event and waits for its answer.
    fn invoke<'a>(&'a self, function: &'a str, payload: Bytes) -> BoxFuture<'a, Invoked>;
}

/// How an invocation ended, as far as an API can tell.
#[derive(Debug)]
pub(crate) enum Outcome {
    Returned(Bytes),
    Failed,
    TimedOut,
    EventTooLarge,
}

/// Invokes a function; it runs on if the caller goes away or the time is up, as it does on Lambda.
pub(crate) async fn invoke(
    invoke: &Arc<dyn Invoke>,
    function: &str,
    event: &serde_json::Value,
    timeout: Duration,
) -> Outcome {
    let payload = event.to_string();
    if payload.len() > PAYLOAD_LIMIT {
        return Outcome::EventTooLarge;
    }
    let invoked = tokio::spawn({
        let (invoke, function) = (Arc::clone(invoke), function.to_owned());
        async move { invoke.invoke(&function, payload.into()).await }
    });
    match tokio::time::timeout(timeout, invoked).await {
        Ok(Ok(Invoked::Returned(answer))) if answer.len() > PAYLOAD_LIMIT => {
            tracing::warn!(function, bytes = answer.len(), "answer exceeds Lambda's limit");
            Outcome::Failed
        }
        Ok(Ok(Invoked::Returned(answer))) => Outcome::Returned(answer),
        Ok(Ok(Invoked::Failed(error))) => {
            tracing::warn!(function, bytes = error.len(), "function failed");
            Outcome::Failed
        }
        Ok(Ok(Invoked::Unavailable(why))) => {
            tracing::warn!(function, why, "function unavailable");
            Outcome::Failed
        }
        Ok(Err(_)) => {
            tracing::warn!(function, "invocation panicked");
            Outcome::Failed
        }
        Err(_) => {
            tracing::warn!(function, seconds = timeout.as_secs(), "integration timed out");
            Outcome::TimedOut
        }
    }
}
