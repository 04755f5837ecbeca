//! When a mail is due.
//!
//! For each message a [`Note`] is queued, which falls due some time after. Only then it is decided, over what
//! holds then: [`decide`]. What is remembered of the mails to one person about one case is their [`Notice`].
//!
//! ```text
//!            note queued ── due ──► decide ──► over (read, covered, muted, off, undeliverable)
//!                  ▲                  │ │ └──► busy: another worker is at it; the same note again
//!                  └── later ─────────┘ └────► send: lease ─► mail ─► told
//! ```

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Level, UnsubscribeToken};
use crate::{CaseId, Event, ReadMarker, Record, Role, Seq, Timestamp};

/// That something was written for whoever is on one side of a case. It names the side, not the person:
/// who that is, is asked when it falls due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// Which case.
    pub case_id: CaseId,
    /// The side it was written for.
    pub role: Role,
    /// The record.
    pub seq: Seq,
    /// When that was stored.
    pub since: Timestamp,
    /// Whether it tells of a case that was handed over, rather than of a message.
    #[serde(default)]
    pub handed_over: bool,
}

/// The notes for records of a thread: one for each message, and one for whoever takes over a case in which
/// something is waiting to be read.
#[must_use]
pub fn notes_of(records: &[Record]) -> Vec<Note> {
    let note = |record: &Record, role| Note {
        case_id: record.case_id.clone(),
        role,
        seq: record.seq,
        since: record.sent_at,
        handed_over: !matches!(record.event, Event::Message { .. }),
    };
    let concerns = |record: &Record| match &record.event {
        Event::Message { sender, .. } => Some(sender.role.other()),
        Event::ParticipantReassigned { change } => {
            let other = change.from.user_id != change.to.user_id;
            (other && record.sent_by(change.role.other()) > 0).then_some(change.role)
        }
        Event::CaseOpened | Event::CaseClosed => None,
    };
    records.iter().filter_map(|record| Some(note(record, concerns(record)?))).collect()
}

/// What is known of the mails to one person about one case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notice {
    /// The last mail.
    pub told: Option<Told>,
    /// Until when somebody has it in hand to send one.
    pub leased_until: Option<Timestamp>,
}

/// What a mail told of: everything up to a record, as that counts the messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The newest record when it was made.
    pub seq: Seq,
    /// Messages from the requester's side up to there.
    pub from_requester: u64,
    /// Messages from the provider's side up to there.
    pub from_provider: u64,
    /// The address that it went to, by what ends the mails to it.
    pub to: UnsubscribeToken,
    /// When it was sent.
    pub at: Timestamp,
}

impl Told {
    /// What a mail tells of that is made when this is the newest record.
    #[must_use]
    pub fn of(record: &Record, to: UnsubscribeToken, at: Timestamp) -> Self {
        let Record { seq, from_requester, from_provider, .. } = *record;
        Self { seq, from_requester, from_provider, to, at }
    }

    /// Whether it still speaks for that note: it went to where the reader is now and was not lost, and they have not
    /// read all that it told of. Whoever gets a case back has been told nothing of it yet.
    fn covers(&self, note: &Note, situation: &Situation<'_>) -> bool {
        let arrived = situation.address == Some(&self.to) && situation.lost.is_none_or(|lost| lost < self.at);
        let (other, sent) = match note.role {
            Role::Requester => (Role::Provider, self.from_provider),
            Role::Provider => (Role::Requester, self.from_requester),
        };
        let unread = situation.read.map_or(sent, |read| read.unread_of(other, sent)) > 0;
        arrived && unread && (!note.handed_over || self.seq >= note.seq)
    }
}

/// How long a mail may wait for somebody who is online.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Between one look and the next; a tenth of the whole at least.
    pub interval: Duration,
    /// After that it is sent all the same.
    pub at_latest: Duration,
}

/// What holds when a note falls due.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    /// How far the person has read.
    pub read: Option<&'a ReadMarker>,
    /// The mails so far.
    pub notice: &'a Notice,
    /// The stricter of what they chose and what the deployment allows.
    pub level: Level,
    /// Whether they have muted the case.
    pub muted: bool,
    /// The address that mail arrives at, if there is one, by what ends the mails to it.
    pub address: Option<&'a UnsubscribeToken>,
    /// When a mail to it was last lost on the way.
    pub lost: Option<Timestamp>,
    /// Whether they have a connection.
    pub online: bool,
    /// Now.
    pub now: Timestamp,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// It was read.
    Read,
    /// What the last mail told of is still unread, whether this message was among it or came later.
    Covered,
    /// They do not want mail about this case.
    Muted,
    /// They do not want mail, or the deployment sends none.
    Off,
    /// There is no address that mail arrives at.
    Undeliverable,
}

impl Over {
    /// As logs call it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Covered => "covered",
            Self::Muted => "muted",
            Self::Off => "off",
            Self::Undeliverable => "undeliverable",
        }
    }
}

/// What to do about a note that fell due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing, now or later.
    Over(Over),
    /// Look again after that, by a new note.
    Later(Duration),
    /// Somebody else is sending: see later what came of it.
    Busy,
    /// Take the lease and send, saying no more than that.
    Send(Level),
}

/// Decides over a note that fell due.
#[must_use]
pub fn decide(note: &Note, situation: &Situation<'_>, patience: Patience) -> Verdict {
    let read_to = situation.read.map(|read| read.seq);
    if read_to.is_some_and(|read| read >= note.seq) {
        return Verdict::Over(Over::Read);
    }
    if situation.notice.told.as_ref().is_some_and(|told| told.covers(note, situation)) {
        return Verdict::Over(Over::Covered);
    }
    if situation.muted {
        return Verdict::Over(Over::Muted);
    }
    if situation.level == Level::Off {
        return Verdict::Over(Over::Off);
    }
    if situation.address.is_none() {
        return Verdict::Over(Over::Undeliverable);
    }
    if situation.notice.leased_until.is_some_and(|until| until > situation.now) {
        return Verdict::Busy;
    }
    let deadline = note.since.millis() + patience.at_latest.as_millis() as i64;
    let left = deadline - situation.now.millis();
    if situation.online && left > 0 {
        let left = Duration::from_millis(left.unsigned_abs());
        let interval = patience.interval.max(patience.at_latest / 10);
        return Verdict::Later(interval.min(left).max(Duration::from_secs(1)));
    }
    Verdict::Send(situation.level)
}

#[cfg(test)]
mod model;
