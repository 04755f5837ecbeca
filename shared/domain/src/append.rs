//! The anchored append: how a message enters a thread exactly once.
//!
//! A client keeps, with each unsent message, its own id and the anchor: the highest seq that it
//! had seen before it first sent. If the message was ever stored, it stands behind the anchor.
//! So whoever has read every record behind the anchor knows whether to insert, and whoever then
//! commits slot k has seen every slot before k.

use std::ops::RangeInclusive;

use crate::{
    Attachment, AttachmentId, Buckets, Change, ClientId, Event, MessageBody, Participant, Rate, SealedRecord,
    Seq, Tail, Timestamp,
};

/// An anchor may lie this many records behind the tail: some 8 MB at the most to read, and more
/// than two people write while a phone is in a tunnel.
pub const MAX_RECORDS_BEHIND: u64 = 500;

/// A message that is to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The client's own id of it.
    pub client_id: ClientId,
    /// The highest seq that the client had seen before it first sent this message.
    pub after: Seq,
    /// What it says.
    pub body: MessageBody,
    /// Which uploads it takes along.
    pub attachments: Vec<AttachmentId>,
}

/// Everything from just behind an anchor to the tail.
#[derive(Debug, Clone)]
pub struct Window {
    tail: Tail,
    before_tail: Vec<SealedRecord>,
}

/// Why a message is not appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The sender does not share the case, or no longer does.
    #[error("not a participant")]
    NotAParticipant,
    /// The sender stored another message under this id.
    #[error("the client id stands for another message")]
    ClientIdReused,
    /// The anchor lies beyond the thread's end.
    #[error("the anchor lies beyond the thread's end")]
    UnknownAnchor,
    /// The anchor lies more than [`MAX_RECORDS_BEHIND`] records behind the tail.
    #[error("the anchor lies too far behind")]
    AnchorTooOld,
    /// The thread takes no more messages.
    #[error("the case is closed")]
    CaseClosed,
    /// It takes along an upload that is not ready for it.
    #[error("an attachment is not ready")]
    AttachmentNotReady,
    /// The sender posts too fast.
    #[error("too many messages")]
    TooFast {
        /// When there will be room again.
        retry_after_seconds: u64,
    },
}

/// What to do with a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It stands in the thread already.
    AlreadyStored(SealedRecord),
    /// Nothing stands against it but that its attachments are not known to be its own: bind them,
    /// and ask again.
    Bind,
    /// It is to be inserted at its seq, if nothing stands there.
    Insert(Tail),
    /// It is not to be.
    Refuse(Refusal),
}

/// Records that do not reach from the anchor to the tail without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the records read do not follow one another")]
pub struct WindowError;

impl Window {
    /// Which records to read besides the tail, or why none: `None` when the tail alone will do.
    pub fn missing(tail: &Tail, after: Seq) -> Result<Option<RangeInclusive<Seq>>, Refusal> {
        Self::missing_within(MAX_RECORDS_BEHIND, tail, after)
    }

    fn missing_within(bound: u64, tail: &Tail, after: Seq) -> Result<Option<RangeInclusive<Seq>>, Refusal> {
        let behind = tail.seq().get().checked_sub(after.get()).ok_or(Refusal::UnknownAnchor)?;
        match behind {
            0 | 1 => Ok(None),
            _ if behind > bound => Err(Refusal::AnchorTooOld),
            _ => {
                let last = Seq::try_from(tail.seq().get() - 1).map_err(|_| Refusal::UnknownAnchor)?;
                Ok(Some(after.next()..=last))
            }
        }
    }

    /// The tail and the records between the anchor and it, ascending.
    pub fn new(tail: Tail, after: Seq, between: Vec<SealedRecord>) -> Result<Self, WindowError> {
        let first = after.next().get();
        let dense = between.iter().zip(first..).all(|(sealed, seq)| sealed.record().seq.get() == seq);
        let reaches = tail.seq() <= after.next() || first + between.len() as u64 == tail.seq().get();
        if dense && reaches { Ok(Self { tail, before_tail: between }) } else { Err(WindowError) }
    }

    /// The same window after records have been found to stand beyond its tail, ascending.
    pub fn extend(&mut self, beyond: Vec<Tail>) -> Result<(), WindowError> {
        for tail in beyond {
            if tail.seq() != self.tail.seq().next() {
                return Err(WindowError);
            }
            let previous = std::mem::replace(&mut self.tail, tail);
            self.before_tail.push(previous.sealed().clone());
        }
        Ok(())
    }

    /// The newest record that has been read.
    #[must_use]
    pub fn tail(&self) -> &Tail {
        &self.tail
    }
}

/// Decides over a draft, given every record behind its anchor, and its attachments once they are
/// bound to it.
#[must_use]
pub fn decide(
    participant: &Participant,
    window: &Window,
    draft: &Draft,
    attachments: &[Attachment],
    rate: Rate,
    now: Timestamp,
) -> Decision {
    let tail = window.tail();
    // The tail may have moved on since the proof was given.
    let still = tail.admit(participant.user_id()).filter(|still| still.case_id() == participant.case_id());
    let Some(role) = still.map(|still| still.role()) else {
        return Decision::Refuse(Refusal::NotAParticipant);
    };
    let behind_anchor = window.before_tail.iter().chain([tail.sealed()]);
    if let Some(stored) =
        behind_anchor.into_iter().find(|sealed| is_by(sealed, participant, &draft.client_id))
    {
        return if says_the_same(stored, draft) {
            Decision::AlreadyStored(stored.clone())
        } else {
            Decision::Refuse(Refusal::ClientIdReused)
        };
    }
    if tail.record().status == crate::CaseStatus::Closed {
        return Decision::Refuse(Refusal::CaseClosed);
    }
    let buckets: Buckets = match tail.buckets().take(role, rate, now) {
        Ok(buckets) => buckets,
        Err(retry_after_seconds) => {
            return Decision::Refuse(Refusal::TooFast { retry_after_seconds });
        }
    };
    if !attachments.iter().map(|attachment| &attachment.id).eq(&draft.attachments) {
        return Decision::Bind;
    }
    let change = Change::Write {
        role,
        client_id: draft.client_id.clone(),
        body: draft.body.clone(),
        attachments: attachments.to_vec(),
    };
    Decision::Insert(Tail::new(tail.record().next(change, now), buckets))
}

fn is_by(sealed: &SealedRecord, participant: &Participant, id: &ClientId) -> bool {
    matches!(&sealed.record().event, Event::Message { client_id, sender, .. }
        if client_id == id && sender.user_id == *participant.user_id())
}

fn says_the_same(sealed: &SealedRecord, draft: &Draft) -> bool {
    matches!(&sealed.record().event, Event::Message { body, attachments, .. }
        if *body == draft.body && attachments.iter().map(|a| &a.id).eq(&draft.attachments))
}

#[cfg(test)]
#[expect(clippy::large_enum_variant, reason = "a test's few states need no boxes")]
mod schedules;
