use case_chat_domain::{
    CaseId, CaseStatus, Participants, Person, PersonName, Reference, Snapshot, Timestamp, UserId,
};
use serde::Deserialize;

/// The detail of the host's `CaseChanged` event: always the whole case.
///
/// Fields that this version does not know are ignored: the host may be newer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseChanged {
    /// Which case.
    pub case_id: CaseId,
    /// Rises with each change of the case.
    pub version: u64,
    /// When the host made this version.
    pub occurred_at: Timestamp,
    /// What people call the case.
    pub reference: Reference,
    /// Whether it takes messages.
    pub status: CaseStatus,
    /// Who asks.
    pub requester: HostPerson,
    /// Who answers.
    pub provider: HostPerson,
}

/// A person, as far as the thread is concerned with them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostPerson {
    /// The same as in their token.
    pub user_id: UserId,
    /// As shown.
    pub name: PersonName,
}

/// Why an event says nothing that a thread can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCase {
    /// Versions start at 1 and stay below 2^53.
    #[error("a version is a positive integer below 2^53")]
    Version,
    /// One person on both sides.
    #[error("a case is shared by two different people")]
    SamePersonTwice,
}

impl TryFrom<CaseChanged> for Snapshot {
    type Error = InvalidCase;

    fn try_from(event: CaseChanged) -> Result<Self, InvalidCase> {
        if !(1..1 << 53).contains(&event.version) {
            return Err(InvalidCase::Version);
        }
        let person = |person: HostPerson| Person { user_id: person.user_id, name: person.name };
        let participants = Participants::new(person(event.requester), person(event.provider))
            .map_err(|_| InvalidCase::SamePersonTwice)?;
        Ok(Self {
            case_id: event.case_id,
            version: event.version,
            reference: event.reference,
            participants,
            status: event.status,
        })
    }
}
