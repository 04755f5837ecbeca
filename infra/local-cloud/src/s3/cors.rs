//! CORS, as a bucket's configuration has it: which pages may use it from a browser.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use super::signed::text;
use crate::template::CorsRule;

const NOT_ALLOWED: &str = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of \
     Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by \
     the resource's CORS spec.";
const VARY: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/// Answers a preflight.
pub(super) fn preflight(rules: &[CorsRule], headers: &HeaderMap) -> S3Result<Response> {
    let insufficient =
        |what| s3_error!(InvalidRequest, "Insufficient information. {what} request header needed.");
    let origin = text(headers, "origin").ok_or_else(|| insufficient("Origin"))?;
    let method = text(headers, "access-control-request-method")
        .ok_or_else(|| insufficient("Access-Control-Request-Method"))?;
    let wanted = text(headers, "access-control-request-headers").unwrap_or_default().to_ascii_lowercase();
    let wanted: Vec<&str> = wanted.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if rules.is_empty() {
        return Err(forbidden("CORSResponse: CORS is not enabled for this bucket."));
    }
    let fitting = rules.iter().find(|rule| {
        let allowed =
            |name: &&str| rule.headers.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), name));
        fits(rule, origin, method) && wanted.iter().all(allowed)
    });
    let rule = fitting.ok_or_else(|| forbidden(NOT_ALLOWED))?;
    let mut answer = granted(rule, origin);
    if !wanted.is_empty() {
        set(&mut answer, header::ACCESS_CONTROL_ALLOW_HEADERS, &wanted.join(", "));
    }
    Ok((StatusCode::OK, answer, Body::empty()).into_response())
}

/// What the answer to any other request says of CORS.
pub(super) fn for_request(rules: &[CorsRule], method: &Method, headers: &HeaderMap) -> HeaderMap {
    let Some(origin) = text(headers, "origin") else {
        return HeaderMap::new();
    };
    let rule = rules.iter().find(|rule| fits(rule, origin, method.as_str()));
    rule.map_or_else(HeaderMap::new, |rule| granted(rule, origin))
}

fn fits(rule: &CorsRule, origin: &str, method: &str) -> bool {
    rule.methods.iter().any(|known| known == method)
        && rule.origins.iter().any(|pattern| matches(pattern, origin))
}

fn granted(rule: &CorsRule, origin: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if rule.origins.iter().any(|known| known == "*") {
        set(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    } else {
        set(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        set(&mut headers, header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    set(&mut headers, header::ACCESS_CONTROL_ALLOW_METHODS, &rule.methods.join(", "));
    if !rule.exposed.is_empty() {
        set(&mut headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, &rule.exposed.join(", "));
    }
    if let Some(seconds) = rule.max_age {
        set(&mut headers, header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
    }
    set(&mut headers, header::VARY, VARY);
    headers
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

fn forbidden(message: &'static str) -> S3Error {
    let mut error = S3Error::with_message(S3ErrorCode::Custom("AccessForbidden".into()), message);
    error.set_status_code(StatusCode::FORBIDDEN);
    error
}
