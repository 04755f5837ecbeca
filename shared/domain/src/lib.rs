//! The rules of a case's thread, and nothing else.
//!
//! This crate knows no AWS, no HTTP, no environment and no clock: times and ids come in as
//! arguments, so every rule can be tried with any of them. What holds patient content does not
//! print it: `Debug` of [`MessageBody`], [`PersonName`] and [`Reference`] gives a length.
#![warn(missing_docs)]

mod append;
mod attachment;
mod case;
mod hash;
mod id;
mod inbox;
mod mail;
mod person;
mod rate;
mod read;
mod record;
mod tail;
mod text;
mod timestamp;
mod transcript;

pub use append::{Decision, Draft, MAX_RECORDS_BEHIND, Refusal, Window, WindowError, decide};
pub use attachment::{
    AttachmentPolicy, Binding, Declared, HEAD_BYTES, NotAllowed, Upload, UploadState, looks_like,
};
pub use case::{SidesSwapped, Snapshot, next_change};
pub use hash::Hash;
pub use id::{AttachmentId, CaseId, ClientId, InvalidId, Seq, UserId};
pub use inbox::{InboxChange, InboxEntry, InboxRow, Preview, PreviewChange, ThreadFold, fold_into_inbox};
pub use mail::{
    EmailAddress, Language, Level, MAX_MUTED_CASES, MailState, NoToken, Note, Notice, Over, Patience,
    Preferences, Profile, Situation, Told, TooManyMuted, UnsubscribeToken, Verdict, decide as decide_mail,
    notes_of,
};
pub use person::{CaseStatus, Participants, Person, Role, SamePersonTwice, Sender};
pub use rate::{Allowance, Buckets, Rate};
pub use read::ReadMarker;
pub use record::{Attachment, Change, Event, InvalidRecord, Reassignment, Record, SealedRecord};
pub use tail::{Participant, Tail};
pub use text::{
    FileName, InvalidText, MAX_BODY_BYTES, MAX_BODY_CHARACTERS, MessageBody, PersonName, Reference,
};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use transcript::{Alteration, Altered, Follower, HeadStatement, Stored, Witness};
