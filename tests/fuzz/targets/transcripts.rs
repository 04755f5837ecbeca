//! Transcripts of anybody, and records of anybody in one whose chain holds. A record in its canonical form, which is hashed
//! as it is written, and the same one laid out anew, which is put into order first, are judged alike.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use verify_transcript::{Flaw, PublicKey, verify};

/// Of a key that nobody has kept: no signature here holds.
const KEY: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAETecgKaRvCtfkEDr27xj3Wxh7HAjM
cXZdBKyvfovRUEsIlAj6lF1V5omS4xXclFnSt/zYFtvPfJA8a6wUZISuMQ==
-----END PUBLIC KEY-----
";

fn key() -> &'static PublicKey {
    static KEY_READ: OnceLock<PublicKey> = OnceLock::new();
    KEY_READ.get_or_init(|| PublicKey::from_pem(KEY.as_bytes()).expect("a key"))
}

fn judged(record: &str) -> Flaw {
    let text = format!(
        r#"{{"format":"case-chat-transcript/1","caseId":"case-1","head":0,"exportedAt":"","records":[{record}],"signature":{{"algorithm":"","keyId":"","value":""}}}}"#
    );
    verify(text.as_bytes(), key()).expect_err("nobody has signed it")
}

/// The record with what ties it to its place, and the hash that goes with it.
fn sealed(mut record: Map<String, Value>) -> Option<String> {
    record.insert("caseId".to_owned(), json!("case-1"));
    record.insert("seq".to_owned(), json!(0));
    record.insert("previousHash".to_owned(), json!("0".repeat(64)));
    record.remove("hash");
    let digest = Sha256::digest(serde_json_canonicalizer::to_vec(&record).ok()?);
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    record.insert("hash".to_owned(), hash.into());
    serde_json_canonicalizer::to_string(&record).ok()
}

fuzz_target!(|text: &str| {
    assert!(verify(text.as_bytes(), key()).is_err(), "nobody has signed it");
    let flaw = judged(text).to_string();
    assert!(flaw.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "it repeats what stands there: {flaw}");
    let Ok(Value::Object(record)) = serde_json::from_str(text) else {
        return;
    };
    let Some(canonical) = sealed(record) else {
        return;
    };
    let anew = canonical.replacen('{', "{ ", 1);
    let (as_written, put_into_order) = (judged(&canonical), judged(&anew));
    assert_eq!(as_written == Flaw::Signature, put_into_order == Flaw::Signature, "{canonical}");
});
