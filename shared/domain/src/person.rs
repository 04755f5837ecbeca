//! Who shares a case, and in which role.

use serde::{Deserialize, Serialize};

use crate::{PersonName, UserId};

/// Which side of a case someone is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Asks for the second opinion.
    Requester,
    /// Gives it.
    Provider,
}

impl Role {
    /// Both sides.
    pub const BOTH: [Self; 2] = [Self::Requester, Self::Provider];

    /// The other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Requester => Self::Provider,
            Self::Provider => Self::Requester,
        }
    }
}

/// Whether a thread takes messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum CaseStatus {
    /// It does.
    Open,
    /// It stays readable.
    Closed,
}

/// Someone, as the host system names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Participant"))]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// As in the token.
    pub user_id: UserId,
    /// As shown.
    pub name: PersonName,
}

/// Someone and the side they wrote from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Sender {
    /// As in the token.
    pub user_id: UserId,
    /// As shown when the message was sent.
    pub name: PersonName,
    /// As it was when the message was sent.
    pub role: Role,
}

/// The two who share a case: always two people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Sides")]
pub struct Participants {
    requester: Person,
    provider: Person,
}

/// The two as they are written down, before anyone has looked who they are.
#[derive(Deserialize)]
struct Sides {
    requester: Person,
    provider: Person,
}

impl TryFrom<Sides> for Participants {
    type Error = SamePersonTwice;

    fn try_from(sides: Sides) -> Result<Self, SamePersonTwice> {
        Self::new(sides.requester, sides.provider)
    }
}

/// One person on both sides of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a case is shared by two different people")]
pub struct SamePersonTwice;

impl Participants {
    /// Refuses one person on both sides: a thread would not know which side they write from.
    pub fn new(requester: Person, provider: Person) -> Result<Self, SamePersonTwice> {
        if requester.user_id == provider.user_id {
            return Err(SamePersonTwice);
        }
        Ok(Self { requester, provider })
    }

    /// Who is on that side.
    #[must_use]
    pub fn get(&self, role: Role) -> &Person {
        match role {
            Role::Requester => &self.requester,
            Role::Provider => &self.provider,
        }
    }

    /// The side that someone is on, if they are on the case at all.
    #[must_use]
    pub fn role_of(&self, user: &UserId) -> Option<Role> {
        Role::BOTH.into_iter().find(|role| self.get(*role).user_id == *user)
    }

    /// The same two, but for one side; `case::next_change` never asks for who is on the other.
    #[must_use]
    pub(crate) fn with(&self, role: Role, person: Person) -> Self {
        let mut participants = self.clone();
        match role {
            Role::Requester => participants.requester = person,
            Role::Provider => participants.provider = person,
        }
        participants
    }
}
