//! A browser's way: the page, the code, and where it leads.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{BACK, CLIENT, Issuer, VERIFIER, asked, asked_with, sent_back};

#[tokio::test]
async fn a_browser_signs_in_with_pkce() {
    let data = TempDir::new().unwrap();
    let issuer = Issuer::start(data.path()).await;
    let page = issuer.show(&asked()).await;
    assert_eq!(page.status(), 200);
    let html = page.text().await.unwrap();
    for shown in ["Who are you today?", "Amira Haddad", "Dr. Ngozi Okafor", "Requester", r#"value="s&amp;1""#]
    {
        assert!(html.contains(shown), "{shown}");
    }

    let response = issuer.choose(&[&asked()[..], &[("user", "chen")]].concat()).await;
    let answer = sent_back(&response);
    assert_eq!(answer["state"], "s&1");
    let (status, tokens) = issuer.redeem(&answer["code"], VERIFIER).await;
    assert_eq!(status, 200);
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));
    let access = issuer.claims(&tokens["access_token"]).await;
    assert_eq!(
        (&access["sub"], &access["token_use"], &access["client_id"]),
        (&json!("chen"), &json!("access"), &json!(CLIENT))
    );
    assert_eq!(access["exp"].as_u64().unwrap() - access["iat"].as_u64().unwrap(), 3600);
    assert_eq!(access["cognito:groups"], Value::Null);
    let id = issuer.claims(&tokens["id_token"]).await;
    assert_eq!(
        (&id["token_use"], &id["nonce"], &id["name"]),
        (&json!("id"), &json!("n1"), &json!("Dr. Wei Chen"))
    );
}

#[tokio::test]
async fn the_page_runs_no_script_and_has_no_style_of_its_own() {
    let data = TempDir::new().unwrap();
    let issuer = Issuer::start(data.path()).await;
    let page = issuer.show(&asked_with("state", r#""><script>alert(1)</script>"#)).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self' http://web.test"));
    let html = page.text().await.unwrap();
    assert!(!html.contains("<script") && !html.contains("<style") && !html.contains("style="));
    let css = issuer.http.get(format!("{}/oauth2/issuer.css", issuer.url)).send().await.unwrap();
    assert_eq!(css.headers()["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn a_code_is_good_for_one_use_with_its_verifier() {
    let data = TempDir::new().unwrap();
    let issuer = Issuer::start(data.path()).await;
    let code = issuer.code("amira").await;
    let (status, error) = issuer.redeem(&code, &"x".repeat(43)).await;
    assert_eq!((status.as_u16(), &error["error"]), (400, &json!("invalid_grant")));
    assert_eq!(issuer.redeem(&code, VERIFIER).await.0, 400, "a wrong verifier spends the code");
    let code = issuer.code("amira").await;
    assert_eq!(issuer.redeem(&code, VERIFIER).await.0, 200);
    assert_eq!(issuer.redeem(&code, VERIFIER).await.0, 400, "a second use");
}

#[tokio::test]
async fn nobody_is_sent_to_a_foreign_origin() {
    let data = TempDir::new().unwrap();
    let issuer = Issuer::start(data.path()).await;
    for foreign in [
        "http://evil.test/",
        "https://web.test/",
        "http://web.test.evil.test/",
        "http://web.test@evil.test/",
        "http://user@web.test/",
        "http://web.test/#x",
        "javascript:alert(1)",
        "/signed-in",
    ] {
        for response in [
            issuer.show(&asked_with("redirect_uri", foreign)).await,
            issuer.choose(&[&asked_with("redirect_uri", foreign)[..], &[("user", "amira")]].concat()).await,
        ] {
            assert_eq!(response.status(), 400, "{foreign}");
            assert!(!response.headers().contains_key("location"));
        }
    }
    assert_eq!(issuer.show(&asked_with("client_id", "other")).await.status(), 400);
}

#[tokio::test]
async fn a_request_that_is_wrong_goes_back_with_an_error() {
    let data = TempDir::new().unwrap();
    let issuer = Issuer::start(data.path()).await;
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
    ] {
        let answer = sent_back(&issuer.show(&asked_with(name, value)).await);
        assert_eq!((answer["error"].as_str(), answer["state"].as_str()), (error, "s&1"));
    }
    let nobody = issuer.choose(&[&asked()[..], &[("user", "mallory")]].concat()).await;
    assert_eq!(sent_back(&nobody)["error"], "access_denied");
}

#[tokio::test]
async fn signing_out_leads_back_to_an_allowed_origin_only() {
    let data = TempDir::new().unwrap();
    let issuer = Issuer::start(data.path()).await;
    let logout = |uri: &'static str| {
        let query = [("post_logout_redirect_uri", uri), ("state", "s")];
        issuer.http.get(format!("{}/oauth2/logout", issuer.url)).query(&query).send()
    };
    assert_eq!(sent_back(&logout(BACK).await.unwrap())["state"], "s");
    assert_eq!(logout("http://evil.test/").await.unwrap().status(), 400);
}
