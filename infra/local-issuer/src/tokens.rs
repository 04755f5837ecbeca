//! What the issuer's tokens say. They are shaped like Amazon Cognito's.
//!
//! A refresh token is a signed JWT like the others, so that a restart of the local cloud signs nobody out. Each
//! use brings a new one; the old one holds until it expires, which a real issuer would not allow.

use anyhow::{Context, ensure};
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::people::{self, Person};
use crate::signer::random;
use crate::{Issuer, clock};

/// How long access and ID tokens hold, in seconds, and the longest that anybody may ask for.
pub(crate) const ACCESS_SECONDS: u64 = 60 * 60;
const REFRESH_SECONDS: u64 = 30 * 24 * 60 * 60;

/// What a refresh token stands for.
pub(crate) struct Refreshed {
    pub(crate) person: &'static Person,
    pub(crate) scope: String,
}

#[derive(Deserialize)]
struct RefreshClaims {
    sub: String,
    token_use: String,
    scope: String,
}

impl Issuer {
    pub(crate) fn access_token(&self, person: &Person, scope: &str, seconds: u64) -> String {
        let mut claims = self.claims(person, "access", seconds);
        claims["client_id"] = self.options.client_id.as_str().into();
        claims["scope"] = scope.into();
        if !person.groups.is_empty() {
            claims["cognito:groups"] = person.groups.into();
        }
        self.signer.sign(&claims)
    }

    pub(crate) fn id_token(&self, person: &Person, nonce: Option<&str>) -> String {
        let mut claims = self.claims(person, "id", ACCESS_SECONDS);
        claims["name"] = person.name.into();
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        self.signer.sign(&claims)
    }

    pub(crate) fn refresh_token(&self, person: &Person, scope: &str) -> String {
        let mut claims = self.claims(person, "refresh", REFRESH_SECONDS);
        claims["scope"] = scope.into();
        self.signer.sign(&claims)
    }

    /// Reads a refresh token of this issuer, for its client.
    pub(crate) fn read_refresh_token(&self, token: &str) -> anyhow::Result<Refreshed> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.options.issuer_url]);
        validation.set_audience(&[&self.options.client_id]);
        validation.leeway = 0;
        let claims: RefreshClaims =
            jsonwebtoken::decode(token, &self.signer.verifying_key(), &validation)?.claims;
        ensure!(claims.token_use == "refresh", "not a refresh token");
        let person = people::find(&claims.sub).context("nobody has that id")?;
        Ok(Refreshed { person, scope: claims.scope })
    }

    fn claims(&self, person: &Person, token_use: &str, seconds: u64) -> Value {
        let now = clock::now();
        json!({
            "iss": self.options.issuer_url,
            "sub": person.id,
            "aud": self.options.client_id,
            "token_use": token_use,
            "iat": now,
            "exp": now + seconds,
            "jti": random(),
        })
    }
}
