//! Tokens that must not hold, on HTTP and at the handshake.

use case_chat_local_issuer::Signer;
use case_chat_stack_tests::Cloud;
use serde_json::{Value, json};

use crate::amira_and_chen;

fn now() -> i64 {
    let since_1970 = std::time::UNIX_EPOCH.elapsed().expect("after 1970");
    i64::try_from(since_1970.as_secs()).expect("before 9999")
}

fn claims(issuer: &str) -> Value {
    json!({
        "sub": "amira",
        "iss": issuer,
        "aud": "case-chat-web",
        "token_use": "access",
        "iat": now(),
        "exp": now() + 600,
    })
}

fn without(claims: &Value, name: &str) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_does_not_hold_is_refused_on_http_and_at_the_handshake() {
    let cloud = Cloud::start().await;
    amira_and_chen(&cloud).await;
    let (ours, others) = (cloud.signer(), Signer::generate().expect("a key"));
    let good = claims(cloud.url("issuer"));
    let foreign = with(&with(&good, "aud", json!("other")), "client_id", json!("case-chat-web"));
    let header = |alg: &str| json!({ "alg": alg, "typ": "JWT", "kid": ours.kid() });
    let tokens = [
        ("expired", ours.sign(&with(&good, "exp", json!(now() - 60)))),
        ("not yet valid", ours.sign(&with(&good, "nbf", json!(now() + 60)))),
        ("by another key", others.sign(&good)),
        ("by another key under our kid", others.sign_with_header(&header("RS256"), &good)),
        ("alg none", ours.sign_with_header(&header("none"), &good)),
        ("HS256 over the public key", ours.sign_with_header(&header("HS256"), &good)),
        ("without aud", ours.sign(&without(&good, "aud"))),
        ("for another audience", ours.sign(&with(&good, "aud", json!("other")))),
        ("of our client for another audience", ours.sign(&foreign)),
        ("without iss", ours.sign(&without(&good, "iss"))),
        ("of another issuer", ours.sign(&with(&good, "iss", json!("https://elsewhere.example")))),
        ("without exp", ours.sign(&without(&good, "exp"))),
        ("without sub", ours.sign(&without(&good, "sub"))),
        ("an ID token", ours.sign(&with(&good, "token_use", json!("id")))),
        ("without a key id", ours.sign_with_header(&json!({ "alg": "RS256" }), &good)),
        ("no token at all", String::new()),
        ("no JWT", "abc".to_owned()),
        ("too long", format!("{}.{}.x", "a".repeat(5_000), "b".repeat(4_000))),
    ];
    for (what, token) in tokens {
        let client = cloud.client(&token);
        // Over 10 KiB of headers the gateway itself refuses, with a status of its own.
        assert_eq!(client.get("/cases/case-1/messages").await.status, 401, "{what}");
        assert_eq!(client.write("case-1", 0, "text").await.status, 401, "{what}");
        assert_eq!(client.get("/cases").await.status, 401, "{what}");
        assert_eq!(client.read("case-1", &json!({ "seq": 0 })).await.status, 401, "{what}");
        assert_eq!(client.connect().await.err(), Some(401), "{what}");
    }
    let client = cloud.client(&ours.sign(&good));
    assert_eq!(client.get("/cases/case-1/messages").await.status, 200, "the same without a flaw holds");
    assert!(client.connect().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn cognitos_access_tokens_name_the_audience_in_client_id() {
    let cloud = Cloud::start().await;
    amira_and_chen(&cloud).await;
    let claims = with(&without(&claims(cloud.url("issuer")), "aud"), "client_id", json!("case-chat-web"));
    let client = cloud.client(&cloud.signer().sign(&claims));
    assert_eq!(client.get("/cases").await.status, 200);
    assert!(client.connect().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handshake_refuses_administrators_foreign_pages_and_unknown_protocols() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let bearer = format!("bearer.{}", cloud.signer().sign(&claims(cloud.url("issuer"))));
    let ours = ["case-chat.v1", bearer.as_str()];

    assert_eq!(cloud.sign_in("admin").await.connect().await.err(), Some(403));
    let foreign = amira.handshake().protocols(&ours).origin("https://evil.example");
    assert_eq!(foreign.open().await.err(), Some(403));
    assert_eq!(amira.handshake().protocols(&[&bearer]).open().await.err(), Some(401));
    assert_eq!(amira.handshake().open().await.err(), Some(401));

    let own = amira.handshake().protocols(&ours).origin(cloud.url("web")).open().await.expect("our page");
    assert_eq!(own.protocol, "case-chat.v1");
}
