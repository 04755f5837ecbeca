//! A thread's newest record, and the proof of access that only it can give.

use crate::{Buckets, CaseId, Change, Record, Role, SealedRecord, Seq, Timestamp, UserId};

/// The newest record of a thread as read from the store, with what rides beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    sealed: SealedRecord,
    buckets: Buckets,
}

/// The proof that someone shares a case now. Only a thread's tail makes one, and every operation
/// on a case's content takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    case_id: CaseId,
    user_id: UserId,
    role: Role,
}

impl Tail {
    /// A record read from the end of a thread, or about to stand there.
    #[must_use]
    pub fn new(sealed: SealedRecord, buckets: Buckets) -> Self {
        Self { sealed, buckets }
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &Record {
        self.sealed.record()
    }

    /// The record with its canonical JSON.
    #[must_use]
    pub fn sealed(&self) -> &SealedRecord {
        &self.sealed
    }

    /// The rate limit's state, which the next record carries on.
    #[must_use]
    pub fn buckets(&self) -> Buckets {
        self.buckets
    }

    /// The number of the newest record.
    #[must_use]
    pub fn seq(&self) -> Seq {
        self.record().seq
    }

    /// Proof that `user` shares the case, if they do now.
    #[must_use]
    pub fn admit(&self, user: &UserId) -> Option<Participant> {
        let role = self.record().participants.role_of(user)?;
        Some(Participant { case_id: self.record().case_id.clone(), user_id: user.clone(), role })
    }

    /// The tail after a change by the host, which no rate limits.
    #[must_use]
    pub fn next(&self, change: Change, at: Timestamp) -> Self {
        Self::new(self.record().next(change, at), self.buckets)
    }
}

impl Participant {
    /// Which case.
    #[must_use]
    pub fn case_id(&self) -> &CaseId {
        &self.case_id
    }

    /// Who.
    #[must_use]
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// On which side.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Participants, Person};

    pub(crate) fn person(id: &str) -> Person {
        let name = match id {
            "amira" => "Amira Haddad",
            "chen" => "Dr. Wei Chen",
            other => other,
        };
        Person { user_id: id.parse().expect("an id"), name: name.to_owned().try_into().expect("a name") }
    }

    pub(crate) fn opened(case_id: &str) -> SealedRecord {
        Record::open(
            case_id.parse().expect("an id"),
            "MSO-1".to_owned().try_into().expect("a reference"),
            Participants::new(person("amira"), person("chen")).expect("two people"),
            Timestamp::from_millis(0),
        )
    }

    pub(crate) fn client_id(number: u64) -> crate::ClientId {
        format!("01933e2c-5c7e-7d3a-8b1f-{number:012x}").parse().expect("a UUID")
    }

    pub(crate) fn writes(role: Role, number: u64, body: &str) -> Change {
        Change::Write {
            role,
            client_id: client_id(number),
            body: body.to_owned().try_into().expect("a body"),
            attachments: Vec::new(),
        }
    }

    #[test]
    fn only_those_who_share_the_case_now_are_admitted() {
        let tail = Tail::new(opened("case-1"), Buckets::default());
        let okafor = "okafor".parse().expect("an id");
        let chen = "chen".parse().expect("an id");
        assert!(tail.admit(&okafor).is_none());
        assert_eq!(tail.admit(&chen).map(|p| p.role()), Some(Role::Provider));
        let reassigned =
            tail.next(Change::Reassign(Role::Provider, person("okafor")), Timestamp::from_millis(1));
        assert!(reassigned.admit(&chen).is_none());
        assert!(reassigned.admit(&okafor).is_some());
    }
}
