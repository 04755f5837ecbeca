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

use super::Level;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Notice {
    /// The newest record when the last mail was made: that mail tells of everything up to there.
    pub told: Option<Seq>,
    /// Until when somebody has it in hand to send one.
    pub leased_until: Option<Timestamp>,
}

/// How long a mail may wait for somebody who is online.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Between one look and the next.
    pub interval: Duration,
    /// After that it is sent all the same.
    pub at_latest: Duration,
}

/// What holds when a note falls due.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// How far the person has read.
    pub read: Option<&'a ReadMarker>,
    /// The mails so far.
    pub notice: Notice,
    /// The stricter of what they chose and what the deployment allows.
    pub level: Level,
    /// Whether they have muted the case.
    pub muted: bool,
    /// Whether there is an address that mail arrives at.
    pub reachable: bool,
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
    /// As a metric calls it.
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
    if situation.notice.told.is_some_and(|told| read_to.is_none_or(|read| read < told)) {
        return Verdict::Over(Over::Covered);
    }
    if situation.muted {
        return Verdict::Over(Over::Muted);
    }
    if situation.level == Level::Off {
        return Verdict::Over(Over::Off);
    }
    if !situation.reachable {
        return Verdict::Over(Over::Undeliverable);
    }
    if situation.notice.leased_until.is_some_and(|until| until > situation.now) {
        return Verdict::Busy;
    }
    let deadline = note.since.millis() + patience.at_latest.as_millis() as i64;
    let left = deadline - situation.now.millis();
    if situation.online && left > 0 {
        let left = Duration::from_millis(left.unsigned_abs());
        return Verdict::Later(patience.interval.min(left).max(Duration::from_secs(1)));
    }
    Verdict::Send(situation.level)
}

#[cfg(test)]
mod model;
