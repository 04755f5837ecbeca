//! What the host system says of a case, and what of it the thread does not say yet.

use crate::{CaseId, CaseStatus, Change, Participants, Record, Reference, Role};

/// The whole of a case as the host saw it at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Which case.
    pub case_id: CaseId,
    /// Rises with each change of the case; at least 1.
    pub version: u64,
    /// What people call the case.
    pub reference: Reference,
    /// Who shares it.
    pub participants: Participants,
    /// Whether it takes messages.
    pub status: CaseStatus,
}

/// The next change that brings a thread towards a snapshot, or none when it says the same.
///
/// Applied until it gives none, it ends after at most three changes. Each is derived from the
/// thread as it stands, so a repeat after a crash goes on where the first attempt stopped.
#[must_use]
pub fn next_change(newest: &Record, snapshot: &Snapshot) -> Option<Change> {
    for role in Role::BOTH {
        let person = snapshot.participants.get(role);
        if newest.participants.get(role) != person {
            return Some(Change::Reassign(role, person.clone()));
        }
    }
    if newest.status == snapshot.status && newest.reference == snapshot.reference {
        return None;
    }
    let reference = snapshot.reference.clone();
    Some(match snapshot.status {
        CaseStatus::Open => Change::Open(reference),
        CaseStatus::Closed => Change::Close(reference),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::tail::tests::{opened, person};

    #[test]
    fn one_event_may_reassign_both_sides_and_close() {
        let snapshot = Snapshot {
            case_id: "case-1".parse().expect("an id"),
            version: 2,
            reference: "MSO-1".to_owned().try_into().expect("a reference"),
            participants: Participants::new(person("lucas"), person("okafor")).expect("two"),
            status: CaseStatus::Closed,
        };
        let mut newest = opened("case-1").record().clone();
        let mut changes = 0;
        while let Some(change) = next_change(&newest, &snapshot) {
            newest = newest.next(change, Timestamp::from_millis(5)).record().clone();
            changes += 1;
        }
        assert_eq!(changes, 3);
        assert_eq!((&newest.participants, newest.status), (&snapshot.participants, CaseStatus::Closed));
    }
}
