//! How a person is reached by mail, as the host last said.

use std::{fmt, str::FromStr};

use crate::{Timestamp, UserId};

/// An address that mail can be sent to. It says who somebody is, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

/// Not an address that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no email address")]
pub struct NoAddress;

impl EmailAddress {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        // What SES cannot send to is no address here.
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if plain && email_address::EmailAddress::is_valid(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoAddress)
        }
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({} bytes)", self.0.len())
    }
}

/// A language that mails are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, and whoever speaks none of the others.
    English,
    /// Spanish.
    Spanish,
    /// Arabic, from right to left.
    Arabic,
}

impl Language {
    /// The one for a locale such as `es-MX`.
    #[must_use]
    pub fn of(locale: &str) -> Self {
        let language = locale.split(['-', '_']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "es" => Self::Spanish,
            "ar" => Self::Arabic,
            _ => Self::English,
        }
    }

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::Arabic => "ar",
        }
    }

    /// Which way it is written, as HTML says it.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::Spanish => "ltr",
            Self::Arabic => "rtl",
        }
    }
}

/// The right to end the mails to one person, and to do nothing else. Whoever has it, has it by mail.
#[derive(Clone, PartialEq, Eq)]
pub struct UnsubscribeToken(String);

/// Not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token is 32 hexadecimal digits")]
pub struct NoToken;

impl UnsubscribeToken {
    /// From what nobody can guess.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The token as it stands in a link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UnsubscribeToken {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let hexadecimal = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if hexadecimal { Ok(Self(text.to_owned())) } else { Err(NoToken) }
    }
}

impl fmt::Debug for UnsubscribeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnsubscribeToken")
    }
}

/// A person, as mail is concerned with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Who.
    pub user_id: UserId,
    /// Where they read mail; none when the host gave nothing that mail can be sent to.
    pub address: Option<EmailAddress>,
    /// In which language.
    pub language: Language,
    /// When the host said so.
    pub as_of: Timestamp,
    /// What ends the mails to this address. Another address has another.
    pub unsubscribe: UnsubscribeToken,
}

impl Profile {
    /// What takes this one's place when the host says something newer: who goes on reading mail at the same
    /// address, goes on with the same token.
    #[must_use]
    pub fn followed_by(&self, newer: Self) -> Self {
        let unsubscribe =
            if newer.address == self.address { self.unsubscribe.clone() } else { newer.unsubscribe.clone() };
        Self { unsubscribe, ..newer }
    }
}

/// What the mail provider said of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// Nothing bad.
    Ok,
    /// Mail does not arrive there.
    Bounced,
    /// Its owner called a mail unwanted.
    Complained,
}

impl MailState {
    /// As it is written everywhere.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
        }
    }
}
