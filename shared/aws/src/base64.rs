//! Hashes as S3 writes them.

use base64::{Engine, prelude::BASE64_STANDARD};
use case_chat_domain::Hash;

pub(crate) fn encode(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// None for what is not 32 bytes, such as the checksum of checksums that a multipart upload has.
pub(crate) fn decode_hash(text: &str) -> Option<Hash> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    bytes.try_into().ok().map(Hash::from_bytes)
}
