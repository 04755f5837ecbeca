//! Mail to who is away: to whom it may go, what it may say, and when it is due.
//!
//! One mail for each case and burst: a message is told by the first mail after it that goes out, and as
//! long as that mail's messages are unread, nothing more is sent. The rules are [`notice`]'s.

mod notice;
mod preferences;
mod profile;

pub use notice::{Note, Notice, Over, Patience, Situation, Told, Verdict, decide, notes_of};
pub use preferences::{Level, MAX_MUTED_CASES, Preferences, TooManyMuted};
pub use profile::{EmailAddress, Language, MailState, NoToken, Profile, UnsubscribeToken};
