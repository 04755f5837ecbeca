//! Who is calling, which service, and what for: parsed once, here.

use std::collections::BTreeMap;

use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};

use super::Refusal;

/// The account's own access key id.
const ACCOUNT_KEY: &str = "local";
/// The access key id of all functions at once, where one environment serves them all.
pub(crate) const WATCHED_KEY: &str = "watched";

/// An emulated service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// DynamoDB.
    DynamoDb,
    /// DynamoDB Streams.
    DynamoDbStreams,
    /// SQS.
    Queues,
    /// EventBridge.
    Events,
    /// SES.
    Mail,
    /// KMS.
    Keys,
    /// Lambda.
    Functions,
    /// The WebSocket API's management.
    ExecuteApi,
    /// S3: whatever is none of the others.
    S3,
}

impl Service {
    const BY_TARGET: [(&str, Self); 5] = [
        ("DynamoDB_20120810", Self::DynamoDb),
        ("DynamoDBStreams_20120810", Self::DynamoDbStreams),
        ("AmazonSQS", Self::Queues),
        ("AWSEvents", Self::Events),
        ("TrentService", Self::Keys),
    ];

    /// Its name in IAM's actions.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::DynamoDb | Self::DynamoDbStreams => "dynamodb",
            Self::Queues => "sqs",
            Self::Events => "events",
            Self::Mail => "ses",
            Self::Keys => "kms",
            Self::Functions => "lambda",
            Self::ExecuteApi => "execute-api",
            Self::S3 => "s3",
        }
    }
}

/// Whose credentials a request carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The account's own.
    Account,
    /// A function's, by logical id.
    Function(String),
    /// Some function's under `cargo lambda watch`, which cannot give each its own: no policy is evaluated for it.
    Watched,
}

impl Caller {
    /// Whose an access key id is.
    pub fn of(access_key_id: &str, functions: &BTreeMap<String, String>) -> Option<Self> {
        if access_key_id == ACCOUNT_KEY {
            return Some(Self::Account);
        }
        if access_key_id == WATCHED_KEY {
            return Some(Self::Watched);
        }
        functions.get(access_key_id).cloned().map(Self::Function)
    }

    /// Its name in the ledger.
    pub fn name(&self) -> &str {
        match self {
            Self::Account => ACCOUNT_KEY,
            Self::Function(function) => function,
            Self::Watched => WATCHED_KEY,
        }
    }
}

/// A request, as far as one must know it to decide whether it may be made.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who.
    pub caller: Caller,
    /// Of which service.
    pub service: Service,
    /// What: `PutItem`, `SendEmail`, or method and path for Lambda and the management API.
    pub operation: String,
}

impl Call {
    /// Reads a request's head; the error is the service's own answer.
    pub(super) fn read(parts: &Parts, functions: &BTreeMap<String, String>) -> Result<Self, Refusal> {
        let (service, operation) = target(parts)?;
        let caller = match access_key_id(&parts.headers) {
            Some(key) => Caller::of(key, functions)
                .ok_or_else(|| refuse(service, "The security token included in the request is invalid."))?,
            None => return Err(refuse(service, "The request carries no credentials.")),
        };
        Ok(Self { caller, service, operation })
    }
}

/// Whether a request is S3's: it names no other service, neither in a header nor by its path.
pub(super) fn is_for_s3(parts: &Parts) -> bool {
    let path = parts.uri.path();
    !parts.headers.contains_key("x-amz-target")
        && !is_management(path)
        && !is_mail(path)
        && !is_invocation(path)
}

/// The version of Lambda's API; no template here calls a bucket so.
fn is_invocation(path: &str) -> bool {
    path.starts_with("/2015-03-31/functions/")
}

/// No bucket can have so short a name.
fn is_mail(path: &str) -> bool {
    path.starts_with("/v2/email/")
}

fn is_management(path: &str) -> bool {
    // The route, behind a stage or not: an object's key may have such a part further on.
    path.split('/').take(3).any(|segment| segment == "@connections" || segment == "%40connections")
}

fn target(parts: &Parts) -> Result<(Service, String), Refusal> {
    let path = parts.uri.path();
    if is_management(path) {
        return Ok((Service::ExecuteApi, format!("{} {path}", parts.method)));
    }
    if is_invocation(path) {
        return Ok((Service::Functions, format!("{} {path}", parts.method)));
    }
    if is_mail(path) {
        return match (parts.method.as_str(), path) {
            ("POST", "/v2/email/outbound-emails") => Ok((Service::Mail, "SendEmail".to_owned())),
            _ => Err(unknown()),
        };
    }
    let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or("");
    let (prefix, operation) = target.split_once('.').unwrap_or((target, ""));
    let service = Service::BY_TARGET.iter().find(|(known, _)| *known == prefix);
    match service {
        Some((_, service)) => Ok((*service, operation.to_owned())),
        None => Err(unknown()),
    }
}

fn unknown() -> Refusal {
    Refusal::client("UnknownOperationException", "This is not emulated here.")
}

/// The access key id of a SigV4 Authorization header.
fn access_key_id(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get("authorization")?.to_str().ok()?;
    let (_, credential) = authorization.split_once("Credential=")?;
    credential.split_once('/').map(|(key, _)| key)
}

fn refuse(service: Service, message: &str) -> Refusal {
    let code = "UnrecognizedClientException";
    match service {
        Service::ExecuteApi | Service::Mail | Service::Functions => {
            Refusal::over_rest(StatusCode::FORBIDDEN, code, message)
        }
        _ => Refusal::client(code, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn read(target: &str, authorization: Option<&str>) -> Result<Call, StatusCode> {
        let mut request = Request::post("/").header("x-amz-target", target);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let functions = BTreeMap::from([("LOCALConnect".to_owned(), "Connect".to_owned())]);
        Call::read(&parts, &functions).map_err(|refusal| refusal.status())
    }

    const SCOPE: &str = "/20260105/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00";

    #[test]
    fn each_function_is_known_by_its_own_key() {
        let header = format!("AWS4-HMAC-SHA256 Credential=LOCALConnect{SCOPE}");
        let call = read("DynamoDB_20120810.PutItem", Some(&header)).unwrap();
        assert_eq!(call.caller, Caller::Function("Connect".into()));
        assert_eq!((call.service, call.operation.as_str()), (Service::DynamoDb, "PutItem"));
    }

    #[test]
    fn unknown_and_missing_credentials_are_refused() {
        let header = format!("AWS4-HMAC-SHA256 Credential=AKIAOTHER{SCOPE}");
        assert_eq!(read("AmazonSQS.SendMessage", Some(&header)).unwrap_err(), StatusCode::BAD_REQUEST);
        assert_eq!(read("AmazonSQS.SendMessage", None).unwrap_err(), StatusCode::BAD_REQUEST);
    }
}
