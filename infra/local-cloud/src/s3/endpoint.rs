//! Requests on their way to `s3s` and back: CORS around them, the ledger behind them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body::{Frame, SizeHint};
use s3s::S3Error;

use super::{Buckets, cors, signed};
use crate::aws::{Call, Caller, Cost, Service};

/// More than a browser sends in one piece before it listens.
const MAX_DRAINED: usize = 1024 * 1024 * 1024;
const MAX_DRAINING: Duration = Duration::from_secs(10);

/// What becomes known of a request while it is answered; it travels with it.
#[derive(Clone, Default)]
pub(super) struct Heard(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    call: Option<Call>,
    cost: Cost,
}

impl Heard {
    /// Whose request it is, what it asks for, and of which bucket.
    pub(super) fn is(&self, caller: Caller, operation: String, bucket: Option<String>) {
        let mut known = self.known();
        known.call = Some(Call { caller, service: Service::S3, operation });
        known.cost.bucket = bucket;
    }

    /// Who asks.
    pub(super) fn caller(&self) -> Option<Caller> {
        self.known().call.as_ref().map(|call| call.caller.clone())
    }

    /// How much of an object is answered or taken in.
    pub(super) fn bytes(&self, bytes: u64) {
        self.known().cost.bytes = bytes;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buckets {
    /// Answers a request.
    pub async fn answer(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let bucket = parts.uri.path().split('/').nth(1).unwrap_or_default();
        let bucket = self.surroundings.buckets.iter().find(|known| known.name == bucket);
        let rules = bucket.map_or(&[][..], |bucket| &bucket.cors);
        if parts.method == Method::OPTIONS {
            return cors::preflight(rules, &parts.headers).unwrap_or_else(refusal);
        }
        let allowed = cors::for_request(rules, &parts.method, &parts.headers);
        let mut response = match signed::check(&parts) {
            Ok(()) => self.ask(Request::from_parts(parts, body)).await,
            Err(error) => {
                drain(body).await;
                refusal(error)
            }
        };
        response.headers_mut().extend(allowed);
        response
    }

    async fn ask(&self, request: Request) -> Response {
        let heard = Heard::default();
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(heard.clone());
        let body = Shared(Arc::new(Mutex::new(body)));
        let request = s3s::HttpRequest::from_parts(parts, s3s::Body::http_body_unsync(body.clone()));
        let response = match self.protocol.call(request).await {
            Ok(response) => response.map(Body::new),
            Err(error) => {
                tracing::error!("s3s: {error:?}");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        };
        // Whoever is still sending would not hear of a refusal.
        drain(body).await;
        let known = heard.known();
        if let Some(call) = &known.call {
            self.surroundings.ledger.record(call, known.cost.clone(), response.status());
        }
        drop(known);
        response
    }
}

fn refusal(error: S3Error) -> Response {
    match error.to_http_response() {
        Ok(response) => response.map(Body::new),
        Err(error) => {
            tracing::error!("s3s: {error:?}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A request's body of which `s3s` may leave a part unread.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// Reads what is left of a body, within reason.
async fn drain<B: HttpBody<Data = Bytes> + Unpin>(mut body: B) {
    let all = async {
        let mut drained = 0;
        while drained < MAX_DRAINED {
            let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
            match frame {
                Some(Ok(frame)) => drained += frame.data_ref().map_or(0, Bytes::len),
                Some(Err(_)) | None => return,
            }
        }
    };
    // Whoever sends nothing more gets the answer even so.
    let _ = tokio::time::timeout(MAX_DRAINING, all).await;
}
