use case_chat_aws::{StoreError, ThreadLog};
use case_chat_domain::{
    Altered, CaseId, Follower, InboxChange, Note, Role, ThreadFold, Timestamp, UserId, notes_of,
};

/// What a whole thread makes of its people's inboxes, and whom it has something to tell since some moment.
pub(crate) struct Thread {
    pub(crate) case_id: CaseId,
    pub(crate) changes: Vec<(UserId, InboxChange)>,
    /// The newest of a kind for each side: it speaks for those before it.
    pub(crate) notes: Vec<Note>,
}

/// Why nothing was made of a thread.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfolded {
    #[error("its id is none")]
    NoCaseId,
    /// An inbox is a witness of what its thread was, so nothing is folded that does not hold.
    #[error(transparent)]
    Altered(#[from] Altered),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Thread {
    /// Reads every record of a case, unless nothing has come since then: a request for each megabyte, and one for the end.
    pub(crate) async fn read(
        log: &ThreadLog,
        case_id: &str,
        since: Option<Timestamp>,
    ) -> Result<Option<Self>, Unfolded> {
        let case_id: CaseId = case_id.parse().map_err(|_| Unfolded::NoCaseId)?;
        let Some(tail) = log.end(&case_id).await?.transpose()? else {
            return Ok(None);
        };
        if since.is_some_and(|since| tail.record().sent_at < since) {
            return Ok(None);
        }
        // In the name of one of the two: what is read goes nowhere but into the rows of those who shared the case.
        let Some(reader) = tail.admit(&tail.record().participants.get(Role::Requester).user_id) else {
            return Ok(None);
        };
        let (mut fold, mut notes) = (ThreadFold::default(), Vec::new());
        let mut follower = Follower::new(&tail, Vec::new())?;
        let mut pages = log.pages(&reader, tail.seq());
        while let Some(page) = pages.next().await? {
            for stored in page {
                let record = follower.follow(&stored)?.record().clone();
                if since.is_some_and(|since| record.sent_at >= since) {
                    notes_of(std::slice::from_ref(&record))
                        .into_iter()
                        .for_each(|note| keep(&mut notes, note));
                }
                fold.follow(record);
            }
        }
        follower.finish()?;
        Ok(Some(Self { case_id, changes: fold.changes(), notes }))
    }
}

fn keep(notes: &mut Vec<Note>, newer: Note) {
    notes.retain(|note| (note.role, note.handed_over) != (newer.role, newer.handed_over));
    notes.push(newer);
}
