//! The host's `CaseChanged` events become records of the case's thread.
//!
//! An event is always the whole case. It is kept if it is the newest, and then the thread is
//! brought to say what the newest says, one record at a time, until it does. So repeats, disorder,
//! crashes and two invocations at once all end with the same case.
#![warn(missing_docs)]

use case_chat_aws::{CaseRegister, Inserted, People, StoreError, ThreadLog};
use case_chat_domain::{
    Buckets, Profile, Record, SidesSwapped, Snapshot, Tail, Timestamp, UnsubscribeToken, next_change,
};
use case_chat_wire::{CaseChanged, InvalidCase};

/// At most three records bring a thread to a snapshot; the rest is for others writing meanwhile.
const MAX_STEPS: usize = 50;

/// Why an event was not folded. Lambda tries again, then keeps it in the on-failure queue.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The event is not what the contract says. Its content is not repeated here.
    #[error("the event is not a whole case (line {line}, column {column})")]
    Unreadable {
        /// Where in its JSON.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// The event says something that no case can be.
    #[error("the event is not a case: {0}")]
    Invalid(#[from] InvalidCase),
    /// The event asks for what no sequence of records can say.
    #[error(transparent)]
    Swapped(#[from] SidesSwapped),
    /// A table could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others wrote faster than this could follow.
    #[error("the thread did not settle")]
    Contended,
}

/// What an event says: the case, and how its two people are reached.
pub struct Told {
    /// The case.
    pub snapshot: Snapshot,
    /// The people.
    pub profiles: [Profile; 2],
}

/// Reads an event's detail. `token` makes a token that nobody has seen.
pub fn read(detail: &str, token: impl FnMut() -> UnsubscribeToken) -> Result<Told, SyncError> {
    let event: CaseChanged = serde_json::from_str(detail)
        .map_err(|error| SyncError::Unreadable { line: error.line(), column: error.column() })?;
    let profiles = event.profiles(token);
    Ok(Told { snapshot: Snapshot::try_from(event)?, profiles })
}

/// Keeps how the two are reached, before there is anything that they could be told.
pub async fn keep_profiles(people: &People, profiles: &[Profile; 2]) -> Result<(), SyncError> {
    let [requester, provider] = profiles;
    let (first, second) = (people.keep(requester).await, people.keep(provider).await);
    first.and(second).map_err(SyncError::from)
}

/// Folds a snapshot: keep it, then write until the thread says what the newest kept one says.
pub async fn sync(
    register: &CaseRegister,
    thread: &ThreadLog,
    snapshot: &Snapshot,
    now: impl Fn() -> Timestamp,
) -> Result<(), SyncError> {
    register.keep_newest(snapshot).await?;
    for _ in 0..MAX_STEPS {
        // First the tail, then the register: an insert behind that tail succeeds only if nobody has
        // written since, so what an older version says never follows what a newer one said.
        let tail = thread.tail(&snapshot.case_id).await?;
        let newest = register.newest(&snapshot.case_id).await?;
        let Some(entry) = next_entry(tail, newest.as_ref().unwrap_or(snapshot), now())? else {
            return Ok(());
        };
        // Whatever forestalled this record, the next step starts from what stands there.
        let (Inserted::Stored | Inserted::Taken) = thread.insert(&entry, None).await?;
    }
    Err(SyncError::Contended)
}

fn next_entry(tail: Option<Tail>, goal: &Snapshot, now: Timestamp) -> Result<Option<Tail>, SidesSwapped> {
    let Some(tail) = tail else {
        let first =
            Record::open(goal.case_id.clone(), goal.reference.clone(), goal.participants.clone(), now);
        return Ok(Some(Tail::new(first, Buckets::default())));
    };
    Ok(next_change(tail.record(), goal)?.map(|change| tail.next(change, now)))
}
