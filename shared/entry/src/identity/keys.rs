//! The issuer's signing keys, found by OIDC discovery and fresh for an hour.

use std::{collections::HashMap, sync::OnceLock, time::Duration};

use case_chat_domain::Timestamp;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use jsonwebtoken::{DecodingKey, jwk::JwkSet};
use lambda_http::http::Uri;
use serde::{Deserialize, de::DeserializeOwned};
use tokio::sync::RwLock;

use super::Refused;

/// An issuer answers at once or the request is better refused.
const FETCH_TIMEOUT: Duration = Duration::from_secs(2);
/// A set of keys has a few kilobytes.
const MAX_DOCUMENT_BYTES: usize = 256 * 1024;
/// An unknown key id asks the issuer again, but not more often than this.
const COOL_DOWN_MILLIS: i64 = 10_000;
/// After this long the issuer is asked again, so a key that it withdrew is forgotten.
const FRESH_MILLIS: i64 = 60 * 60 * 1000;
/// While the issuer cannot be reached, its keys hold for this long, as in API Gateway's authorizer.
const KEEP_MILLIS: i64 = 2 * FRESH_MILLIS;

type HttpClient = Client<HttpsConnector<HttpConnector>, Empty<bytes::Bytes>>;

pub(super) struct Keys {
    issuer: String,
    /// Made when it is first needed: its roots cost a start some time.
    client: OnceLock<HttpClient>,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, DecodingKey>,
    fetched_at: Option<Timestamp>,
    tried_at: Option<Timestamp>,
}

impl Known {
    /// What can be said without asking the issuer.
    fn settle(&self, kid: &str, age_millis: i64) -> Result<Option<DecodingKey>, Refused> {
        let answered = self.fetched_at.is_some() && self.fetched_at == self.tried_at;
        match self.keys.get(kid) {
            Some(key) if age_millis < KEEP_MILLIS => Ok(Some(key.clone())),
            None if answered => Ok(None),
            _ => Err(Refused::Unavailable),
        }
    }
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("the issuer did not answer in time")]
    Timeout,
    #[error("the issuer could not be reached")]
    Unreachable,
    #[error("the issuer answered with status {0}")]
    Status(u16),
    #[error("the issuer's answer is not what OIDC discovery says")]
    Unreadable,
}

impl Keys {
    pub(super) fn new(issuer: &str) -> Self {
        Self { issuer: issuer.to_owned(), client: OnceLock::new(), known: RwLock::default() }
    }

    /// The key of that id. One that is not known asks the issuer, at most once in a cool-down;
    /// while the issuer is away, the keys that were known go on for a while.
    pub(super) async fn find(&self, kid: &str, now: Timestamp) -> Result<Option<DecodingKey>, Refused> {
        let since = |at: Option<Timestamp>| at.map_or(i64::MAX, |at| now.millis() - at.millis());
        {
            let known = self.known.read().await;
            if let Some(key) = known.keys.get(kid).filter(|_| since(known.fetched_at) < FRESH_MILLIS) {
                return Ok(Some(key.clone()));
            }
            if since(known.tried_at) < COOL_DOWN_MILLIS {
                return known.settle(kid, since(known.fetched_at));
            }
        }
        if let Err(error) = self.fetch(now).await {
            tracing::error!(%error, "the issuer's keys cannot be had");
        }
        let known = self.known.read().await;
        known.settle(kid, since(known.fetched_at))
    }

    /// Fetches the keys and forgets those that are gone.
    pub(super) async fn fetch(&self, now: Timestamp) -> Result<(), FetchError> {
        let mut known = self.known.write().await;
        known.tried_at = Some(now);
        let set = tokio::time::timeout(FETCH_TIMEOUT, self.fetch_set())
            .await
            .map_err(|_| FetchError::Timeout)??;
        let usable = set
            .keys
            .iter()
            .filter_map(|jwk| Some((jwk.common.key_id.clone()?, DecodingKey::from_jwk(jwk).ok()?)));
        known.keys = usable.collect();
        known.fetched_at = Some(now);
        Ok(())
    }

    async fn fetch_set(&self) -> Result<JwkSet, FetchError> {
        let discovery: Discovery =
            self.get(&format!("{}/.well-known/openid-configuration", self.issuer)).await?;
        if discovery.issuer != self.issuer {
            return Err(FetchError::Unreadable);
        }
        self.get(&discovery.jwks_uri).await
    }

    async fn get<T: DeserializeOwned>(&self, uri: &str) -> Result<T, FetchError> {
        let uri: Uri = uri.parse().map_err(|_| FetchError::Unreadable)?;
        let response =
            self.client.get_or_init(http_client).get(uri).await.map_err(|_| FetchError::Unreachable)?;
        if !response.status().is_success() {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let body = Limited::new(response.into_body(), MAX_DOCUMENT_BYTES).collect().await;
        let bytes = body.map_err(|_| FetchError::Unreadable)?.to_bytes();
        serde_json::from_slice(&bytes).map_err(|_| FetchError::Unreadable)
    }
}

fn http_client() -> HttpClient {
    let connector = hyper_rustls::HttpsConnectorBuilder::new().with_webpki_roots();
    // An issuer over TLS may still say that its keys are elsewhere.
    let connector = if cfg!(debug_assertions) { connector.https_or_http() } else { connector.https_only() };
    Client::builder(TokioExecutor::new()).build(connector.enable_http1().build())
}
