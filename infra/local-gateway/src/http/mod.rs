//! An HTTP API: from a request to the function's answer, in the order in which API Gateway decides.
//!
//! Owns that order and the gateway's own refusals. Each decision has a module of its own.

mod answer;
pub(crate) mod api;
mod authorizer;
mod body;
mod cors;
mod event;
mod keys;
mod refusal;
mod routes;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};

use crate::invoke::{Invoke, Outcome, invoke};
use crate::{ids, request};
use api::{Cors, HttpApi};
use event::Event;
use refusal::Refusal;
use routes::Routes;

/// How long API Gateway waits for an integration of an HTTP API.
const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(30);

struct Gateway {
    api_id: String,
    routes: Routes,
    cors: Option<Cors>,
    invoke: Arc<dyn Invoke>,
}

/// Serves an HTTP API; it answers every path, so it wants a port, or a fallback, of its own.
pub fn http_router(api: HttpApi, invoke: Arc<dyn Invoke>) -> Router {
    let gateway = Gateway { api_id: api.api_id, routes: Routes::new(api.routes), cors: api.cors, invoke };
    Router::new().fallback(serve).with_state(Arc::new(gateway))
}

async fn serve(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let request_id = ids::fresh();
    let origin = request.headers().get(ORIGIN).cloned();
    let mut response = match &gateway.cors {
        Some(cors) if request.method() == Method::OPTIONS => cors::preflight(cors, origin.as_ref()),
        _ => gateway.answer(request, &request_id).await.unwrap_or_else(Refusal::into_response),
    };
    if let Some(cors) = &gateway.cors {
        cors::decorate(cors, origin.as_ref(), response.headers_mut());
    }
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("apigw-requestid", id);
    }
    response
}

impl Gateway {
    async fn answer(&self, request: Request, request_id: &str) -> Result<Response, Refusal> {
        let (head, body) = request.into_parts();
        if request::head_too_large(&head) {
            return Err(Refusal::HeadTooLarge);
        }
        let found = self.routes.find(&head.method, head.uri.path()).ok_or(Refusal::NotFound)?;
        let authorized = match found.authorizer {
            Some(authorizer) => Some(authorizer.authorize(&head.headers).await?),
            None => None,
        };
        let body = body::read(&head.headers, body).await?;
        let event = Event {
            head: &head,
            body: &body,
            api_id: &self.api_id,
            request_id,
            route_key: found.route_key,
            path_parameters: found.path_parameters,
            authorized,
        };
        match invoke(&self.invoke, found.function, &event.to_json(), INTEGRATION_TIMEOUT).await {
            Outcome::Returned(answer) => answer::response(&answer).map_err(|why| {
                tracing::warn!(function = found.function, why, "malformed answer");
                Refusal::Internal
            }),
            Outcome::Failed => Err(Refusal::Internal),
            Outcome::TimedOut => Err(Refusal::Unavailable),
            Outcome::EventTooLarge => Err(Refusal::BodyTooLarge),
        }
    }
}
