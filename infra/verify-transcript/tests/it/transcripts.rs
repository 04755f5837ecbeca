//! Transcripts as a deployment would write them, with a key of their own.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use verify_transcript::PublicKey;

pub(crate) const KEY_ID: &str = "arn:aws:kms:eu-central-1:000000000000:key/transcripts";
const EXPORTED_AT: &str = "2026-11-22T10:00:00.000Z";

/// A key that signs.
pub(crate) struct Signer(EcdsaKeyPair);

impl Signer {
    pub(crate) fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = self.0.public_key().as_der().unwrap();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der.as_ref()))
    }

    pub(crate) fn public(&self) -> PublicKey {
        PublicKey::from_pem(self.pem().as_bytes()).unwrap()
    }

    /// As `openssl pkey -pubin -in key.pem -outform DER | sha256sum` has it.
    pub(crate) fn fingerprint(&self) -> String {
        let der: PublicKeyX509Der<'_> = self.0.public_key().as_der().unwrap();
        Sha256::digest(der.as_ref()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn sign(&self, message: &[u8]) -> String {
        STANDARD.encode(self.0.sign(&SystemRandom::new(), message).unwrap().as_ref())
    }

    /// A transcript of these records, signed.
    pub(crate) fn transcript(&self, case_id: &str, records: &[Value]) -> Value {
        self.transcript_of(case_id, records, KEY_ID)
    }

    /// The same, with another name for the key.
    pub(crate) fn transcript_of(&self, case_id: &str, records: &[Value], key_id: &str) -> Value {
        let last = records.last().unwrap();
        let statement = json!({
            "statement": "case-chat-transcript/1",
            "caseId": case_id,
            "head": last["seq"],
            "hash": last["hash"],
            "exportedAt": EXPORTED_AT,
            "keyId": key_id,
        });
        json!({
            "format": "case-chat-transcript/1",
            "caseId": case_id,
            "head": last["seq"],
            "exportedAt": EXPORTED_AT,
            "records": records,
            "signature": {
                "algorithm": "ECDSA_SHA_256",
                "keyId": key_id,
                "value": self.sign(&serde_json_canonicalizer::to_vec(&statement).unwrap()),
            },
        })
    }
}

/// A thread with a message for each text behind its first record.
pub(crate) fn thread(case_id: &str, texts: &[String]) -> Vec<Value> {
    let mut records = vec![json!({ "kind": "caseOpened" })];
    records.extend(texts.iter().enumerate().map(|(number, text)| {
        json!({
            "kind": "message",
            "clientId": format!("01933e2c-5c7e-7d3a-8b1f-{number:012x}"),
            "sender": { "userId": "amira", "name": "Amira Haddad", "role": "requester" },
            "body": text,
            "attachments": [{
                "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "name": "Befund.pdf",
                "contentType": "application/pdf", "size": 48_213, "sha256": "ab".repeat(32),
            }],
            "aFieldOfTheFuture": [null, true, 1.5],
        })
    }));
    for (seq, record) in records.iter_mut().enumerate() {
        record["caseId"] = case_id.into();
        record["seq"] = seq.into();
        record["sentAt"] = "2026-11-22T09:00:00.000Z".into();
        record["reference"] = "MSO-2026-0001".into();
        record["participants"] = json!({
            "requester": { "userId": "amira", "name": "Amira Haddad" },
            "provider": { "userId": "chen", "name": "Dr. Wei Chen" },
        });
        record["status"] = "open".into();
        record["fromRequester"] = seq.into();
        record["fromProvider"] = 0.into();
    }
    seal(&mut records, 0);
    records
}

/// Computes every hash from a record on, as somebody could who changed one.
pub(crate) fn seal(records: &mut [Value], from: usize) {
    for seq in from..records.len() {
        let previous = match seq {
            0 => "0".repeat(64).into(),
            _ => records[seq - 1]["hash"].clone(),
        };
        let record = &mut records[seq];
        record["previousHash"] = previous;
        record.as_object_mut().unwrap().remove("hash");
        let digest = Sha256::digest(serde_json_canonicalizer::to_vec(&*record).unwrap());
        record["hash"] = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
    }
}
