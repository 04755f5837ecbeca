//! Checks a transcript without asking anybody: the chain, each record's hash over all of its fields, the case, the order,
//! the head, and the head's signature.
//!
//! Written against the contract and not with the code that writes transcripts, so that one mistake is not made twice.
//! Whitespace between JSON's tokens means nothing; everything else is held to.
#![warn(missing_docs)]

mod flaw;
mod key;
mod record;
mod strict;
mod transcript;

use std::thread;

pub use flaw::{Flaw, Misread, RecordFlaw};
pub use key::{PublicKey, UnusableKey};

use record::Link;
use transcript::Transcript;

/// The only format that there is.
const FORMAT: &str = "case-chat-transcript/1";
/// What record 0 builds on.
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a transcript that holds says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose thread.
    pub case_id: String,
    /// The newest record, as the thread was when it was exported; the first is 0.
    pub head: u64,
    /// When that was, RFC 3339.
    pub exported_at: String,
    /// What the file calls the key that signed: an ARN, if the key's owner says the truth. The key itself is known by
    /// [`PublicKey::fingerprint`].
    pub key_id: String,
}

/// Checks a transcript's text with the public key of the deployment that it says that it comes from.
pub fn verify(text: &[u8], key: &PublicKey) -> Result<Verified, Flaw> {
    let text = std::str::from_utf8(text).map_err(|error| Flaw::NotText { at: error.valid_up_to() })?;
    let transcript = Transcript::parse(text)?;
    if transcript.format != FORMAT {
        return Err(Flaw::Format);
    }
    let hash = chain(&transcript)?;
    let last = transcript.records.len() as u64 - 1;
    if transcript.head != last {
        return Err(Flaw::Head { said: transcript.head, last });
    }
    transcript.check_signature(&hash, key)?;
    Ok(Verified {
        case_id: transcript.case_id.into_owned(),
        head: transcript.head,
        exported_at: transcript.exported_at.into_owned(),
        key_id: transcript.signature.key_id.into_owned(),
    })
}

/// The hash of the last record, once each is what its own says and builds on the one before.
fn chain(transcript: &Transcript<'_>) -> Result<String, Flaw> {
    let mut previous = ZEROS.to_owned();
    for (seq, link) in (0..).zip(links(transcript)) {
        let flawed = |flaw| Flaw::Record { seq, flaw };
        let link = link.map_err(flawed)?;
        if link.seq != seq {
            return Err(flawed(RecordFlaw::OutOfPlace { seq: link.seq }));
        }
        if link.case_id != transcript.case_id {
            return Err(flawed(RecordFlaw::Foreign));
        }
        if link.previous_hash != previous {
            return Err(flawed(RecordFlaw::Unchained));
        }
        previous = link.hash.into_owned();
    }
    if transcript.records.is_empty() {
        return Err(Flaw::Empty);
    }
    Ok(previous)
}

/// Every record by itself, in order; shared out between the processors, since hashing is most of the work.
fn links<'a>(transcript: &Transcript<'a>) -> Vec<Result<Link<'a>, RecordFlaw>> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = transcript.records.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let shares: Vec<_> = transcript
            .records
            .chunks(share)
            .map(|records| {
                scope.spawn(|| records.iter().map(|record| Link::of(record.get())).collect::<Vec<_>>())
            })
            .collect();
        // A worker that panics takes this with it.
        shares.into_iter().flat_map(|share| share.join().expect("a worker ends")).collect()
    })
}
