//! The token endpoint: authorization code with PKCE, refresh, and names alone for scripts.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::header::{CACHE_CONTROL, PRAGMA};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::error::OAuthError;
use crate::tokens::{ACCESS_SECONDS, Refreshed};
use crate::{Issuer, people};

/// RFC 7636, section 4.1.
const VERIFIER_LENGTH: std::ops::RangeInclusive<usize> = 43..=128;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Request {
    grant_type: Option<String>,
    client_id: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
    refresh_token: Option<String>,
    username: Option<String>,
    expires_in: Option<u64>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

pub(crate) async fn serve(
    State(issuer): State<Arc<Issuer>>,
    request: Result<Form<Request>, FormRejection>,
) -> Response {
    let never_kept = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];
    (never_kept, answer(&issuer, request).map(Json)).into_response()
}

fn answer(issuer: &Issuer, request: Result<Form<Request>, FormRejection>) -> Result<Tokens, OAuthError> {
    let Form(request) = request.map_err(|_| OAuthError::InvalidRequest("The form cannot be read."))?;
    match request.grant_type.as_deref() {
        Some("authorization_code") => issuer.by_code(&request),
        Some("refresh_token") => issuer.by_refresh_token(&request),
        Some("password") => issuer.by_name(&request),
        Some(_) => Err(OAuthError::UnsupportedGrantType),
        None => Err(OAuthError::InvalidRequest("grant_type is missing.")),
    }
}

impl Issuer {
    fn by_code(&self, request: &Request) -> Result<Tokens, OAuthError> {
        self.check_client(Some(required(&request.client_id, "client_id is missing.")?))?;
        let code = required(&request.code, "code is missing.")?;
        let verifier = required(&request.code_verifier, "code_verifier is missing.")?;
        let redirect_uri = required(&request.redirect_uri, "redirect_uri is missing.")?;
        let spent = OAuthError::InvalidGrant("The code is unknown, spent or too old.");
        let grant = self.codes.redeem(code).ok_or(spent)?;
        if grant.redirect_uri != redirect_uri {
            return Err(OAuthError::InvalidGrant("The code was given for another redirect_uri."));
        }
        if !proves(verifier, &grant.code_challenge) {
            return Err(OAuthError::InvalidGrant("The code_verifier does not match."));
        }
        Ok(Tokens {
            access_token: self.access_token(grant.person, &grant.scope, ACCESS_SECONDS),
            token_type: "Bearer",
            expires_in: ACCESS_SECONDS,
            id_token: Some(self.id_token(grant.person, grant.nonce.as_deref())),
            refresh_token: Some(self.refresh_token(grant.person, &grant.scope)),
            scope: grant.scope,
        })
    }

    fn by_refresh_token(&self, request: &Request) -> Result<Tokens, OAuthError> {
        self.check_client(request.client_id.as_deref())?;
        let token = required(&request.refresh_token, "refresh_token is missing.")?;
        let read = self.read_refresh_token(token);
        let Refreshed { person, scope } =
            read.map_err(|_| OAuthError::InvalidGrant("The refresh token does not hold."))?;
        Ok(Tokens {
            access_token: self.access_token(person, &scope, ACCESS_SECONDS),
            token_type: "Bearer",
            expires_in: ACCESS_SECONDS,
            id_token: Some(self.id_token(person, None)),
            refresh_token: Some(self.refresh_token(person, &scope)),
            scope,
        })
    }

    /// For scripts and tests: a name is enough.
    fn by_name(&self, request: &Request) -> Result<Tokens, OAuthError> {
        self.check_client(request.client_id.as_deref())?;
        let name = required(&request.username, "username is missing.")?;
        let person = people::find(name).ok_or(OAuthError::InvalidGrant("Nobody has that username."))?;
        let expires_in = request.expires_in.unwrap_or(ACCESS_SECONDS);
        if !(1..=ACCESS_SECONDS).contains(&expires_in) {
            return Err(OAuthError::InvalidRequest("expires_in is 1 to 3600 seconds."));
        }
        let scope = "openid profile".to_owned();
        Ok(Tokens {
            access_token: self.access_token(person, &scope, expires_in),
            token_type: "Bearer",
            expires_in,
            scope,
            id_token: None,
            refresh_token: None,
        })
    }

    fn check_client(&self, client_id: Option<&str>) -> Result<(), OAuthError> {
        match client_id {
            Some(id) if id != self.options.client_id => Err(OAuthError::InvalidClient),
            _ => Ok(()),
        }
    }
}

fn required<'a>(value: &'a Option<String>, why: &'static str) -> Result<&'a str, OAuthError> {
    value.as_deref().ok_or(OAuthError::InvalidRequest(why))
}

/// PKCE by S256: the challenge is the verifier's hash.
fn proves(verifier: &str, challenge: &str) -> bool {
    let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
    VERIFIER_LENGTH.contains(&verifier.len())
        && verify_slices_are_equal(hash.as_bytes(), challenge.as_bytes()).is_ok()
}
