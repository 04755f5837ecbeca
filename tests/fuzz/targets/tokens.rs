//! Tokens: as they come, and as the issuer would sign whatever claims they have. What is accepted truly holds.
#![no_main]

use std::sync::OnceLock;

use case_chat_domain::Timestamp;
use case_chat_entry::{
    environment::Environment,
    identity::{Caller, Identity, Terms, Verified},
};
use case_chat_local_issuer::{IssuerOptions, Signer, router};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

const AUDIENCE: &str = "case-chat-web";
const NOW_SECONDS: i64 = 1_800_000_000;
const LEEWAY_SECONDS: f64 = 5.0;

struct Setting {
    runtime: Runtime,
    issuer: String,
    signer: Signer,
    identity: Identity,
}

/// An issuer that answers, and who asks it for its keys.
fn setting() -> &'static Setting {
    static SETTING: OnceLock<Setting> = OnceLock::new();
    SETTING.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let directory = tempfile::tempdir().expect("a directory").keep();
        let signer = Signer::load_or_create(&directory).expect("a key");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("bound"));
        let options = IssuerOptions {
            issuer_url: issuer.clone(),
            data_dir: directory,
            redirect_origins: Vec::new(),
            client_id: AUDIENCE.to_owned(),
        };
        runtime.spawn(async move { axum::serve(listener, router(options).expect("an issuer")).await });
        let environment = Environment::of([
            ("ISSUER", issuer.clone()),
            ("AUDIENCE", AUDIENCE.to_owned()),
            ("USER_CLAIM", "sub".to_owned()),
            ("ADMIN_CLAIM", "cognito:groups".to_owned()),
            ("ADMIN_GROUP", "admin".to_owned()),
        ]);
        let identity = Identity::new(Terms::from_environment(&environment).expect("terms"));
        Setting { runtime, issuer, signer, identity }
    })
}

fn verify(token: &str) -> Option<Verified> {
    let Setting { runtime, identity, .. } = setting();
    runtime.block_on(identity.verify(token, Timestamp::from_millis(NOW_SECONDS * 1000))).ok()
}

fn says(claim: Option<&Value>, wanted: &str) -> bool {
    match claim {
        Some(Value::String(text)) => text == wanted,
        Some(Value::Array(texts)) => texts.iter().any(|text| text == wanted),
        _ => false,
    }
}

fn assert_holds(claims: &Map<String, Value>, verified: &Verified) {
    let now = NOW_SECONDS as f64;
    assert!(says(claims.get("iss"), &setting().issuer));
    assert!(says(claims.get("aud").or(claims.get("client_id")), AUDIENCE));
    assert!(claims["exp"].as_f64().is_some_and(|expires| expires > now - LEEWAY_SECONDS));
    let valid_from = claims.get("nbf").map(|from| from.as_f64().expect("a number"));
    assert!(valid_from.is_none_or(|from| from <= now + LEEWAY_SECONDS));
    assert!(claims.get("token_use").is_none_or(|purpose| purpose == "access"));
    match &verified.caller {
        Caller::Administrator => assert!(says(claims.get("cognito:groups"), "admin")),
        Caller::Person(user_id) => {
            assert!(!says(claims.get("cognito:groups"), "admin"));
            assert_eq!(claims["sub"], user_id.as_str());
        }
    }
}

fuzz_target!(|text: &str| {
    assert!(verify(text).is_none(), "nobody but the issuer can sign");
    let Ok(Value::Object(changes)) = serde_json::from_str(text) else {
        return;
    };
    let claims = json!({
        "sub": "amira",
        "iss": setting().issuer,
        "aud": AUDIENCE,
        "token_use": "access",
        "exp": NOW_SECONDS + 600,
    });
    let Value::Object(mut claims) = claims else {
        return;
    };
    // What is null is left out.
    for (name, value) in changes {
        match value {
            Value::Null => drop(claims.remove(&name)),
            value => drop(claims.insert(name, value)),
        }
    }
    if let Some(verified) = verify(&setting().signer.sign(&Value::Object(claims.clone()))) {
        assert_holds(&claims, &verified);
    }
});
