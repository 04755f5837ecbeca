use std::{fmt, marker::PhantomData};

use case_chat_domain::{
    CaseId, CaseStatus, EmailAddress, Language, Participants, Person, PersonName, Profile, Reference,
    Snapshot, Timestamp, UnsubscribeToken, UserId,
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

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
    #[serde(deserialize_with = "object")]
    pub requester: HostPerson,
    /// Who answers.
    #[serde(deserialize_with = "object")]
    pub provider: HostPerson,
}

/// A person. How they are reached by mail may be missing or wrong: their case is opened all the same.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostPerson {
    /// The same as in their token.
    pub user_id: UserId,
    /// As shown.
    pub name: PersonName,
    /// Where they read mail.
    #[serde(default)]
    pub email: serde_json::Value,
    /// In which language: a BCP 47 tag.
    #[serde(default)]
    pub locale: serde_json::Value,
}

/// An object alone: serde would take a list of its fields as well.
fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_map(Object(PhantomData))
}

impl CaseChanged {
    /// How both are reached by mail, as the host saw it then; each with a token for mail to a new address.
    pub fn profiles(&self, mut token: impl FnMut() -> UnsubscribeToken) -> [Profile; 2] {
        [&self.requester, &self.provider].map(|person| Profile {
            user_id: person.user_id.clone(),
            address: person.email.as_str().and_then(|text| text.parse::<EmailAddress>().ok()),
            language: Language::of(person.locale.as_str().unwrap_or_default()),
            as_of: self.occurred_at,
            unsubscribe: token(),
        })
    }
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_person_is_an_object_and_no_list() {
        let taken = |provider: Value| {
            let event = json!({
                "caseId": "case-1", "version": 1, "occurredAt": "2026-11-22T21:09:59.512Z", "reference": "R",
                "status": "open", "requester": { "userId": "amira", "name": "A" }, "provider": provider,
            });
            serde_json::from_str::<CaseChanged>(&event.to_string()).is_ok()
        };
        assert!(taken(json!({ "userId": "chen", "name": "C" })));
        assert!(!taken(json!(["chen", "C"])));
    }
}
