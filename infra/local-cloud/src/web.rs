//! The web client's files, and where it finds everything else.
//!
//! Owns the headers that a real host of the client would send as well.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use tower::ServiceExt;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::endpoints::Endpoints;

/// The client's id at the issuer.
pub(crate) const CLIENT_ID: &str = "case-chat-web";

/// The client's routes. It is told what the stack's outputs say of files.
pub(crate) fn router(
    files: PathBuf,
    endpoints: &Endpoints,
    outputs: &BTreeMap<String, String>,
) -> Result<Router> {
    let mut config = json!({
        "http": endpoints.http,
        "websocket": endpoints.websocket,
        "issuer": endpoints.issuer,
        "clientId": CLIENT_ID,
    });
    if let (Some(types), Some(most)) = (outputs.get("AttachmentTypes"), outputs.get("AttachmentMaxBytes")) {
        let types: Vec<_> = types.split(',').collect();
        config["files"] = json!({ "types": types, "maxBytes": most.parse::<u64>()? });
    }
    let config = config.to_string();
    let config = move || async move {
        let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
        (headers, config).into_response()
    };
    // The npm package beside it, with its examples of other portals.
    let package = ServeDir::new(files.with_file_name("package"));
    let mut router = Router::new()
        .route("/config.json", get(config))
        .nest_service("/package", package)
        .fallback(move |request| serve(files, request));
    for (name, value) in security_headers(endpoints) {
        router = router.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_str(&value)?));
    }
    // As a host of the client would.
    Ok(router.layer(CompressionLayer::new()))
}

async fn serve(files: PathBuf, request: Request) -> Response {
    if !files.is_dir() {
        return not_built(&files);
    }
    // A path with an extension is a file; any other is a page of the client's, which finds its own way from its URL.
    let is_file = request.uri().path().rsplit('/').next().is_some_and(|last| last.contains('.'));
    let is_root = request.uri().path() == "/";
    if is_file || is_root {
        let answer = match ServeDir::new(&files).oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        return (([(header::CACHE_CONTROL, "no-cache")]), answer).into_response();
    }
    match tokio::fs::read_to_string(files.join("index.html")).await {
        Ok(page) => ([(header::CACHE_CONTROL, "no-cache")], Html(page)).into_response(),
        Err(_) => not_built(&files),
    }
}

fn not_built(files: &Path) -> Response {
    let page = format!(
        "<!doctype html><title>Case chat</title><p>The web client is not built: {} is missing. \
         Run <code>npm ci && npm run build</code> in <code>web/</code> and reload this page.</p>",
        files.display()
    );
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

fn security_headers(endpoints: &Endpoints) -> [(HeaderName, String); 3] {
    let websocket = endpoints.websocket.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    // Attachments go to the emulated services and come from them.
    let Endpoints { http, issuer, aws, .. } = endpoints;
    let connect = format!("connect-src 'self' {http} {websocket} {issuer} {aws}");
    let images = format!("img-src 'self' data: blob: {aws}");
    let policy = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        &images,
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        &connect,
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types lit-html own-script",
    ];
    [
        (header::CONTENT_SECURITY_POLICY, policy.join("; ")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ]
}
