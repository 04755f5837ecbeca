use case_chat_domain::{CaseId, Level, MailState, Preferences, TooManyMuted};
use serde::{Deserialize, Serialize};

/// The body of `PUT /preferences`. What an answer carries beyond the choices may come back with them, and is
/// ignored.
#[derive(Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChosenPreferences {
    /// The most that a mail may say.
    pub email: Level,
    /// Cases of which no mail tells; at most 500.
    pub muted_cases: Vec<CaseId>,
    /// Read-only.
    #[cfg_attr(feature = "typescript", ts(skip))]
    #[serde(default, rename = "mail")]
    _mail: serde::de::IgnoredAny,
    /// Read-only.
    #[cfg_attr(feature = "typescript", ts(skip))]
    #[serde(default, rename = "emailCeiling")]
    _email_ceiling: serde::de::IgnoredAny,
}

impl TryFrom<ChosenPreferences> for Preferences {
    type Error = TooManyMuted;

    fn try_from(chosen: ChosenPreferences) -> Result<Self, TooManyMuted> {
        Self::new(chosen.email, chosen.muted_cases)
    }
}

/// The answer to `GET` and `PUT /preferences`.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct MailPreferences {
    /// The most that a mail may say.
    pub email: Level,
    /// Cases of which no mail tells.
    pub muted_cases: Vec<CaseId>,
    /// Whether mail arrives: `ok`, `bounced` or `complained`.
    #[cfg_attr(feature = "typescript", ts(type = "\"ok\" | \"bounced\" | \"complained\""))]
    pub mail: &'static str,
    /// The most that this deployment lets a mail say.
    pub email_ceiling: Level,
}

impl MailPreferences {
    /// What somebody chose, and what becomes of it.
    #[must_use]
    pub fn new(preferences: Preferences, mail: MailState, ceiling: Level) -> Self {
        Self {
            email: preferences.email,
            muted_cases: preferences.muted.into_iter().collect(),
            mail: mail.as_str(),
            email_ceiling: ceiling,
        }
    }
}
