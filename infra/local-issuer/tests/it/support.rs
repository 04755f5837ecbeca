//! An issuer on port 0, and the requests of a browser and a script.
use std::collections::HashMap;
use std::path::Path;

use case_chat_local_issuer::{IssuerOptions, router};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use url::Url;

pub(crate) const CLIENT: &str = "case-chat";
pub(crate) const BACK: &str = "http://web.test/signed-in";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) struct Issuer {
    pub(crate) url: String,
    pub(crate) http: Client,
}

impl Issuer {
    pub(crate) async fn start(data: &Path) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self::serve(listener, data, url.clone());
        Self::at(url)
    }

    pub(crate) fn serve(listener: tokio::net::TcpListener, data: &Path, issuer_url: String) {
        let options = IssuerOptions {
            issuer_url,
            data_dir: data.to_owned(),
            redirect_origins: vec!["http://web.test".into()],
            client_id: CLIENT.into(),
        };
        let router = router(options).unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
    }

    pub(crate) fn at(url: String) -> Self {
        Self { url, http: Client::builder().redirect(Policy::none()).build().unwrap() }
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        self.http.get(format!("{}{path}", self.url)).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn show(&self, request: &[(&str, &str)]) -> Response {
        self.http.get(format!("{}/oauth2/authorize", self.url)).query(request).send().await.unwrap()
    }

    pub(crate) async fn choose(&self, request: &[(&str, &str)]) -> Response {
        self.http.post(format!("{}/oauth2/authorize", self.url)).form(request).send().await.unwrap()
    }

    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let response = self.http.post(format!("{}/oauth2/token", self.url)).form(form).send().await.unwrap();
        assert_eq!(response.headers()["cache-control"], "no-store");
        (response.status(), response.json().await.unwrap())
    }

    /// Signs somebody in as a browser does, up to the code.
    pub(crate) async fn code(&self, user: &str) -> String {
        let response = self.choose(&[&asked()[..], &[("user", user)]].concat()).await;
        sent_back(&response)["code"].clone()
    }

    pub(crate) async fn redeem(&self, code: &str, verifier: &str) -> (StatusCode, Value) {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", verifier),
        ])
        .await
    }

    /// The claims of a token, verified with the published key.
    pub(crate) async fn claims(&self, token: &Value) -> Value {
        let token = token.as_str().unwrap();
        let header = jsonwebtoken::decode_header(token).unwrap();
        assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::RS256, Some("JWT")));
        let keys: JwkSet = serde_json::from_value(self.json("/.well-known/jwks.json").await).unwrap();
        let key = DecodingKey::from_jwk(keys.find(&header.kid.unwrap()).unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&[CLIENT]);
        validation.set_issuer(&[&self.url]);
        jsonwebtoken::decode(token, &key, &validation).unwrap().claims
    }
}

/// A good authorization request.
pub(crate) fn asked() -> Vec<(&'static str, &'static str)> {
    vec![
        ("client_id", CLIENT),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("scope", "openid profile"),
        ("state", "s&1"),
        ("nonce", "n1"),
    ]
}

pub(crate) fn asked_with(name: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    asked().into_iter().map(|(known, old)| (known, if known == name { value } else { old })).collect()
}

pub(crate) fn sent_back(response: &Response) -> HashMap<String, String> {
    assert_eq!(response.status(), 303);
    let location = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    assert!(location.as_str().starts_with(BACK));
    location.query_pairs().into_owned().collect()
}
