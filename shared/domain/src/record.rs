//! The records of a thread, and how each follows from the one before it.
//!
//! Every record repeats the state folded so far, so the newest alone says who may write, what
//! number comes next and what the next hash builds on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    AttachmentId, CaseId, CaseStatus, ClientId, FileName, Hash, MessageBody, Participants, Person, Reference,
    Role, Sender, Seq, Timestamp,
};

/// One record, as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ThreadRecord"))]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Whose thread.
    pub case_id: CaseId,
    /// Its place, dense from 0.
    pub seq: Seq,
    /// When the server made it. Order is `seq`, never this.
    pub sent_at: Timestamp,
    /// What people call the case.
    pub reference: Reference,
    /// Who shares the case after this record.
    pub participants: Participants,
    /// Whether the thread takes messages after this record.
    pub status: CaseStatus,
    /// Messages from the requester's side so far, this one included.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub from_requester: u64,
    /// Messages from the provider's side so far, this one included.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub from_provider: u64,
    /// The hash of the record before this one.
    pub previous_hash: Hash,
    /// SHA-256 of this record's canonical JSON (RFC 8785) without this field.
    pub hash: Hash,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What a record says happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// The host opened the case; later in a thread, opened it again or corrected its reference.
    CaseOpened,
    /// Someone wrote.
    Message {
        /// The client's own id of this message.
        client_id: ClientId,
        /// Who wrote.
        sender: Sender,
        /// What they wrote.
        body: MessageBody,
        /// What they attached.
        attachments: Vec<Attachment>,
    },
    /// The host put someone else on a side, or corrected a name (`from` and `to` are one person).
    ParticipantReassigned {
        /// Which side, from whom, to whom.
        change: Reassignment,
    },
    /// The host closed the case; later in a thread, corrected a closed case's reference.
    CaseClosed,
}

/// A side of a case given from one person to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Reassignment {
    /// Which side.
    pub role: Role,
    /// Who had it.
    pub from: Person,
    /// Who has it now.
    pub to: Person,
}

/// A file sent with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The server's id of it.
    pub id: AttachmentId,
    /// As its owner named it.
    pub name: FileName,
    /// Its media type.
    pub content_type: String,
    /// In bytes.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub size: u64,
    /// Of its content.
    pub sha256: Hash,
}

/// What is to happen next in a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The host says that the case is open, under this reference.
    Open(Reference),
    /// The host says that the case is closed, under this reference.
    Close(Reference),
    /// The host gives a side to someone.
    Reassign(Role, Person),
    /// The participant on this side writes.
    Write {
        /// Which side.
        role: Role,
        /// The client's own id of the message.
        client_id: ClientId,
        /// What it says.
        body: MessageBody,
        /// What is attached.
        attachments: Vec<Attachment>,
    },
}

impl Record {
    /// Record 0 of a case.
    #[must_use]
    pub fn open(
        case_id: CaseId,
        reference: Reference,
        participants: Participants,
        at: Timestamp,
    ) -> SealedRecord {
        SealedRecord::seal(Self {
            case_id,
            seq: Seq::FIRST,
            sent_at: at,
            reference,
            participants,
            status: CaseStatus::Open,
            from_requester: 0,
            from_provider: 0,
            previous_hash: Hash::zero(),
            hash: Hash::zero(),
            event: Event::CaseOpened,
        })
    }

    /// The record that follows this one when `change` happens.
    #[must_use]
    pub fn next(&self, change: Change, at: Timestamp) -> SealedRecord {
        let mut record =
            Self { seq: self.seq.next(), sent_at: at, previous_hash: self.hash.clone(), ..self.clone() };
        record.event = match change {
            Change::Open(reference) => {
                record.reference = reference;
                record.status = CaseStatus::Open;
                Event::CaseOpened
            }
            Change::Close(reference) => {
                record.reference = reference;
                record.status = CaseStatus::Closed;
                Event::CaseClosed
            }
            Change::Reassign(role, to) => {
                let from = self.participants.get(role).clone();
                record.participants = self.participants.with(role, to.clone());
                Event::ParticipantReassigned { change: Reassignment { role, from, to } }
            }
            Change::Write { role, client_id, body, attachments } => {
                match role {
                    Role::Requester => record.from_requester += 1,
                    Role::Provider => record.from_provider += 1,
                }
                let Person { user_id, name } = self.participants.get(role).clone();
                Event::Message { client_id, sender: Sender { user_id, name, role }, body, attachments }
            }
        };
        SealedRecord::seal(record)
    }

    /// How many messages a side has sent so far.
    #[must_use]
    pub const fn sent_by(&self, role: Role) -> u64 {
        match role {
            Role::Requester => self.from_requester,
            Role::Provider => self.from_provider,
        }
    }
}

/// A record with its canonical JSON, which is what is stored, sent and hashed, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRecord {
    record: Record,
    json: String,
}

/// Stored text that is no record. Says where, never what stood there: that is content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stored text is not a record ({category:?} at line {line}, column {column})")]
pub struct InvalidRecord {
    category: serde_json::error::Category,
    line: usize,
    column: usize,
}

impl From<serde_json::Error> for InvalidRecord {
    fn from(error: serde_json::Error) -> Self {
        Self { category: error.classify(), line: error.line(), column: error.column() }
    }
}

impl SealedRecord {
    fn seal(mut record: Record) -> Self {
        let Ok(serde_json::Value::Object(mut fields)) = serde_json::to_value(&record) else {
            unreachable!("a record is a struct of texts and integers, which JSON can say")
        };
        fields.remove(HASH);
        record.hash = Hash::of(canonical(&fields).as_bytes());
        fields.insert(HASH.to_owned(), record.hash.as_str().into());
        Self { record, json: canonical(&fields) }
    }

    /// Reads what was stored. Fields that this version does not know stay in the text.
    pub fn parse(json: String) -> Result<Self, InvalidRecord> {
        let record = serde_json::from_str(&json)?;
        Ok(Self { record, json })
    }

    /// What the record says.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Its canonical JSON.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Whether the hash is that of the text, over all of its fields, known or not.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        serde_json::from_str(&self.json).is_ok_and(|mut fields: Fields| {
            fields.remove(HASH);
            Hash::of(canonical(&fields).as_bytes()) == self.record.hash
        })
    }
}

impl fmt::Debug for SealedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record.fmt(f)
    }
}

type Fields = serde_json::Map<String, serde_json::Value>;

/// The field that covers all others.
const HASH: &str = "hash";

fn canonical(fields: &Fields) -> String {
    serde_json_canonicalizer::to_string(fields).expect("texts and integers have a canonical form")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tail::tests::{opened, person, writes};

    #[test]
    fn each_record_builds_on_the_hash_of_the_one_before() {
        let first = opened("case-1");
        let second = first.record().next(writes(Role::Requester, 1, "Hello"), Timestamp::from_millis(1));
        assert_eq!(first.record().previous_hash, Hash::zero());
        assert_eq!(second.record().previous_hash, first.record().hash);
        assert_eq!(second.record().seq.get(), 1);
        assert!(first.is_intact() && second.is_intact());
    }

    #[test]
    fn a_record_reads_back_byte_for_byte_and_shows_any_change() {
        let record = opened("case-1")
            .record()
            .next(writes(Role::Provider, 7, "Grüß Gott 😀\n\t\"'\\"), Timestamp::from_millis(2));
        let read = SealedRecord::parse(record.json().to_owned()).expect("a record");
        assert_eq!(read, record);
        let altered = SealedRecord::parse(record.json().replace("Grüß", "Gruß")).expect("still a record");
        assert!(!altered.is_intact());
    }

    #[test]
    fn an_unknown_field_of_a_newer_version_is_hashed_too() {
        let record = opened("case-1");
        let newer = record.json().replacen('{', "{\"aNewField\":1,", 1);
        let newer = SealedRecord::parse(newer).expect("a record");
        assert!(newer.json().contains("aNewField"));
        assert!(!newer.is_intact());
    }

    #[test]
    fn the_hash_is_that_of_the_canonical_json_without_itself() {
        // Computed by `sha256sum` over the text above, not by this code.
        let record = opened("case-1");
        let mut without: serde_json::Value = serde_json::from_str(record.json()).expect("JSON");
        without.as_object_mut().expect("an object").remove("hash");
        assert_eq!(
            without.to_string(),
            r#"{"caseId":"case-1","fromProvider":0,"fromRequester":0,"kind":"caseOpened","participants":{"provider":{"name":"Dr. Wei Chen","userId":"chen"},"requester":{"name":"Amira Haddad","userId":"amira"}},"previousHash":"0000000000000000000000000000000000000000000000000000000000000000","reference":"MSO-1","sentAt":"1970-01-01T00:00:00.000Z","seq":0,"status":"open"}"#
        );
        assert_eq!(
            record.record().hash.as_str(),
            "0f6da83022f49b9148deaf6ee8fb7df3bd1903e1ab9cf2b444277d2754dedfd5"
        );
    }

    #[test]
    fn a_reassignment_changes_who_shares_the_case_from_that_record_on() {
        let first = opened("case-1");
        let next = first
            .record()
            .next(Change::Reassign(Role::Provider, person("okafor")), Timestamp::from_millis(3));
        assert_eq!(next.record().participants.get(Role::Provider).user_id.as_str(), "okafor");
        assert!(
            matches!(&next.record().event, Event::ParticipantReassigned { change } if change.from.user_id.as_str() == "chen")
        );
    }
}
