use case_chat_domain::{Seq, Timestamp};
use serde::{Deserialize, Serialize};

/// The body of `POST /cases/{caseId}/export`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ExportThread {
    /// What to make of the thread.
    pub format: ExportFormat,
}

/// What a thread can be exported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ExportFormat {
    /// Every record as it is, with a signed head: `verify-transcript` checks it.
    Transcript,
    /// A Bundle of FHIR R4, for other systems to read.
    Fhir,
}

/// The answer to it.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// Where the file is.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
    /// The newest record in it.
    pub head: Seq,
}

/// What closes a transcript: the head, signed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeadSignature {
    /// `ECDSA_SHA_256`, as KMS calls ECDSA over P-256 with SHA-256.
    pub algorithm: &'static str,
    /// The ARN of the key.
    pub key_id: String,
    /// The signature in DER, in Base64.
    pub value: String,
}
