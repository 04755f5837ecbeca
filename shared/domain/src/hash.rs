//! SHA-256, as records say it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256 in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(as = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct Hash(String);

impl Hash {
    /// What record 0 builds on: 64 zeros.
    #[must_use]
    pub fn zero() -> Self {
        Self("0".repeat(64))
    }

    /// The hash as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Of these bytes.
    #[must_use]
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self::from_bytes(Sha256::digest(bytes).into())
    }

    /// The 32 bytes themselves.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(self.0.as_bytes().chunks_exact(2)) {
            let digit = |hex: u8| (hex as char).to_digit(16).unwrap_or_default() as u8;
            *byte = digit(pair[0]) << 4 | digit(pair[1]);
        }
        bytes
    }

    /// From the 32 bytes themselves.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        use std::fmt::Write;
        let mut hex = String::with_capacity(64);
        for byte in bytes {
            // Writing to a String does not fail.
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }
}

impl std::str::FromStr for Hash {
    type Err = crate::InvalidId;

    fn from_str(text: &str) -> Result<Self, crate::InvalidId> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for Hash {
    type Error = crate::InvalidId;

    fn try_from(text: String) -> Result<Self, crate::InvalidId> {
        let hexadecimal = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if hexadecimal {
            Ok(Self(text))
        } else {
            Err(crate::InvalidId("a hash is 64 lower-case hexadecimal digits"))
        }
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.0
    }
}
