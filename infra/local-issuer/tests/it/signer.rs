//! The signing key, and the bad tokens that tests make with one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use case_chat_local_issuer::Signer;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use tempfile::TempDir;

#[test]
fn the_signing_key_is_kept_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let data = TempDir::new().unwrap();
    let dir = data.path().join("issuer");
    let first = Signer::load_or_create(&dir).unwrap();
    assert_eq!(Signer::load_or_create(&dir).unwrap().kid(), first.kid());
    assert_ne!(Signer::generate().unwrap().kid(), first.kid());
    let files: Vec<_> = std::fs::read_dir(&dir).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn tests_can_make_every_kind_of_bad_token() {
    let signer = Signer::generate().unwrap();
    let part = |token: &str, at: usize| token.split('.').nth(at).unwrap().to_owned();
    let none = signer.sign_with_header(&json!({ "alg": "none" }), &json!({}));
    assert_eq!(part(&none, 2), "");
    let confused = signer.sign_with_header(&json!({ "alg": "HS256" }), &json!({ "sub": "amira" }));
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part(&confused, 0)).unwrap()).unwrap();
    assert_eq!(header, json!({ "alg": "HS256" }));
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    let secret = DecodingKey::from_secret(signer.public_key_pem().as_bytes());
    assert!(jsonwebtoken::decode::<Value>(&confused, &secret, &validation).is_ok());
}
