//! The transcript around its records. Nothing in it is unknown and nothing twice: what is not held to could be changed.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::key::PublicKey;
use crate::{FORMAT, Flaw};

/// As KMS calls ECDSA over P-256 with SHA-256.
const ALGORITHM: &str = "ECDSA_SHA_256";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Transcript<'a> {
    #[serde(borrow)]
    pub(crate) format: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) case_id: Cow<'a, str>,
    pub(crate) head: u64,
    #[serde(borrow)]
    pub(crate) exported_at: Cow<'a, str>,
    /// The records' own texts.
    #[serde(borrow)]
    pub(crate) records: Vec<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) signature: Signature<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Signature<'a> {
    #[serde(borrow)]
    algorithm: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) key_id: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

impl<'a> Transcript<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, Flaw> {
        serde_json::from_str(text).map_err(|error| Flaw::Unreadable(error.into()))
    }

    /// Whether the key signed that the thread of this case ended with this hash when it was exported.
    pub(crate) fn check_signature(&self, hash: &str, key: &PublicKey) -> Result<(), Flaw> {
        let statement = json!({
            "statement": FORMAT,
            "caseId": self.case_id,
            "head": self.head,
            "hash": hash,
            "exportedAt": self.exported_at,
            "keyId": self.signature.key_id,
        });
        let statement = serde_json_canonicalizer::to_vec(&statement).map_err(|_| Flaw::Signature)?;
        let signature = STANDARD.decode(self.signature.value.as_bytes()).map_err(|_| Flaw::Signature)?;
        let holds = self.signature.algorithm == ALGORITHM && key.signed(&statement, &signature);
        if holds { Ok(()) } else { Err(Flaw::Signature) }
    }
}
