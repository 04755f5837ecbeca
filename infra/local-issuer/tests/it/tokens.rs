//! Discovery, and tokens without the page.

use serde_json::json;
use tempfile::TempDir;

use crate::support::{CLIENT, Issuer, VERIFIER};

#[tokio::test]
async fn a_restart_signs_nobody_out() {
    let data = TempDir::new().unwrap();
    let first = Issuer::start(data.path()).await;
    let code = first.code("lucas").await;
    let tokens = first.redeem(&code, VERIFIER).await.1;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    Issuer::serve(listener, data.path(), first.url.clone());
    let again = Issuer::at(format!("http://{address}"));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", refresh)];
    let (status, refreshed) = again.token(&form).await;
    assert_eq!(status, 200);
    assert_eq!(first.claims(&refreshed["access_token"]).await["sub"], "lucas");
    assert_ne!(refreshed["refresh_token"], tokens["refresh_token"]);

    let access = tokens["access_token"].as_str().unwrap();
    let misuse = again.token(&[("grant_type", "refresh_token"), ("refresh_token", access)]).await;
    assert_eq!((misuse.0.as_u16(), &misuse.1["error"]), (400, &json!("invalid_grant")));
}

#[tokio::test]
async fn scripts_get_tokens_by_name() {
    let data = TempDir::new().unwrap();
    let issuer = Issuer::start(data.path()).await;
    let (status, tokens) = issuer.token(&[("grant_type", "password"), ("username", "admin")]).await;
    assert_eq!(status, 200);
    assert_eq!(issuer.claims(&tokens["access_token"]).await["cognito:groups"], json!(["admin"]));
    let brief = [("grant_type", "password"), ("username", "amira"), ("expires_in", "5")];
    let claims = issuer.claims(&issuer.token(&brief).await.1["access_token"]).await;
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 5);
    for (form, status, error) in [
        (&[("grant_type", "password"), ("username", "mallory")][..], 400, "invalid_grant"),
        (&[("grant_type", "password")], 400, "invalid_request"),
        (
            &[("grant_type", "password"), ("username", "amira"), ("expires_in", "3601")],
            400,
            "invalid_request",
        ),
        (&[("grant_type", "password"), ("username", "amira"), ("client_id", "other")], 401, "invalid_client"),
        (&[("grant_type", "device_code")], 400, "unsupported_grant_type"),
        (&[("username", "amira")], 400, "invalid_request"),
    ] {
        let answer = issuer.token(form).await;
        assert_eq!((answer.0.as_u16(), answer.1["error"].as_str()), (status, Some(error)), "{form:?}");
    }
}

#[tokio::test]
async fn discovery_names_what_there_is_and_allowed_origins_may_read_it() {
    let data = TempDir::new().unwrap();
    let issuer = Issuer::start(data.path()).await;
    let discovery = issuer.json("/.well-known/openid-configuration").await;
    assert_eq!(discovery["issuer"], issuer.url);
    assert_eq!(discovery["code_challenge_methods_supported"], json!(["S256"]));
    for path in ["/.well-known/openid-configuration", "/.well-known/jwks.json"] {
        let ask = |origin: &'static str| {
            issuer.http.get(format!("{}{path}", issuer.url)).header("Origin", origin).send()
        };
        assert_eq!(
            ask("http://web.test").await.unwrap().headers()["access-control-allow-origin"],
            "http://web.test"
        );
        assert!(
            !ask("http://evil.test").await.unwrap().headers().contains_key("access-control-allow-origin")
        );
    }
}
