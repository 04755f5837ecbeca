//! An OIDC provider for development only: it asks nobody for a password, and knows five people.
//!
//! Owns the local stand-in for the host's identity provider, with tokens shaped like Amazon Cognito's. Must never
//! be deployed, and nothing that is deployed may depend on it.

mod authorize;
mod clock;
mod codes;
mod discovery;
mod error;
mod logout;
mod page;
mod people;
mod redirect;
mod signer;
mod token;
mod tokens;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderValue, Method};
use axum::routing::{get, post};
use tower_http::cors::CorsLayer;

use codes::Codes;
pub use signer::Signer;

/// Forms here are a few fields; the longest is a refresh token.
const FORM_LIMIT: usize = 16 * 1024;

/// What the local cloud tells its issuer.
#[derive(Debug, Clone)]
pub struct IssuerOptions {
    /// The issuer's URL, as it stands in `iss`, without a slash at its end.
    pub issuer_url: String,
    /// Where the RSA signing key is kept, so that tokens survive a restart.
    pub data_dir: PathBuf,
    /// The origins that a browser may be sent back to, and may call from.
    pub redirect_origins: Vec<String>,
    /// The one client that this issuer knows; it has no secret.
    pub client_id: String,
}

struct Issuer {
    options: IssuerOptions,
    signer: Signer,
    codes: Codes,
}

/// The issuer's routes, with its signing key loaded or made.
pub fn router(options: IssuerOptions) -> anyhow::Result<Router> {
    let origins = options.redirect_origins.iter().map(|origin| HeaderValue::from_str(origin));
    let origins: Vec<_> = origins.collect::<Result<_, _>>().context("a redirect origin is not an origin")?;
    let cors = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE]);
    let for_scripts = Router::new()
        .route("/.well-known/openid-configuration", get(discovery::configuration))
        .route("/.well-known/jwks.json", get(discovery::keys))
        .route("/oauth2/token", post(token::serve))
        .layer(cors);
    let for_people = Router::new()
        .route("/oauth2/authorize", get(authorize::show).post(authorize::choose))
        .route("/oauth2/logout", get(logout::serve))
        .route("/oauth2/issuer.css", get(page::stylesheet));
    let signer = Signer::load_or_create(&options.data_dir)?;
    let issuer = Issuer { options, signer, codes: Codes::default() };
    Ok(for_scripts.merge(for_people).layer(DefaultBodyLimit::max(FORM_LIMIT)).with_state(Arc::new(issuer)))
}
