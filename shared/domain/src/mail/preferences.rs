//! What a person wants to be told by mail.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::CaseId;

/// How much a mail may say. The stricter of two is the lesser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MailLevel"))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is sent.
    Off,
    /// That there is something new.
    Generic,
    /// And from whom.
    Sender,
    /// And a little of it.
    Full,
}

/// Not the name of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a level is full, sender, generic or off")]
pub struct NoLevel;

impl Level {
    /// As it is written everywhere.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Generic => "generic",
            Self::Sender => "sender",
            Self::Full => "full",
        }
    }
}

impl std::str::FromStr for Level {
    type Err = NoLevel;

    fn from_str(text: &str) -> Result<Self, NoLevel> {
        [Self::Off, Self::Generic, Self::Sender, Self::Full]
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or(NoLevel)
    }
}

/// A person's choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// The most that a mail may say.
    pub email: Level,
    /// Cases of which no mail tells.
    pub muted: BTreeSet<CaseId>,
}

/// More than anybody has to do with.
pub const MAX_MUTED_CASES: usize = 500;

/// More cases than can be muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at most {MAX_MUTED_CASES} cases can be muted")]
pub struct TooManyMuted;

impl Default for Preferences {
    fn default() -> Self {
        Self { email: Level::Full, muted: BTreeSet::new() }
    }
}

impl Preferences {
    /// Within the bounds.
    pub fn new(email: Level, muted: impl IntoIterator<Item = CaseId>) -> Result<Self, TooManyMuted> {
        let muted: BTreeSet<_> = muted.into_iter().collect();
        if muted.len() > MAX_MUTED_CASES {
            return Err(TooManyMuted);
        }
        Ok(Self { email, muted })
    }
}
