//! One record by itself: what it says of its place, and whether its hash is that of all its fields.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::flaw::RecordFlaw;
use crate::strict;

const HASH: &str = "hash";

/// What ties a record to its place.
pub(crate) struct Link {
    pub(crate) seq: u64,
    pub(crate) case_id: String,
    pub(crate) previous_hash: String,
    pub(crate) hash: String,
}

impl Link {
    /// Reads a record, known fields and unknown ones, and hashes them all but `hash`.
    pub(crate) fn of(json: &str) -> Result<Self, RecordFlaw> {
        let mut fields =
            strict::object(json).map_err(|error| RecordFlaw::Unreadable { reason: error.to_string() })?;
        let hash = text(&mut fields, HASH)?;
        let canonical = serde_json_canonicalizer::to_vec(&fields)
            .map_err(|_| RecordFlaw::Unreadable { reason: "it has no canonical form".to_owned() })?;
        if hex(&Sha256::digest(&canonical)) != hash {
            return Err(RecordFlaw::Changed);
        }
        let seq = fields.get("seq").and_then(Value::as_u64).ok_or_else(|| missing("seq"))?;
        Ok(Self {
            seq,
            case_id: text(&mut fields, "caseId")?,
            previous_hash: text(&mut fields, "previousHash")?,
            hash,
        })
    }
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Result<String, RecordFlaw> {
    match fields.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(missing(name)),
    }
}

fn missing(name: &str) -> RecordFlaw {
    RecordFlaw::Unreadable { reason: format!("`{name}` is missing") }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)].into());
        text.push(DIGITS[usize::from(byte & 15)].into());
    }
    text
}
