//! How far someone has read a case.

use crate::{CaseId, Participant, Record, Role, Seq, Timestamp, UserId};

/// A mark up to which someone has read a thread, with what both sides had sent by then.
///
/// Unread is derived from the two counts, so nothing is ever counted up or down; both are kept, so
/// that a mark still holds for someone who comes back to the case on the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadMarker {
    /// Which case.
    pub case_id: CaseId,
    /// Who has read.
    pub reader: UserId,
    /// The newest record that they have seen.
    pub seq: Seq,
    /// Messages from the requester's side up to there.
    pub from_requester: u64,
    /// Messages from the provider's side up to there.
    pub from_provider: u64,
    /// When they said so.
    pub read_at: Timestamp,
}

impl ReadMarker {
    /// The mark of a participant who has read up to that record of the case.
    #[must_use]
    pub fn at(participant: &Participant, record: &Record, now: Timestamp) -> Self {
        Self {
            case_id: participant.case_id().clone(),
            reader: participant.user_id().clone(),
            seq: record.seq,
            from_requester: record.from_requester,
            from_provider: record.from_provider,
            read_at: now,
        }
    }

    /// How many of the messages that a side has sent by now stand behind this mark. None while the
    /// mark is ahead of what has been counted.
    #[must_use]
    pub const fn unread_of(&self, side: Role, sent: u64) -> u64 {
        let seen = match side {
            Role::Requester => self.from_requester,
            Role::Provider => self.from_provider,
        };
        sent.saturating_sub(seen)
    }
}
