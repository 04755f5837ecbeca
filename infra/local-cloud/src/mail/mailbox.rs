//! The mailbox: every mail that was sent, for people to read and for tests to ask.

use anyhow::Result;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use tower_http::set_header::SetResponseHeaderLayer;

use super::page;
use super::store::{self, Kept};
use crate::clock::with_millis;
use crate::state;

/// Styles stand in the pages and in mails; nothing is fetched from anywhere, and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn router(state: state::State) -> Router {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let routes = Router::new()
        .route("/", get(list))
        .route("/messages/{n}", get(message))
        .route("/messages.json", get(messages))
        .with_state(state);
    headers.into_iter().fold(routes, |routes, (name, value)| {
        routes.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)))
    })
}

async fn list(State(state): State<state::State>) -> Response {
    answer(state.transact(store::all).await, |mails| Html(page::list(&mails)).into_response())
}

async fn message(State(state): State<state::State>, Path(n): Path<i64>) -> Response {
    answer(state.transact(move |tx| store::one(tx, n)).await, |mail| match mail {
        Some(mail) => Html(page::message(&mail)).into_response(),
        None => (StatusCode::NOT_FOUND, Html(page::unknown())).into_response(),
    })
}

async fn messages(State(state): State<state::State>) -> Response {
    answer(state.transact(store::all).await, |mails| {
        axum::Json(mails.iter().map(described).collect::<Vec<_>>()).into_response()
    })
}

fn described(mail: &Kept) -> Value {
    let headers = mail.headers.iter().map(|(name, value)| (name.clone(), json!(value)));
    json!({
        "to": mail.to,
        "subject": mail.subject,
        "headers": headers.collect::<Map<_, _>>(),
        "text": mail.text,
        "html": mail.html,
        "sentAt": with_millis(mail.sent_at),
    })
}

fn answer<T>(read: Result<T>, show: impl FnOnce(T) -> Response) -> Response {
    read.map(show).unwrap_or_else(|error| {
        tracing::error!("the mailbox cannot be read: {error:#}");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}
