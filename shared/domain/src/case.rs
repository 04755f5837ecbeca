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

/// The host exchanged requester and provider for one another. Records give away one side at a time,
/// and none may leave one person on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("requester and provider cannot change places")]
pub struct SidesSwapped;

/// The next change that brings a thread towards a snapshot, or none when it says the same.
///
/// Applied until it gives none, it ends after at most three changes. Each is derived from the
/// thread as it stands, so a repeat after a crash goes on where the first attempt stopped.
pub fn next_change(newest: &Record, snapshot: &Snapshot) -> Result<Option<Change>, SidesSwapped> {
    let differing = |role: &Role| newest.participants.get(*role) != snapshot.participants.get(*role);
    // Whoever comes from the other side comes after it has been given to someone else.
    let free = |role: &Role| {
        newest.participants.get(role.other()).user_id != snapshot.participants.get(*role).user_id
    };
    if let Some(role) = Role::BOTH.into_iter().filter(differing).find(free) {
        return Ok(Some(Change::Reassign(role, snapshot.participants.get(role).clone())));
    }
    if Role::BOTH.iter().any(differing) {
        return Err(SidesSwapped);
    }
    if newest.status == snapshot.status && newest.reference == snapshot.reference {
        return Ok(None);
    }
    let reference = snapshot.reference.clone();
    Ok(Some(match snapshot.status {
        CaseStatus::Open => Change::Open(reference),
        CaseStatus::Closed => Change::Close(reference),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::tail::tests::{opened, person};

    fn snapshot(requester: &str, provider: &str, status: CaseStatus) -> Snapshot {
        Snapshot {
            case_id: "case-1".parse().expect("an id"),
            version: 2,
            reference: "MSO-1".to_owned().try_into().expect("a reference"),
            participants: Participants::new(person(requester), person(provider)).expect("two"),
            status,
        }
    }

    fn settle(goal: &Snapshot) -> (Record, usize) {
        let mut newest = opened("case-1").record().clone();
        let mut changes = 0;
        while let Some(change) = next_change(&newest, goal).expect("no swap") {
            newest = newest.next(change, Timestamp::from_millis(5)).record().clone();
            let sides = Role::BOTH.map(|role| newest.participants.get(role).user_id.clone());
            assert_ne!(sides[0], sides[1], "always two people");
            changes += 1;
        }
        (newest, changes)
    }

    #[test]
    fn one_event_may_reassign_both_sides_and_close() {
        let goal = snapshot("lucas", "okafor", CaseStatus::Closed);
        let (newest, changes) = settle(&goal);
        assert_eq!(changes, 3);
        assert_eq!((&newest.participants, newest.status), (&goal.participants, CaseStatus::Closed));
    }

    #[test]
    fn who_changes_sides_never_stands_on_both() {
        for (requester, provider) in [("chen", "okafor"), ("lucas", "amira")] {
            let goal = snapshot(requester, provider, CaseStatus::Open);
            assert_eq!(settle(&goal).0.participants, goal.participants);
        }
        let swapped = snapshot("chen", "amira", CaseStatus::Open);
        assert_eq!(next_change(opened("case-1").record(), &swapped), Err(SidesSwapped));
    }
}
