//! What each participant's list of cases says of a thread.
//!
//! Unread is derived, never stored: what the other side has sent, less what it had sent when the
//! reader last read.

use crate::{
    CaseId, CaseStatus, Event, Hash, MessageBody, Person, ReadMarker, Record, Reference, Role, Seq,
    Timestamp, UserId,
};

/// A person's row of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    /// Which case.
    pub case_id: CaseId,
    /// The newest record folded in.
    pub head: Seq,
    /// That record's hash, kept here in another table, so that a thread cut short is found out.
    pub head_hash: Hash,
    /// What people call the case.
    pub reference: Reference,
    /// The reader's side.
    pub role: Role,
    /// The other side.
    pub peer: Person,
    /// Whether the case takes messages.
    pub status: CaseStatus,
    /// How many messages the other side has sent so far.
    pub sent_by_peer: u64,
    /// When the newest record was made.
    pub last_activity_at: Timestamp,
    /// The beginning of the newest message, if the reader may see one.
    pub preview: Option<Preview>,
}

/// The beginning of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Who wrote it.
    pub sender_role: Role,
    /// At most [`Preview::MAX_CHARACTERS`] characters, white space run together.
    pub text: MessageBody,
}

/// What a batch of records does to a row's preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviewChange {
    /// No message in the batch: what stood there stays.
    Keep,
    /// The reader joined in this batch and nothing was written since.
    Clear,
    /// The newest message of the batch.
    Show(Preview),
}

/// What a batch of a thread's records does to one person's row. Only ever applied over an older
/// `head`, so a repeat changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxChange {
    /// The row becomes this, but for its preview.
    Update(Box<InboxRow>, PreviewChange),
    /// The person left the case: what stays is the seq alone, so that a replay cannot bring it back.
    Leave {
        /// The record after which they no longer shared it.
        head: Seq,
    },
}

impl Preview {
    /// A line on a phone shows fewer; the rest would only cost bytes.
    pub const MAX_CHARACTERS: usize = 120;

    fn of(body: &MessageBody, sender_role: Role) -> Self {
        Self { sender_role, text: body.excerpt(Self::MAX_CHARACTERS) }
    }
}

/// A case in a person's list: their row of it, and how far they have read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxEntry {
    /// What the thread says.
    pub row: InboxRow,
    /// What the reader said; nothing before they first open the case.
    pub read: Option<ReadMarker>,
}

impl InboxEntry {
    /// Messages of the other side that the reader has not seen. Their own never count.
    #[must_use]
    pub fn unread(&self) -> u64 {
        let sent = self.row.sent_by_peer;
        self.read.as_ref().map_or(sent, |read| read.unread_of(self.row.role.other(), sent))
    }
}

/// Folds records of one case, in order, into one change for each person they concern.
#[must_use]
pub fn fold_into_inbox(records: &[Record]) -> Vec<(UserId, InboxChange)> {
    let Some(newest) = records.last() else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    for record in records {
        if let Event::ParticipantReassigned { change } = &record.event {
            let gone = &change.from.user_id;
            if newest.participants.role_of(gone).is_none() {
                changes.retain(|(user, _)| user != gone);
                changes.push((gone.clone(), InboxChange::Leave { head: record.seq }));
            }
        }
    }
    for role in Role::BOTH {
        let reader = newest.participants.get(role);
        let row = InboxRow {
            case_id: newest.case_id.clone(),
            head: newest.seq,
            head_hash: newest.hash.clone(),
            reference: newest.reference.clone(),
            role,
            peer: newest.participants.get(role.other()).clone(),
            status: newest.status,
            sent_by_peer: newest.sent_by(role.other()),
            last_activity_at: newest.sent_at,
            preview: None,
        };
        let preview = preview_for(&reader.user_id, records);
        changes.push((reader.user_id.clone(), InboxChange::Update(Box::new(row), preview)));
    }
    changes
}

/// A whole thread on its way into its people's inboxes, as far as it must be remembered for that: whoever left, the newest
/// message and the newest record.
#[derive(Debug, Clone, Default)]
pub struct ThreadFold(Vec<Record>);

impl ThreadFold {
    /// Takes the thread's next record.
    pub fn follow(&mut self, record: Record) {
        let is_message = |record: &Record| matches!(record.event, Event::Message { .. });
        let newer = is_message(&record);
        self.0.retain(|kept| match kept.event {
            Event::ParticipantReassigned { .. } => true,
            Event::Message { .. } => !newer,
            Event::CaseOpened | Event::CaseClosed => false,
        });
        self.0.push(record);
    }

    /// The same as [`fold_into_inbox`] of every record that came by.
    #[must_use]
    pub fn changes(&self) -> Vec<(UserId, InboxChange)> {
        fold_into_inbox(&self.0)
    }
}

fn preview_for(reader: &UserId, records: &[Record]) -> PreviewChange {
    records.iter().fold(PreviewChange::Keep, |preview, record| match &record.event {
        Event::Message { sender, body, .. } => PreviewChange::Show(Preview::of(body, sender.role)),
        Event::ParticipantReassigned { change }
            if change.to.user_id == *reader && change.from.user_id != *reader =>
        {
            PreviewChange::Clear
        }
        _ => preview,
    })
}

#[cfg(test)]
mod replays;
