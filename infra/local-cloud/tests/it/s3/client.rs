//! A stack with buckets, and requests to it that are signed by whom a test says.

use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use case_chat_local_cloud::{Options, Running, start};
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use super::template::TEMPLATE;
use crate::support::examples;

pub(crate) const QUARANTINE: &str = "/case-chat-quarantine";
pub(crate) const ATTACHMENTS: &str = "/case-chat-attachments";
/// The account's own access key id.
pub(crate) const ACCOUNT: &str = "local";

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and S3's code.
    pub(crate) fn code(&self) -> (u16, String) {
        let text = self.text();
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        (self.status, code.map_or_else(String::new, |(code, _)| code.to_owned()))
    }
}

/// A request before it is signed.
#[derive(Clone)]
pub(crate) struct Ask<'a> {
    pub(crate) by: &'a str,
    pub(crate) method: Method,
    /// With its query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'a str, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn ask<'a>(by: &'a str, method: Method, path: impl Into<String>) -> Ask<'a> {
    Ask { by, method, path: path.into(), headers: Vec::new(), body: Vec::new() }
}

impl<'a> Ask<'a> {
    pub(crate) fn header(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The request for a host, with its signature in a header, or in the URL for so many seconds.
    pub(crate) fn sign(&self, base: &str, expires: Option<u64>, at: SystemTime) -> http::Request<Vec<u8>> {
        let host = base.trim_start_matches("http://").to_owned();
        let mut request =
            http::Request::builder().method(self.method.as_str()).uri(format!("{base}{}", self.path));
        for (name, value) in self.headers.iter().chain([&("host", host)]) {
            request = request.header(*name, value);
        }
        let mut request = request.body(self.body.clone()).unwrap();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        match expires {
            Some(seconds) => {
                settings.signature_location = SignatureLocation::QueryParams;
                settings.expires_in = Some(Duration::from_secs(seconds));
            }
            None => settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256,
        }
        let token = (self.by != ACCOUNT).then(|| "local".to_owned());
        let identity = Credentials::new(self.by, "local", token, None, "test").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-central-1")
            .name("s3")
            .time(at)
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let body =
            if expires.is_some() { SignableBody::UnsignedPayload } else { SignableBody::Bytes(&self.body) };
        let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let uri = request.uri().to_string();
        let signable = SignableRequest::new(self.method.as_str(), uri, headers, body).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        instructions.apply_to_request_http1x(&mut request);
        request
    }
}

/// A local cloud with the template above, or another.
pub(crate) struct Cloud {
    pub(crate) running: Running,
    options: Options,
    pub(crate) directory: TempDir,
}

pub(crate) fn options(directory: &Path, template: &str) -> Options {
    let file = directory.join("template.yaml");
    std::fs::write(&file, template).unwrap();
    Options {
        template: file,
        port: 0,
        data: directory.join("data"),
        functions: examples(),
        endpoints: directory.join("endpoints.json"),
        no_seed: true,
        ..Options::default()
    }
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        Self::of(TEMPLATE).await
    }

    pub(crate) async fn of(template: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let options = options(directory.path(), template);
        Self { running: start(options.clone()).await.unwrap(), options, directory }
    }

    pub(crate) async fn restart(self) -> Self {
        self.running.stop().await;
        Self { running: start(self.options.clone()).await.unwrap(), ..self }
    }

    pub(crate) fn base(&self) -> &str {
        &self.running.endpoints.aws
    }

    /// Makes a request that is signed in its headers.
    pub(crate) async fn send(&self, ask: Ask<'_>) -> Answer {
        deliver(ask.sign(self.base(), None, now())).await
    }

    /// Makes a request by a URL that was signed for a minute.
    pub(crate) async fn by_url(&self, ask: Ask<'_>) -> Answer {
        deliver(self.presigned(&ask, now())).await
    }

    /// A request by a URL that was signed at a moment, for a minute.
    pub(crate) fn presigned(&self, ask: &Ask<'_>, at: SystemTime) -> http::Request<Vec<u8>> {
        ask.sign(self.base(), Some(60), at)
    }

    /// The files with what objects hold.
    pub(crate) fn files(&self) -> usize {
        std::fs::read_dir(self.directory.path().join("data/objects")).unwrap().count()
    }

    pub(crate) async fn ledger(&self) -> Vec<Value> {
        reqwest::get(format!("{}/_local/requests", self.base())).await.unwrap().json().await.unwrap()
    }
}

pub(crate) async fn deliver(request: http::Request<Vec<u8>>) -> Answer {
    let request = reqwest::Request::try_from(request).unwrap();
    let answer = reqwest::Client::new().execute(request).await.unwrap();
    Answer {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.bytes().await.unwrap().to_vec(),
    }
}

#[expect(clippy::disallowed_methods, reason = "what is signed is signed now")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// SHA-256 of `hello`, in Base64.
pub(crate) const HELLO_SHA256: &str = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

/// An upload of `hello` as a browser makes it: all that matters is signed.
pub(crate) fn upload(by: &str, key: &str) -> Ask<'static> {
    let by: &'static str = Box::leak(by.to_owned().into_boxed_str());
    ask(by, Method::PUT, format!("{QUARANTINE}/{key}"))
        .header("content-type", "application/pdf")
        .header("content-length", "5")
        .header("if-none-match", "*")
        .header("x-amz-checksum-sha256", HELLO_SHA256)
        .body("hello")
}
