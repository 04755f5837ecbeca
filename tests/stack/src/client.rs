use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use serde_json::{Value, json};

use crate::{Handshake, Socket, contract::assert_answer, eventually};

/// Someone with a token.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    websocket: String,
    token: String,
}

/// What was answered.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body, or null if it is not JSON.
    pub body: Value,
    /// The body's own bytes.
    pub text: String,
    /// Its media type.
    pub content_type: String,
    /// Seconds.
    pub retry_after: Option<u64>,
}

impl Reply {
    /// The stable code of a problem, or nothing.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Client {
    pub(crate) fn new(http: reqwest::Client, base: String, websocket: String, token: String) -> Self {
        Self { http, base, websocket, token }
    }

    /// Requests that go elsewhere, and say not who makes them.
    pub(crate) fn anonymous(&self) -> &reqwest::Client {
        &self.http
    }

    /// Reads a path.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.http.get(format!("{}{path}", self.base))).await
    }

    /// Posts a body as it is.
    pub async fn post_raw(&self, path: &str, body: impl Into<reqwest::Body>) -> Reply {
        let request = self.http.post(format!("{}{path}", self.base)).header(CONTENT_TYPE, "application/json");
        self.send(request.body(body)).await
    }

    /// Posts a message to a case.
    pub async fn post(&self, case_id: &str, message: &Value) -> Reply {
        self.post_raw(&format!("/cases/{case_id}/messages"), message.to_string()).await
    }

    /// Says how far one has read.
    pub async fn read(&self, case_id: &str, body: &Value) -> Reply {
        self.put_json(&format!("/cases/{case_id}/read"), body).await
    }

    /// Puts a body to a path.
    pub async fn put_json(&self, path: &str, body: &Value) -> Reply {
        let request = self.http.put(format!("{}{path}", self.base)).header(CONTENT_TYPE, "application/json");
        self.send(request.body(body.to_string())).await
    }

    /// Writes to a case: a new message behind that anchor.
    pub async fn write(&self, case_id: &str, after: u64, text: &str) -> Reply {
        self.post(case_id, &json!({ "clientId": crate::new_id(), "after": after, "body": text })).await
    }

    /// Waits until this person is one of the two on a case.
    pub async fn shares(&self, case_id: &str) {
        eventually("they share the case", || async {
            (self.get(&format!("/cases/{case_id}/messages")).await.status == 200).then_some(())
        })
        .await;
    }

    /// Every record of a case, page by page.
    pub async fn thread(&self, case_id: &str) -> Vec<Value> {
        let mut records: Vec<Value> = Vec::new();
        let first = self.get(&format!("/cases/{case_id}/messages?before=9007199254740991&limit=1")).await;
        assert_eq!(first.status, 200, "{}", first.text);
        let head = first.body["head"].as_u64().expect("a head");
        let zero = self.get(&format!("/cases/{case_id}/messages?before=1&limit=1")).await;
        records.extend(zero.body["records"].as_array().expect("records").clone());
        while (records.len() as u64) <= head {
            let last = records.len() - 1;
            let page = self.get(&format!("/cases/{case_id}/messages?after={last}&limit=100")).await;
            let more = page.body["records"].as_array().expect("records").clone();
            assert!(!more.is_empty(), "a page before the head is not empty");
            records.extend(more);
        }
        records
    }

    /// Opens a socket, or says with which status it was refused.
    pub async fn connect(&self) -> Result<Socket, u16> {
        Handshake::new(&self.websocket)
            .protocols(&["case-chat.v1", &format!("bearer.{}", self.token)])
            .open()
            .await
    }

    /// A handshake to be made as one likes.
    #[must_use]
    pub fn handshake(&self) -> Handshake {
        Handshake::new(&self.websocket)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let request = if self.token.is_empty() {
            request
        } else {
            request.header(AUTHORIZATION, format!("Bearer {}", self.token))
        };
        let request = request.build().expect("a request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.http.execute(request).await.expect("an answer");
        let header =
            |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let content_type = header(CONTENT_TYPE).unwrap_or_default();
        let retry_after = header(RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or_default();
        let reply = Reply { status, body, text, content_type, retry_after };
        // Not where times are measured.
        if cfg!(debug_assertions) {
            assert_answer(method.as_str(), &path, &reply);
        }
        reply
    }
}
