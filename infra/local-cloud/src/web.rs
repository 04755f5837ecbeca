//! The web client's files, and where it finds everything else.
//!
//! Its headers are those that it is deployed with: infra/web.yaml says them.

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
use crate::surroundings::{pseudo_parameters, texts};
use crate::template::page_headers;

/// How the client is hosted where it is deployed.
const HOSTING: &str = include_str!("../../web.yaml");

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
    for (name, value) in headers(endpoints)? {
        let (name, value) = (HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        router = router.layer(SetResponseHeaderLayer::overriding(name, value));
    }
    // As a host of the client would.
    Ok(router.layer(CompressionLayer::new()))
}

async fn serve(files: PathBuf, request: Request) -> Response {
    if !files.is_dir() {
        return not_built(&files);
    }
    let is_part = request.uri().path().starts_with("/assets/");
    let answer = match ServeDir::new(&files).oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    };
    // The names of parts say what is in them.
    let lasts = is_part && answer.status().is_success();
    let kept = if lasts { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CACHE_CONTROL, kept)], answer).into_response()
}

fn not_built(files: &Path) -> Response {
    let page = format!(
        "<!doctype html><title>Case chat</title><p>The web client is not built: {} is missing. \
         Run <code>npm ci && npm run build</code> in <code>web/</code> and reload this page.</p>",
        files.display()
    );
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

fn headers(endpoints: &Endpoints) -> Result<Vec<(String, String)>> {
    let Endpoints { web, http, websocket, issuer, aws, .. } = endpoints;
    let websocket = websocket.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let known = texts(&[
        ("WebOrigin", web),
        ("ApiOrigins", &format!("{http} {websocket}")),
        ("SignInOrigins", issuer),
        // Attachments go to the emulated services and come from them.
        ("FileOrigins", aws),
    ]);
    page_headers(HOSTING, &known, &pseudo_parameters())
}
