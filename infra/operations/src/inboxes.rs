use std::pin::pin;

use case_chat_aws::{EveryCase, Inbox, Notes, Restored, Settings, StoreError, ThreadLog};
use case_chat_domain::Timestamp;
use futures::{TryStreamExt, stream};

use crate::{
    Resources, Say, Unnamed,
    thread::{Thread, Unfolded},
};

/// Threads read at a time; of each, a page of a megabyte is held.
const CASES_AT_ONCE: usize = 8;

/// So many cases in a row that cannot be read or written are not the cases' fault: the next ones would fail as well.
const REFUSALS_IN_A_ROW: u32 = 10;

/// How often to say how far it is.
const CASES_BETWEEN_WORDS: u64 = 1000;

/// Everybody's inbox, and the threads that it follows from.
pub struct Inboxes {
    cases: EveryCase,
    log: ThreadLog,
    inbox: Inbox,
}

/// What came of folding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Threads that there are.
    pub cases: u64,
    /// Of these, those that were folded.
    pub folded: u64,
    /// Rows that say something else than before.
    pub written: u64,
    /// Rows that said so already.
    pub unchanged: u64,
    /// Rows that have seen more than was read: somebody wrote meanwhile, or a thread was cut.
    pub ahead: u64,
    /// Notes queued.
    pub notes: u64,
    /// Cases that could not be folded.
    pub failed: u64,
}

impl Inboxes {
    /// Of the stack that these resources are of.
    pub fn new(settings: &Settings, resources: &Resources) -> Result<Self, Unnamed> {
        let (client, threads) = (settings.dynamodb(), resources.get("Threads")?);
        Ok(Self {
            cases: EveryCase::new(client.clone(), threads.clone()),
            log: ThreadLog::new(client.clone(), threads),
            inbox: Inbox::new(client, resources.get("Inbox")?),
        })
    }

    /// Folds every thread, and brings its people's rows to what its stream would have left. Queues nothing.
    pub async fn rebuild(&self, now: Timestamp, say: Say<'_>) -> Result<Tally, StoreError> {
        self.fold(None, now, say).await
    }

    /// Folds the threads that something was added to since then, and queues notes of that.
    pub(crate) async fn refold(
        &self,
        since: Timestamp,
        notes: &Notes,
        now: Timestamp,
        say: Say<'_>,
    ) -> Result<Tally, StoreError> {
        self.fold(Some((since, notes)), now, say).await
    }

    async fn fold(
        &self,
        since: Option<(Timestamp, &Notes)>,
        now: Timestamp,
        say: Say<'_>,
    ) -> Result<Tally, StoreError> {
        let next = |behind: Option<String>| async move {
            let case_id = self.cases.after(behind.as_deref()).await?;
            Ok(case_id.map(|case_id| (case_id.clone(), Some(case_id))))
        };
        let folded = stream::try_unfold(None, next)
            .map_ok(|case_id| async move {
                let folded = self.fold_case(&case_id, since, now).await;
                Ok((case_id, folded))
            })
            .try_buffer_unordered(CASES_AT_ONCE);
        let (mut folded, mut tally, mut refusals) = (pin!(folded), Tally::default(), 0);
        while let Some((case_id, folded)) = folded.try_next().await? {
            match folded {
                Ok(one) => {
                    tally.add(one);
                    refusals = if one.folded > 0 { 0 } else { refusals };
                }
                Err(error) => {
                    tally.add(Tally { failed: 1, ..Tally::default() });
                    say(&format!("case {}: {error}", case_id.escape_default()));
                    if let Unfolded::Store(error @ StoreError::Request { .. }) = error {
                        refusals += 1;
                        if refusals == REFUSALS_IN_A_ROW {
                            return Err(error);
                        }
                    }
                }
            }
            if tally.cases.is_multiple_of(CASES_BETWEEN_WORDS) {
                say(&format!("{} cases so far", tally.cases));
            }
        }
        Ok(tally)
    }

    async fn fold_case(
        &self,
        case_id: &str,
        since: Option<(Timestamp, &Notes)>,
        now: Timestamp,
    ) -> Result<Tally, Unfolded> {
        let mut tally = Tally::default();
        let Some(thread) = Thread::read(&self.log, case_id, since.map(|(since, _)| since)).await? else {
            return Ok(tally);
        };
        tally.folded = 1;
        for (user_id, change) in &thread.changes {
            match self.inbox.restore(user_id, &thread.case_id, change, now).await? {
                Restored::Written => tally.written += 1,
                Restored::Unchanged => tally.unchanged += 1,
                Restored::Ahead => tally.ahead += 1,
            }
        }
        if let Some((_, notes)) = since {
            notes.queue(&thread.notes).await?;
            tally.notes = thread.notes.len() as u64;
        }
        Ok(tally)
    }
}

impl Tally {
    /// One case more.
    fn add(&mut self, one: Self) {
        self.cases += 1;
        self.folded += one.folded;
        self.written += one.written;
        self.unchanged += one.unchanged;
        self.ahead += one.ahead;
        self.notes += one.notes;
        self.failed += one.failed;
    }
}
