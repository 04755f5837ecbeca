//! Who is calling: the bearer token of the host's identity provider, verified by every function.
//!
//! API Gateway's authorizer stands in front; this holds under SAM local and `cargo lambda watch`
//! as well, and at the handshake.

mod keys;

use case_chat_domain::{Timestamp, UserId};
use jsonwebtoken::{Algorithm, Validation};
use serde_json::{Map, Value};

use crate::{
    audit::Subject,
    environment::{Environment, InvalidVariable},
};
use keys::Keys;

/// Clocks of issuer and sandbox may differ by this much.
const LEEWAY_MILLIS: i64 = 5_000;
/// API Gateway's limit for all headers together is 10 KiB.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Which tokens are accepted, and what their claims mean.
#[derive(Debug, Clone)]
pub struct Terms {
    issuer: String,
    audience: String,
    user_claim: String,
    admin_claim: String,
    admin_group: String,
}

impl Terms {
    /// From `ISSUER`, `AUDIENCE`, `USER_CLAIM`, `ADMIN_CLAIM`, `ADMIN_GROUP`.
    pub fn from_environment(environment: &Environment) -> Result<Self, InvalidVariable> {
        let issuer = environment.text("ISSUER")?;
        if !is_trusted(&issuer, !cfg!(debug_assertions)) {
            return Err(InvalidVariable("ISSUER"));
        }
        Ok(Self {
            issuer,
            audience: environment.text("AUDIENCE")?,
            user_claim: environment.text("USER_CLAIM")?,
            admin_claim: environment.text("ADMIN_CLAIM")?,
            admin_group: environment.text("ADMIN_GROUP")?,
        })
    }
}

/// Built for release, a function takes keys over TLS alone: whoever can speak for an issuer without it speaks for everybody.
fn is_trusted(issuer: &str, release: bool) -> bool {
    !release || issuer.starts_with("https://")
}

/// A caller who holds a token. An administrator is no person of a case, and there is no way across.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Someone who may share cases.
    Person(UserId),
    /// Someone who never does.
    Administrator,
}

/// What a token that holds says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose it is.
    pub caller: Caller,
    /// The same for the audit trail, which names administrators as well.
    pub subject: Option<Subject>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It does not hold.
    #[error("the token does not hold")]
    Invalid,
    /// The issuer's keys cannot be had just now.
    #[error("the issuer's keys cannot be had")]
    Unavailable,
}

/// The verifier of one issuer's tokens.
pub struct Identity {
    terms: Terms,
    validation: Validation,
    keys: Keys,
}

impl Identity {
    /// Makes no request yet.
    #[must_use]
    pub fn new(terms: Terms) -> Self {
        let mut validation = Validation::new(Algorithm::RS256);
        // Times are checked by hand, against the clock that the caller gives.
        validation.validate_exp = false;
        validation.set_issuer(&[&terms.issuer]);
        // A claim that is checked when present must also be required, or its absence passes.
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        // Cognito's access tokens say client_id and no aud, so the audience is checked by hand.
        validation.validate_aud = false;
        Self { keys: Keys::new(&terms.issuer), terms, validation }
    }

    /// Fetches the issuer's keys ahead of the first request; a failure is left for that to meet.
    pub async fn warm(&self, now: Timestamp) {
        if let Err(error) = self.keys.fetch(now).await {
            tracing::warn!(%error, "the first request will fetch the issuer's keys");
        }
    }

    /// Verifies an access token: RS256 by the issuer's key, exp, nbf, iss, aud or client_id, sub.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, Refused> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refused::Invalid);
        }
        // The header chooses a key by name and nothing else: jku, x5u and jwk are not looked at.
        let header = jsonwebtoken::decode_header(token).map_err(|_| Refused::Invalid)?;
        let kid = header.kid.filter(|_| header.alg == Algorithm::RS256).ok_or(Refused::Invalid)?;
        let key = self.keys.find(&kid, now).await?.ok_or(Refused::Invalid)?;
        let claims = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &self.validation)
            .map_err(|_| Refused::Invalid)?
            .claims;
        self.read(&claims, now).ok_or(Refused::Invalid)
    }

    fn read(&self, claims: &Map<String, Value>, now: Timestamp) -> Option<Verified> {
        let moment = |claim: &Value| claim.as_f64().map(|seconds| millis(seconds * 1000.0));
        let expires_at = moment(claims.get("exp")?)?;
        let valid_from = claims.get("nbf").map_or(Some(i64::MIN), moment)?;
        if expires_at <= now.millis() - LEEWAY_MILLIS || valid_from > now.millis() + LEEWAY_MILLIS {
            return None;
        }
        // As API Gateway has it: client_id counts only where there is no aud.
        let audience = claims.get("aud").or_else(|| claims.get("client_id"))?;
        if !contains(audience, &self.terms.audience) {
            return None;
        }
        // Where the issuer says what a token is for, it must be an access token.
        if claims.get("token_use").is_some_and(|token_use| token_use != "access") {
            return None;
        }
        let expires_at = Timestamp::from_millis(expires_at);
        let user_id: Option<UserId> =
            claims.get(&self.terms.user_claim).and_then(|claim| claim.as_str()?.parse().ok());
        let subject = user_id.clone().map(Subject::from);
        if claims.get(&self.terms.admin_claim).is_some_and(|groups| contains(groups, &self.terms.admin_group))
        {
            return Some(Verified { caller: Caller::Administrator, subject, expires_at });
        }
        Some(Verified { caller: Caller::Person(user_id?), subject, expires_at })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a cast from a float ends at the integers' edge")]
fn millis(number: f64) -> i64 {
    number as i64
}

/// A claim may be one text or a list of them.
fn contains(claim: &Value, wanted: &str) -> bool {
    match claim {
        Value::String(text) => text == wanted,
        Value::Array(texts) => texts.iter().any(|text| text == wanted),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_trusted;

    #[test]
    fn built_for_release_no_issuer_is_trusted_without_tls() {
        for local in ["http://127.0.0.1:7003", "http://issuer.example", "HTTPS", "https:/issuer.example", ""]
        {
            assert!(!is_trusted(local, true), "{local}");
        }
        assert!(is_trusted("https://issuer.example", true));
        assert!(is_trusted("http://127.0.0.1:7003", false));
    }
}
