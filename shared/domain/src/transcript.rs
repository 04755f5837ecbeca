//! A thread on its way out of the house: followed from its first record to its head, held against what another table
//! remembers of it, and stated for a signature.

use std::cmp::Ordering;

use serde::Serialize;

use crate::{CaseId, Hash, SealedRecord, Seq, Tail, Timestamp};

/// What somebody's inbox, which is another table, remembers of a thread. It comes after the thread, so it may lag
/// behind; it is never ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The newest record that it has seen.
    pub head: Seq,
    /// That record's hash; none for somebody who had left by then.
    pub hash: Option<Hash>,
}

/// A thread is not what it was: somebody changed it behind the functions' back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the thread was altered at record {seq}: {how}")]
pub struct Altered {
    /// The first record that does not hold.
    pub seq: Seq,
    /// What about it.
    pub how: Alteration,
}

/// What does not hold of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Alteration {
    /// It is not there, and the thread goes on behind it.
    #[error("it is missing")]
    Missing,
    /// What stands there is no record.
    #[error("what stands there is no record")]
    Unreadable,
    /// It is of another case.
    #[error("it is of another case")]
    Foreign,
    /// It is another record of the same case.
    #[error("another record stands in its place")]
    Misplaced,
    /// Its hash is not that of what it says.
    #[error("its hash is not that of what it says")]
    Changed,
    /// It does not build on the record before it.
    #[error("it does not build on the one before it")]
    Unchained,
    /// An inbox has seen it, and it is not there.
    #[error("an inbox has seen it, and the thread ends before it")]
    Cut,
    /// An inbox has seen another one in its place.
    #[error("an inbox has seen another one in its place")]
    Rewritten,
}

/// What stands at a place of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The place.
    pub seq: Seq,
    /// The record, if what stands there is one.
    pub sealed: Option<SealedRecord>,
}

impl Stored {
    /// The record, if it is one of that case and of this place.
    pub fn of(&self, case_id: &CaseId) -> Result<&SealedRecord, Altered> {
        let altered = |how| Altered { seq: self.seq, how };
        let sealed = self.sealed.as_ref().ok_or(altered(Alteration::Unreadable))?;
        if sealed.record().case_id != *case_id {
            return Err(altered(Alteration::Foreign));
        }
        if sealed.record().seq != self.seq {
            return Err(altered(Alteration::Misplaced));
        }
        Ok(sealed)
    }
}

/// Follows a thread record by record, up to a head that was read before.
pub struct Follower {
    case_id: CaseId,
    head: Seq,
    next: Seq,
    previous: Hash,
    witnesses: Vec<Witness>,
}

impl Follower {
    /// Before the first record. The tail must have been read after the witnesses, or be asked for again where one of
    /// them is ahead.
    pub fn new(tail: &Tail, witnesses: Vec<Witness>) -> Result<Self, Altered> {
        if let Some(ahead) = witnesses.iter().find(|witness| witness.head > tail.seq()) {
            return Err(Altered { seq: ahead.head, how: Alteration::Cut });
        }
        let case_id = tail.record().case_id.clone();
        Ok(Self { case_id, head: tail.seq(), next: Seq::FIRST, previous: Hash::zero(), witnesses })
    }

    /// Takes what stands there next: the record that it is, if it holds.
    pub fn follow<'a>(&mut self, stored: &'a Stored) -> Result<&'a SealedRecord, Altered> {
        let seq = self.next;
        let altered = |how| Err(Altered { seq, how });
        match stored.seq.cmp(&seq) {
            Ordering::Less => return altered(Alteration::Misplaced),
            Ordering::Equal => {}
            Ordering::Greater => return altered(Alteration::Missing),
        }
        let sealed = stored.of(&self.case_id)?;
        let record = sealed.record();
        if !sealed.is_intact() {
            return altered(Alteration::Changed);
        }
        if record.previous_hash != self.previous {
            return altered(Alteration::Unchained);
        }
        let seen = self.witnesses.iter().filter(|witness| witness.head == seq);
        if seen.filter_map(|witness| witness.hash.as_ref()).any(|hash| *hash != record.hash) {
            return altered(Alteration::Rewritten);
        }
        self.next = seq.next();
        self.previous = record.hash.clone();
        Ok(sealed)
    }

    /// The head's hash, once all records up to it have come.
    pub fn finish(self) -> Result<Hash, Altered> {
        if self.next != self.head.next() {
            return Err(Altered { seq: self.next, how: Alteration::Missing });
        }
        Ok(self.previous)
    }
}

/// What is signed of a transcript: which case's thread ended where, when it was exported. Everything else follows from
/// the head's hash.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeadStatement<'a> {
    /// What is stated, so that a signature of this key over anything else says nothing of a transcript.
    statement: &'static str,
    case_id: &'a CaseId,
    head: Seq,
    hash: &'a Hash,
    exported_at: Timestamp,
    key_id: &'a str,
}

impl<'a> HeadStatement<'a> {
    /// The transcript's own format and version.
    pub const FORMAT: &'static str = "case-chat-transcript/1";

    /// States a head; `key_id` is the key that signs, as its ARN.
    #[must_use]
    pub fn new(
        case_id: &'a CaseId,
        head: Seq,
        hash: &'a Hash,
        exported_at: Timestamp,
        key_id: &'a str,
    ) -> Self {
        Self { statement: Self::FORMAT, case_id, head, hash, exported_at, key_id }
    }

    /// The bytes to sign: canonical JSON (RFC 8785), less than 1 KiB.
    #[must_use]
    pub fn to_canonical(&self) -> String {
        serde_json_canonicalizer::to_string(self).expect("texts and an integer have a canonical form")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Buckets, Role,
        tail::tests::{opened, writes},
    };

    /// Four records of a case.
    fn thread(case_id: &str) -> Vec<SealedRecord> {
        let mut records = vec![opened(case_id)];
        for number in 1..4 {
            let last = records.last().expect("the first").record();
            let next = last.next(writes(Role::Requester, number, "text"), Timestamp::from_millis(1));
            records.push(next);
        }
        records
    }

    fn follow(tail: &SealedRecord, records: &[SealedRecord], witnesses: &[Witness]) -> Result<Hash, Altered> {
        let stored: Vec<Stored> = records
            .iter()
            .map(|record| Stored { seq: record.record().seq, sealed: Some(record.clone()) })
            .collect();
        follow_stored(tail, &stored, witnesses)
    }

    fn follow_stored(tail: &SealedRecord, stored: &[Stored], witnesses: &[Witness]) -> Result<Hash, Altered> {
        let tail = Tail::new(tail.clone(), Buckets::default());
        let mut follower = Follower::new(&tail, witnesses.to_vec())?;
        stored.iter().try_for_each(|stored| follower.follow(stored).map(drop))?;
        follower.finish()
    }

    fn seen(record: &SealedRecord) -> Witness {
        Witness { head: record.record().seq, hash: Some(record.record().hash.clone()) }
    }

    fn at(seq: u64, how: Alteration) -> Result<Hash, Altered> {
        Err(Altered { seq: Seq::try_from(seq).expect("a seq"), how })
    }

    #[test]
    fn a_whole_thread_holds_whoever_lags_behind() {
        let records = thread("case-1");
        let left = Witness { head: Seq::FIRST.next(), hash: None };
        for witnesses in [vec![], vec![seen(&records[3]), seen(&records[1])], vec![left]] {
            let held = follow(&records[3], &records, &witnesses);
            assert_eq!(held, Ok(records[3].record().hash.clone()));
        }
    }

    #[test]
    fn whatever_was_changed_is_named_with_the_first_record_that_does_not_hold() {
        let records = thread("case-1");
        let (head, other) = (&records[3], thread("case-2"));
        let dropped = [&records[..1], &records[2..]].concat();
        assert_eq!(follow(head, &dropped, &[]), at(1, Alteration::Missing));
        assert_eq!(follow(head, &records[..3], &[]), at(3, Alteration::Missing));
        assert_eq!(follow(head, &[&records[..2], &other[2..]].concat(), &[]), at(2, Alteration::Foreign));
        let changed = SealedRecord::parse(records[2].json().replace("text", "test")).expect("a record");
        let with = [&records[..2], &[changed], &records[3..]].concat();
        assert_eq!(follow(head, &with, &[]), at(2, Alteration::Changed));
        let resealed =
            records[0].record().next(writes(Role::Provider, 9, "other"), Timestamp::from_millis(2));
        let with = [&records[..1], std::slice::from_ref(&resealed), &records[2..]].concat();
        assert_eq!(follow(head, &with, &[]), at(2, Alteration::Unchained));
        assert_eq!(follow(&records[2], &records[..3], &[seen(head)]), at(3, Alteration::Cut));
        let rewritten = [&records[..1], std::slice::from_ref(&resealed)].concat();
        assert_eq!(follow(&resealed, &rewritten, &[seen(&records[1])]), at(1, Alteration::Rewritten));
    }

    #[test]
    fn what_is_no_record_of_its_place_is_an_alteration() {
        let records = thread("case-1");
        let whole: Vec<Stored> = (0..)
            .zip(&records)
            .map(|(seq, record)| Stored {
                seq: Seq::try_from(seq).expect("a seq"),
                sealed: Some(record.clone()),
            })
            .collect();
        assert!(follow_stored(&records[3], &whole, &[]).is_ok());
        let with = |sealed: Option<SealedRecord>| {
            let mut stored = whole.clone();
            stored[2].sealed = sealed;
            follow_stored(&records[3], &stored, &[])
        };
        assert_eq!(with(None), at(2, Alteration::Unreadable));
        assert_eq!(with(Some(records[1].clone())), at(2, Alteration::Misplaced));
        assert_eq!(with(Some(thread("case-2").swap_remove(2))), at(2, Alteration::Foreign));
        let twice = [&whole[..2], &whole[1..]].concat();
        assert_eq!(follow_stored(&records[3], &twice, &[]), at(2, Alteration::Misplaced));
        // The first is named, whatever comes behind it.
        let mut gap = [&whole[..1], &whole[2..]].concat();
        gap[1].sealed = None;
        assert_eq!(follow_stored(&records[3], &gap, &[]), at(1, Alteration::Missing));
    }

    #[test]
    fn what_is_signed_is_one_text_whoever_writes_it() {
        let case_id = "case-1".parse().expect("an id");
        let (hash, at) = (Hash::zero(), Timestamp::from_millis(0));
        let statement = HeadStatement::new(&case_id, Seq::FIRST, &hash, at, "arn:aws:kms:::key/k");
        let zeros = "0".repeat(64);
        assert_eq!(
            statement.to_canonical(),
            format!(
                r#"{{"caseId":"case-1","exportedAt":"1970-01-01T00:00:00.000Z","hash":"{zeros}","head":0,"keyId":"arn:aws:kms:::key/k","statement":"case-chat-transcript/1"}}"#
            )
        );
    }
}
