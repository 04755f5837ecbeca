//! The JWT authorizer of an HTTP API: decides whether a bearer token holds, and what events say about it.
//!
//! Owns the claims' rules. Must not log a token or a claim. The functions verify tokens again by themselves.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use jsonwebtoken::{Algorithm, Validation};
use serde::Serialize;
use serde_json::{Map, Value};

use super::api::JwtAuthorizer;
use super::keys::{Keys, NoKey};
use super::refusal::Refusal;
use crate::clock;

/// A JWT authorizer and the keys of its issuer.
pub(crate) struct Authorizer {
    config: JwtAuthorizer,
    keys: Arc<Keys>,
}

/// What an event shows of a token that holds.
#[derive(Debug, Serialize)]
pub(crate) struct Authorized {
    claims: Map<String, Value>,
    scopes: Option<Vec<String>>,
}

impl Authorizer {
    pub(crate) fn new(config: JwtAuthorizer, keys: Arc<Keys>) -> Self {
        Self { config, keys }
    }

    pub(crate) async fn authorize(&self, headers: &HeaderMap) -> Result<Authorized, Refusal> {
        let token = bearer(headers).ok_or(Refusal::Unauthorized(None))?;
        let claims = self.verified(token).await.map_err(|reason| {
            tracing::debug!(reason, "token refused");
            Refusal::Unauthorized(Some(reason))
        })?;
        // Scopes stand in an event only where the route demands some, which no route here can.
        Ok(Authorized { claims: flattened(claims), scopes: None })
    }

    async fn verified(&self, token: &str) -> Result<Map<String, Value>, &'static str> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| "unable to decode the token")?;
        if header.alg != Algorithm::RS256 {
            return Err("signing method is invalid");
        }
        let kid = header.kid.ok_or("the token has no kid")?;
        let key = self.keys.find(&kid).await.map_err(|why| match why {
            NoKey::Unknown => "no key matches the kid",
            NoKey::Unreachable => "OIDC discovery endpoint communication error",
        })?;
        // The signature alone: the claims are checked below, where a missing or misshapen one is an error too.
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let token = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &validation);
        let claims = token.map_err(|_| "the signature is invalid")?.claims;
        check(&claims, &self.config, clock::now() / 1000)?;
        Ok(claims)
    }
}

fn check(claims: &Map<String, Value>, config: &JwtAuthorizer, now: u64) -> Result<(), &'static str> {
    let now = now as f64;
    let time = |name: &str| claims.get(name).map(|value| value.as_f64().ok_or("a time is not a number"));
    if claims.get("iss").and_then(Value::as_str) != Some(&config.issuer) {
        return Err("the issuer is invalid");
    }
    if time("exp").transpose()?.ok_or("the token has no expiry")? <= now {
        return Err("the token has expired");
    }
    if time("nbf").transpose()?.is_some_and(|from| from > now) {
        return Err("the token is not valid yet");
    }
    if time("iat").transpose()?.is_some_and(|at| at > now) {
        return Err("the token was issued in the future");
    }
    let accepted = |value: &Value| config.audience.iter().any(|one| value.as_str() == Some(one));
    let fits = match (claims.get("aud"), claims.get("client_id")) {
        (Some(Value::Array(several)), _) => several.iter().any(accepted),
        (Some(one), _) => accepted(one),
        (None, Some(client)) => accepted(client),
        (None, None) => false,
    };
    if fits { Ok(()) } else { Err("the audience is invalid") }
}

/// API Gateway takes the token with the scheme or without it.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let token = match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        Some(_) => return None,
        None => value,
    };
    (!token.is_empty()).then_some(token)
}

/// In an event every claim is text, and a list is written `[one two]`.
fn flattened(claims: Map<String, Value>) -> Map<String, Value> {
    claims.into_iter().map(|(name, value)| (name, text(&value).into())).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(" ")),
        other => other.to_string(),
    }
}
