//! However a thread's stream is cut into batches, and however often it comes again, the rows are
//! the same.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::tail::tests::{opened, person, writes};
use crate::{Change, Timestamp};

/// A row as the table would hold it: the head, and what stands there if the person is on the case.
type Rows = BTreeMap<String, (Seq, Option<(InboxRow, Option<Preview>)>)>;

/// Applies a change as the table does: over an older head, and only then.
fn apply(rows: &mut Rows, user: &UserId, change: InboxChange) {
    let head = match &change {
        InboxChange::Update(row, _) => row.head,
        InboxChange::Leave { head } => *head,
    };
    let stands = rows.get(user.as_str());
    if stands.is_some_and(|(stored, _)| *stored >= head) {
        return;
    }
    let row = match change {
        InboxChange::Leave { .. } => None,
        InboxChange::Update(row, preview) => {
            let kept = stands.and_then(|(_, row)| row.as_ref()).and_then(|(_, preview)| preview.clone());
            let preview = match preview {
                PreviewChange::Keep => kept,
                PreviewChange::Clear => None,
                PreviewChange::Show(preview) => Some(preview),
            };
            Some((*row, preview))
        }
    };
    rows.insert(user.to_string(), (head, row));
}

fn fold_batches(rows: &mut Rows, thread: &[Record], sizes: &[usize]) {
    let mut rest = thread;
    let mut sizes = sizes.iter().cycle();
    while !rest.is_empty() {
        let size = sizes.next().copied().unwrap_or(1).clamp(1, rest.len());
        let (batch, later) = rest.split_at(size);
        for (user, change) in fold_into_inbox(batch) {
            apply(rows, &user, change);
        }
        rest = later;
    }
}

fn thread(steps: &[u8]) -> Vec<Record> {
    let mut records = vec![opened("case-1").record().clone()];
    for (number, step) in steps.iter().enumerate() {
        let newest = records.last().expect("opened");
        let reference = newest.reference.clone();
        let change = match step {
            0 => Change::Close(reference),
            1 => Change::Open(reference),
            2 => Change::Reassign(Role::Provider, person("okafor")),
            3 => Change::Reassign(Role::Provider, person("chen")),
            4 => Change::Reassign(Role::Requester, person("lucas")),
            5 => writes(Role::Provider, number as u64, "from the provider"),
            _ => writes(Role::Requester, number as u64, "from the requester"),
        };
        let at = Timestamp::from_millis(number as i64);
        let next = newest.next(change, at).record().clone();
        records.push(next);
    }
    records
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_cut_and_any_replay_leave_the_same_rows(
        steps in prop::collection::vec(0_u8..9, 0..24),
        sizes in prop::collection::vec(1_usize..8, 1..6),
        replays in prop::collection::vec((0_usize..24, prop::collection::vec(1_usize..8, 1..4)), 0..4),
    ) {
        let thread = thread(&steps);
        let mut one_by_one = Rows::new();
        fold_batches(&mut one_by_one, &thread, &[1]);

        let mut rows = Rows::new();
        let mut done = 0;
        for (upto, cut) in &replays {
            // A delivery that came, was acknowledged too late, and will come again from the start.
            done = done.max((*upto).min(thread.len()));
            fold_batches(&mut rows, &thread[..done], cut);
        }
        fold_batches(&mut rows, &thread, &sizes);
        fold_batches(&mut rows, &thread, &[thread.len()]);
        prop_assert_eq!(rows, one_by_one);
    }

    #[test]
    fn a_whole_thread_record_by_record_leaves_the_rows_that_its_stream_leaves(
        steps in prop::collection::vec(0_u8..9, 0..24),
    ) {
        let thread = thread(&steps);
        let mut streamed = Rows::new();
        fold_batches(&mut streamed, &thread, &[1]);

        let mut fold = ThreadFold::default();
        thread.into_iter().for_each(|record| fold.follow(record));
        let mut rows = Rows::new();
        for (user, change) in fold.changes() {
            apply(&mut rows, &user, change);
        }
        prop_assert_eq!(rows, streamed);
    }
}
