//! Hashes as S3 writes them, and user ids as SES's tags take them.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use case_chat_domain::Hash;

pub(crate) fn encode(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// None for what is not 32 bytes, such as the checksum of checksums that a multipart upload has.
pub(crate) fn decode_hash(text: &str) -> Option<Hash> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    bytes.try_into().ok().map(Hash::from_bytes)
}

/// With letters, digits, hyphens and underscores alone.
pub(crate) fn url(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

pub(crate) fn from_url(text: &str) -> Option<String> {
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
