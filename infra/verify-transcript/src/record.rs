//! One record by itself: what it says of its place, and whether its hash is that of all its fields.
//!
//! Records are exported in their canonical form, so that mostly the bytes without `hash` are what was hashed, and nothing
//! need be put into order first. If they hash to something else, the record is read, put into order and hashed again:
//! somebody may have laid it out anew. Either way the hash is the one that the next record, and in the end the
//! signature, holds it to.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::flaw::RecordFlaw;
use crate::strict;

const HASH: &str = "hash";
/// How the canonical form begins its member, which others follow.
const MEMBER: &[u8] = b"\"hash\":\"";
/// The member's whole length: what it begins with, 64 digits, a quote and a comma.
const MEMBER_BYTES: usize = MEMBER.len() + 64 + 2;

/// What ties a record to its place.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Link<'a> {
    pub(crate) seq: u64,
    #[serde(borrow)]
    pub(crate) case_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) previous_hash: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) hash: Cow<'a, str>,
}

impl<'a> Link<'a> {
    /// Reads a record, known fields and unknown ones, and hashes them all but `hash`.
    pub(crate) fn of(json: &'a str) -> Result<Self, RecordFlaw> {
        match Self::as_written(json) {
            Some(link) => Ok(link),
            None => Self::put_into_order(json),
        }
    }

    fn as_written(json: &'a str) -> Option<Self> {
        let link: Self = serde_json::from_str(json).ok()?;
        let at = own_hash(json.as_bytes())?;
        let (before, rest) = (&json.as_bytes()[..at], json.as_bytes().get(at + MEMBER_BYTES..)?);
        let digest = Sha256::new().chain_update(before).chain_update(rest).finalize();
        (hex(&digest) == link.hash).then_some(link)
    }

    fn put_into_order(json: &str) -> Result<Self, RecordFlaw> {
        let mut fields = strict::object(json).map_err(|error| RecordFlaw::Unreadable(error.into()))?;
        let hash = text(&mut fields, HASH)?;
        let canonical = serde_json_canonicalizer::to_vec(&fields).map_err(|_| RecordFlaw::NoCanonicalForm)?;
        if hex(&Sha256::digest(&canonical)) != hash {
            return Err(RecordFlaw::Changed);
        }
        let seq = fields.get("seq").and_then(Value::as_u64).ok_or(RecordFlaw::Lacks("seq"))?;
        let (case_id, previous_hash) = (text(&mut fields, "caseId")?, text(&mut fields, "previousHash")?);
        Ok(Self { seq, case_id: case_id.into(), previous_hash: previous_hash.into(), hash: hash.into() })
    }
}

/// Where the record's own `hash` begins in a text that is JSON: not one inside another object, or in a text.
fn own_hash(json: &[u8]) -> Option<usize> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for (position, byte) in json.iter().enumerate() {
        if in_text {
            in_text = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            continue;
        }
        match byte {
            b'"' if depth == 1 && json[position..].starts_with(MEMBER) => return Some(position),
            b'"' => in_text = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn text(fields: &mut Map<String, Value>, name: &'static str) -> Result<String, RecordFlaw> {
    match fields.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(RecordFlaw::Lacks(name)),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)].into());
        text.push(DIGITS[usize::from(byte & 15)].into());
    }
    text
}
