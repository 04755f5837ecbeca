//! The signing keys of an issuer, found by OIDC discovery and kept for a while.
//!
//! Plain HTTP only: the local issuer, or one on this machine.

use std::collections::HashMap;
use std::time::Duration;

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use reqwest::redirect::Policy;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Keys are asked for again after this long, as API Gateway does.
const KEPT_FOR: Duration = Duration::from_secs(2 * 60 * 60);
/// An unknown kid makes the gateway ask again, though not more often than this: anybody can invent a kid.
const COOL_DOWN: Duration = Duration::from_secs(5);
/// An issuer that does not answer is asked again after this long; it may just be starting.
const RETRY_AFTER: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(5);
/// Discovery documents and key sets are a few kilobytes.
const ANSWER_LIMIT: usize = 256 * 1024;
const KEYS_LIMIT: usize = 100;

/// Why there is no key.
#[derive(Debug)]
pub(crate) enum NoKey {
    Unknown,
    Unreachable,
}

/// The keys of one issuer.
pub(crate) struct Keys {
    issuer: String,
    http: reqwest::Client,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    keys: HashMap<String, DecodingKey>,
    fetched: Option<Instant>,
    failed: Option<Instant>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Keys {
    pub(crate) fn new(issuer: String) -> Self {
        let http = reqwest::Client::builder().timeout(TIMEOUT).redirect(Policy::none()).no_proxy();
        Self { issuer, http: http.build().unwrap_or_default(), cache: Mutex::default() }
    }

    /// The key of that id. Callers wait for one another here, so that many of them cause one fetch.
    pub(crate) async fn find(&self, kid: &str) -> Result<DecodingKey, NoKey> {
        let mut cache = self.cache.lock().await;
        let age = cache.fetched.map(|at| at.elapsed());
        if let (Some(key), true) = (cache.keys.get(kid), age.is_some_and(|age| age < KEPT_FOR)) {
            return Ok(key.clone());
        }
        if age.is_some_and(|age| age < COOL_DOWN) {
            return Err(NoKey::Unknown);
        }
        if cache.failed.is_some_and(|at| at.elapsed() < RETRY_AFTER) {
            return Err(NoKey::Unreachable);
        }
        match self.fetch().await {
            Ok(keys) => *cache = Cache { keys, fetched: Some(Instant::now()), failed: None },
            Err(why) => {
                tracing::warn!(issuer = self.issuer, why, "cannot fetch the issuer's keys");
                cache.failed = Some(Instant::now());
                return Err(NoKey::Unreachable);
            }
        }
        cache.keys.get(kid).cloned().ok_or(NoKey::Unknown)
    }

    async fn fetch(&self) -> Result<HashMap<String, DecodingKey>, String> {
        let discovery = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let discovery: Discovery = self.get(&discovery).await?;
        if discovery.issuer != self.issuer {
            return Err("discovery names another issuer".to_owned());
        }
        let set: KeySet = self.get(&discovery.jwks_uri).await?;
        Ok(set.keys.into_iter().take(KEYS_LIMIT).filter_map(signing_key).collect())
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, String> {
        let answer = self.http.get(url).send().await.and_then(reqwest::Response::error_for_status);
        let mut answer = answer.map_err(|error| error.to_string())?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| error.to_string())? {
            if body.len() + chunk.len() > ANSWER_LIMIT {
                return Err("the answer is too long".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|error| error.to_string())
    }
}

/// Keys of other kinds are passed over: RS256 is the only algorithm here.
fn signing_key(key: Value) -> Option<(String, DecodingKey)> {
    let key: Jwk = serde_json::from_value(key).ok()?;
    if !matches!(key.algorithm, AlgorithmParameters::RSA(_)) {
        return None;
    }
    let decoding = DecodingKey::from_jwk(&key).ok()?;
    Some((key.common.key_id?, decoding))
}
