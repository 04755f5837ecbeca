//! Ids, parsed once at the edge. Inside, an invalid one cannot be written down.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An id that does not have the form of its kind. Says which kind, never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(pub(crate) &'static str);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $valid:expr, $form:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(as = "String"))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) { Ok(Self(text)) } else { Err(InvalidId($form)) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A case, as the host system names it: `^[A-Za-z0-9_-]{1,64}$`.
    CaseId,
    |text| (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'),
    "a case id is 1 to 64 letters, digits, underscores or hyphens"
);

id!(
    /// A person, as the identity provider names them in the token: 1 to 128 visible ASCII characters.
    UserId,
    |text| (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()),
    "a user id is 1 to 128 visible ASCII characters"
);

id!(
    /// A message, as its client named it before it first sent it: a UUID in lower case.
    ClientId,
    |text| uuid::Uuid::try_parse(text).is_ok_and(|id| id.as_hyphenated().to_string() == text),
    "a client id is a UUID in lower case"
);

id!(
    /// An attachment, as the server named it: `^[A-Za-z0-9_-]{1,64}$`.
    AttachmentId,
    |text| (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'),
    "an attachment id is 1 to 64 letters, digits, underscores or hyphens"
);

/// A record's place in its thread, dense from 0. Bounded to what JavaScript counts exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(as = "u32"))]
#[serde(try_from = "u64", into = "u64")]
pub struct Seq(u64);

impl Seq {
    /// Where every thread begins.
    pub const FIRST: Self = Self(0);
    /// 2^53 - 1, the highest that JavaScript counts exactly.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl TryFrom<u64> for Seq {
    type Error = InvalidId;

    fn try_from(number: u64) -> Result<Self, InvalidId> {
        if number <= Self::MAX.0 { Ok(Self(number)) } else { Err(InvalidId("a seq is at most 2^53 - 1")) }
    }
}

impl From<Seq> for u64 {
    fn from(seq: Seq) -> Self {
        seq.0
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_id_has_no_slash_and_no_more_than_64_characters() {
        assert!("mso-2026-0001".parse::<CaseId>().is_ok());
        for wrong in ["", "a/b", "a b", "é", &"a".repeat(65)] {
            assert!(wrong.parse::<CaseId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_client_id_is_a_uuid_in_lower_case_with_hyphens() {
        assert!("01933e2c-5c7e-7d3a-8b1f-2a3b4c5d6e7f".parse::<ClientId>().is_ok());
        for wrong in [
            "01933E2C-5C7E-7D3A-8B1F-2A3B4C5D6E7F",
            "01933e2c5c7e7d3a8b1f2a3b4c5d6e7f",
            "{01933e2c-5c7e-7d3a-8b1f-2a3b4c5d6e7f}",
            "",
        ] {
            assert!(wrong.parse::<ClientId>().is_err(), "{wrong}");
        }
    }
}
