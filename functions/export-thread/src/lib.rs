//! `POST /cases/{caseId}/export`: the whole thread as a file, and a link to it that is good for a minute.
//!
//! Each record is followed from the first to the head before it goes out, and the head is held against what both
//! inboxes, another table, remember of it. A thread that was altered is not exported: it raises the tamper alarm.
#![warn(missing_docs)]

mod document;
mod fhir;

use std::time::Duration;

use case_chat_aws::{Counted, ExportStore, Limits, StoreError, Taken, ThreadLog, TranscriptKey, Witnesses};
use case_chat_domain::{
    Allowance, Altered, CaseId, Follower, HeadStatement, Participant, Seq, Tail, Timestamp, UserId, Witness,
};
use case_chat_entry::{
    Failure,
    audit::Records,
    clock,
    http::{Answer, Call, about, answer, exported_as},
};
use case_chat_wire::{Code, ExportFormat, ExportThread, Exported, HeadSignature};
use lambda_http::http::StatusCode;

use document::Document;

/// Long enough to begin a download, too short to pass a link on.
const GOOD_FOR: Duration = Duration::from_secs(60);
/// What a function of this size follows within the half minute that API Gateway waits.
const MAX_RECORDS: u64 = 100_000;
/// The same for what is written: one partition is read at 12 MB a second at most, so 200 MiB take 18 s.
const MAX_BYTES: u64 = 200 * 1024 * 1024;

/// What the function works with.
pub struct Desk {
    /// What is exported.
    pub thread: ThreadLog,
    /// Who remembers where it ended.
    pub witnesses: Witnesses,
    /// How often each person has.
    pub limits: Limits,
    /// Where files go.
    pub exports: ExportStore,
    /// Who signs heads.
    pub key: TranscriptKey,
    /// How often a person may.
    pub allowance: Allowance,
    /// Whose names the FHIR resources' identifiers are under.
    pub web_origin: String,
}

/// Five round trips, and one for each megabyte read and each 8 MiB written. Of the file, that much is in memory.
pub async fn export(desk: &Desk, call: Call) -> Answer {
    let case_id = call.case_id()?;
    let ExportThread { format } = call.json()?;

    let tail = newest(desk, &case_id, &call.user_id).await?;
    let participant = tail.admit(&call.user_id).ok_or_else(Failure::case_not_found)?;
    // Before it is counted: this one could not be had later either.
    if tail.seq().get() >= MAX_RECORDS {
        return Err(Trouble::TooLarge.into_failure(&case_id));
    }
    let now = clock::now();
    let taken = desk.limits.take(&participant, Counted::Exports, desk.allowance, now).await;
    if let Taken::TooOften { retry_after_seconds } = taken.map_err(Failure::internal)? {
        return Err(Failure::too_many(retry_after_seconds));
    }
    let witnesses = desk.witnesses.of(&participant, &tail.record().participants).await;
    let witnesses = witnesses.map_err(Failure::internal)?;
    // What they remember may have been written since the tail was read.
    let behind = witnesses.iter().any(|witness| witness.head > tail.seq());
    let tail = if behind { newest(desk, &case_id, &call.user_id).await? } else { tail };
    let participant = tail.admit(&call.user_id).ok_or_else(Failure::case_not_found)?;

    let written = write(desk, &participant, &tail, witnesses, format, now).await;
    let key = written.map_err(|trouble| trouble.into_failure(&case_id))?;
    let url = desk.exports.link(&key, GOOD_FOR).await.map_err(Failure::internal)?;
    let expires_at = Timestamp::from_millis(clock::now().millis() + GOOD_FOR.as_millis() as i64);
    let head = tail.seq();
    let exported = answer(StatusCode::CREATED, &Exported { url, expires_at, head });
    exported_as(format, about(Records { first: Seq::FIRST, last: head }, exported))
}

/// The thread's end. Where that is no record of its place, it cannot say who shares the case, and the alarm is raised
/// whoever asks; they are told if the record below it admits them.
async fn newest(desk: &Desk, case_id: &CaseId, user_id: &UserId) -> Result<Tail, Failure> {
    let end = desk.thread.end(case_id).await.map_err(Failure::internal)?;
    let altered = match end.ok_or_else(Failure::case_not_found)? {
        Ok(tail) => return Ok(tail),
        Err(altered) => altered,
    };
    let failure = Trouble::Altered(altered).into_failure(case_id);
    let below = desk.thread.end_below(case_id, altered.seq).await.map_err(Failure::internal)?;
    let shared = matches!(below, Some(Ok(tail)) if tail.admit(user_id).is_some());
    Err(if shared { failure } else { Failure::case_not_found() })
}

/// Writes the file; its key.
async fn write(
    desk: &Desk,
    participant: &Participant,
    tail: &Tail,
    witnesses: Vec<Witness>,
    format: ExportFormat,
    now: Timestamp,
) -> Result<String, Trouble> {
    let mut follower = Follower::new(tail, witnesses)?;
    let document = Document {
        format,
        case_id: participant.case_id(),
        head: tail.seq(),
        exported_at: now,
        origin: &desk.web_origin,
    };
    let mut file = desk.exports.begin(participant, document.kind()).await?;
    file.write(&document.opening()).await?;
    let mut pages = desk.thread.pages(participant, tail.seq());
    let mut page = pages.next().await?;
    while let Some(places) = page {
        let follow = async {
            for stored in &places {
                let record = follower.follow(stored)?;
                file.write(&document.record(record)).await?;
            }
            if file.written() > MAX_BYTES { Err(Trouble::TooLarge) } else { Ok(()) }
        };
        // The next is asked for before this one is followed, so that the table works meanwhile.
        let (next, followed) = tokio::join!(pages.next(), follow);
        followed?;
        page = next?;
    }
    let hash = follower.finish()?;
    let statement =
        HeadStatement::new(participant.case_id(), tail.seq(), &hash, now, desk.key.arn()).to_canonical();
    let signature = HeadSignature {
        algorithm: TranscriptKey::ALGORITHM,
        key_id: desk.key.arn().to_owned(),
        value: desk.key.sign(&statement).await?,
    };
    file.write(&document.closing(&signature)).await?;
    Ok(file.finish().await?)
}

/// Why there is no file.
enum Trouble {
    /// A store could not be reached.
    Store(StoreError),
    /// The thread is not what it was.
    Altered(Altered),
    /// It is longer than this can follow in time.
    TooLarge,
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Altered> for Trouble {
    fn from(altered: Altered) -> Self {
        Self::Altered(altered)
    }
}

impl Trouble {
    fn into_failure(self, case_id: &CaseId) -> Failure {
        match self {
            Self::Store(error) => Failure::internal(error),
            Self::Altered(altered) => {
                // Marked, so that an alarm can watch for it.
                tracing::error!(
                    tamper = true,
                    case.id = case_id.as_str(),
                    record.seq = altered.seq.get(),
                    record.change = %altered.how,
                    "a thread was altered"
                );
                Failure::new(
                    Code::ThreadAltered,
                    "Somebody has changed this thread behind the chat's back, so it is not exported. Those who run the chat have been told.",
                )
            }
            Self::TooLarge => Failure::new(
                Code::ExportTooLarge,
                "A thread of more than 100,000 records or 200 MiB is not exported here. Please ask those who run the chat.",
            ),
        }
    }
}
