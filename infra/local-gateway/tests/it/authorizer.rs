//! The JWT authorizer against the local issuer's keys.

use case_chat_local_gateway::{HttpApi, HttpRoute, JwtAuthorizer, http_router};
use case_chat_local_issuer::{IssuerOptions, Signer};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use time::OffsetDateTime;

use crate::http_api::route;
use crate::support::{Functions, serve, serve_on};

struct Authorized {
    url: String,
    issuer: String,
    signer: Signer,
    functions: Arc<Functions>,
    _data: TempDir,
}

impl Authorized {
    async fn start() -> Self {
        let data = TempDir::new().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let options = IssuerOptions {
            issuer_url: issuer.clone(),
            data_dir: data.path().to_owned(),
            redirect_origins: Vec::new(),
            client_id: "case-chat".into(),
        };
        serve_on(listener, case_chat_local_issuer::router(options).unwrap());
        let functions = Functions::fine();
        Self {
            url: api_for(&issuer, &functions).await,
            signer: Signer::load_or_create(data.path()).unwrap(),
            issuer,
            functions,
            _data: data,
        }
    }

    /// Claims that hold.
    fn claims(&self) -> Value {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        json!({ "iss": self.issuer, "aud": "case-chat", "sub": "amira", "iat": now, "exp": now + 60, "n": 7 })
    }

    fn changed(&self, name: &str, value: Value) -> Value {
        let mut claims = self.claims();
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value,
        }
        claims
    }

    async fn call(&self, token: &str) -> Response {
        Client::new().get(format!("{}/x", self.url)).bearer_auth(token).send().await.unwrap()
    }
}

async fn api_for(issuer: &str, functions: &Arc<Functions>) -> String {
    let authorizer = JwtAuthorizer { issuer: issuer.to_owned(), audience: vec!["case-chat".into()] };
    let guarded = HttpRoute { authorizer: Some(authorizer), ..route("GET", "/x") };
    let api = HttpApi { routes: vec![guarded], cors: None, api_id: "api1".into() };
    format!("http://{}", serve(http_router(api, functions.clone())).await)
}

#[tokio::test]
async fn a_token_that_holds_passes_with_its_claims_as_text() {
    let api = Authorized::start().await;
    let mut claims = api.claims();
    claims["cognito:groups"] = json!(["admin", "staff"]);
    assert_eq!(api.call(&api.signer.sign(&claims)).await.status(), 200);
    let event = api.functions.events("fn").remove(0);
    let jwt = &event["requestContext"]["authorizer"]["jwt"];
    assert_eq!(jwt["claims"]["sub"], "amira");
    assert_eq!(jwt["claims"]["n"], "7");
    assert_eq!(jwt["claims"]["cognito:groups"], "[admin staff]");
    assert_eq!(jwt["scopes"], Value::Null);
}

#[tokio::test]
async fn client_id_stands_in_for_an_absent_audience() {
    let api = Authorized::start().await;
    let mut claims = api.changed("aud", Value::Null);
    claims["client_id"] = "case-chat".into();
    assert_eq!(api.call(&api.signer.sign(&claims)).await.status(), 200);
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_refused() {
    let api = Authorized::start().await;
    let now = OffsetDateTime::now_utc().unix_timestamp();
    for (what, claims) in [
        ("expired", api.changed("exp", (now - 1).into())),
        ("no expiry", api.changed("exp", Value::Null)),
        ("expiry as text", api.changed("exp", "tomorrow".into())),
        ("not yet", api.changed("nbf", (now + 60).into())),
        ("nbf as text", api.changed("nbf", "now".into())),
        ("issued in the future", api.changed("iat", (now + 60).into())),
        ("another issuer", api.changed("iss", "http://evil.test".into())),
        ("no issuer", api.changed("iss", Value::Null)),
        ("another audience", api.changed("aud", "other".into())),
        ("no audience", api.changed("aud", Value::Null)),
    ] {
        assert_eq!(api.call(&api.signer.sign(&claims)).await.status(), 401, "{what}");
    }
    assert!(api.functions.events("fn").is_empty());
}

#[tokio::test]
async fn a_signature_by_anything_but_the_issuers_key_is_refused() {
    let api = Authorized::start().await;
    let other = Signer::generate().unwrap();
    let header = |alg: &str| json!({ "alg": alg, "kid": api.signer.kid(), "typ": "JWT" });
    let jwk =
        json!({ "alg": "RS256", "kid": api.signer.kid(), "jwk": other.jwk(), "jku": "http://evil.test/" });
    for (what, token) in [
        ("another key", other.sign_with_header(&header("RS256"), &api.claims())),
        ("another key, carried along", other.sign_with_header(&jwk, &api.claims())),
        ("unknown kid", other.sign(&api.claims())),
        ("no kid", api.signer.sign_with_header(&json!({ "alg": "RS256" }), &api.claims())),
        ("none", api.signer.sign_with_header(&header("none"), &api.claims())),
        ("HS256", api.signer.sign_with_header(&header("HS256"), &api.claims())),
        ("RS512", api.signer.sign_with_header(&header("RS512"), &api.claims())),
        ("nonsense", "a.b.c".to_owned()),
    ] {
        let response = api.call(&token).await;
        assert_eq!(response.status(), 401, "{what}");
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains("invalid_token"), "{what}: {challenge}");
    }
    assert!(api.functions.events("fn").is_empty());
}

#[tokio::test]
async fn without_a_token_the_challenge_is_bare() {
    let api = Authorized::start().await;
    let response = Client::new().get(format!("{}/x", api.url)).send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    assert_eq!(response.json::<Value>().await.unwrap(), json!({ "message": "Unauthorized" }));
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_vouches_for_nobody() {
    let functions = Functions::fine();
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let url = api_for(&issuer, &functions).await;
    let token = Signer::generate().unwrap().sign(&json!({ "iss": issuer }));
    let response = Client::new().get(format!("{url}/x")).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.status(), 401);
}
