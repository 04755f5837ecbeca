//! What a request is signed for, and by whom: what `s3s` does not check of it.
//!
//! `s3s` computes the signature over what the signer listed. AWS also demands what must be on that list, knows no
//! older signatures in this region, and wants the token of a session with its key.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Result, s3_error};

use super::endpoint::Heard;
use crate::aws::Caller;
use crate::lambda;

/// A week, as AWS has it.
const MAX_EXPIRES_SECONDS: u32 = 7 * 24 * 60 * 60;

/// The keys that signatures are verified with.
pub(super) struct Secrets(BTreeMap<String, String>);

impl Secrets {
    pub(super) fn of(functions: &BTreeMap<String, String>) -> Self {
        Self(functions.clone())
    }
}

#[async_trait::async_trait]
impl S3Auth for Secrets {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        match Caller::of(access_key, &self.0) {
            Some(_) => Ok(SecretKey::from(lambda::SECRET)),
            None => Err(s3_error!(
                InvalidAccessKeyId,
                "The AWS Access Key Id you provided does not exist in our records."
            )),
        }
    }
}

/// Who passes at all: the signature holds, and now it is known whose it is and what for.
pub(super) struct Gate(pub(super) BTreeMap<String, String>);

#[async_trait::async_trait]
impl S3Access for Gate {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let credentials = context.credentials().map(|credentials| credentials.access_key.clone());
        let caller = credentials.and_then(|key| Caller::of(&key, &self.0));
        let caller = caller.ok_or_else(|| s3_error!(AccessDenied, "Access Denied"))?;
        let token = query(context.uri().query(), "X-Amz-Security-Token");
        let token = token.or_else(|| text(context.headers(), "x-amz-security-token").map(str::to_owned));
        if matches!(caller, Caller::Function(_)) && token.as_deref() != Some(lambda::SECRET) {
            return Err(s3_error!(InvalidToken, "The provided token is malformed or otherwise invalid."));
        }
        let operation = context.s3_op().name().to_owned();
        let bucket = context.s3_path().get_bucket_name().map(str::to_owned);
        if let Some(heard) = context.extensions_mut().get::<Heard>() {
            heard.is(caller, operation, bucket);
        }
        Ok(())
    }
}

/// Refuses what AWS would refuse before it looks at the signature.
pub(super) fn check(parts: &Parts) -> S3Result<()> {
    let in_query = |name: &str| query(parts.uri.query(), name);
    let authorization = text(&parts.headers, "authorization");
    if in_query("Signature").is_some() || authorization.is_some_and(|value| value.starts_with("AWS ")) {
        return Err(s3_error!(
            InvalidRequest,
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
        ));
    }
    let presigned = in_query("X-Amz-SignedHeaders");
    if in_query("X-Amz-Algorithm").is_some() && authorization.is_some() {
        return Err(s3_error!(InvalidArgument, "Only one auth mechanism allowed"));
    }
    let expires = in_query("X-Amz-Expires").and_then(|seconds| seconds.parse::<u32>().ok());
    if expires.is_some_and(|seconds| seconds > MAX_EXPIRES_SECONDS) {
        return Err(s3_error!(
            AuthorizationQueryParametersError,
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
        ));
    }
    let by_header = authorization.and_then(|value| {
        let (_, signed) = value.split_once("SignedHeaders=")?;
        Some(signed.split([',', ' ']).next().unwrap_or_default().to_owned())
    });
    let Some(signed) = presigned.or(by_header) else {
        return Ok(());
    };
    let signed: Vec<&str> = signed.split(';').collect();
    let unsigned = |name: &&str| !signed.contains(name);
    let must_be_signed =
        parts.headers.keys().map(|name| name.as_str()).filter(|name| name.starts_with("x-amz-"));
    if must_be_signed.chain(["host"]).any(|name| unsigned(&name)) {
        return Err(s3_error!(
            AccessDenied,
            "There were headers present in the request which were not signed"
        ));
    }
    if signed.iter().any(|name| !parts.headers.contains_key(*name)) {
        return Err(s3_error!(
            SignatureDoesNotMatch,
            "The request signature we calculated does not match the signature you provided. Check your key and signing method."
        ));
    }
    Ok(())
}

/// A parameter of a query, decoded.
pub(super) fn query(query: Option<&str>, wanted: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

/// A header, if it is text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
