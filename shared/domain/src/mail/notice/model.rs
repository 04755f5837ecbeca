//! Every course that things can take, within bounds: two messages, two workers, notes delivered again, a worker that
//! crashes at each step, someone who reads, comes online and goes, mutes and leaves. Searched to the end.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use super::*;

/// A tick is a minute. A lease outlives its worker's timeout, and a note comes back only after the lease.
const LEASE: i64 = 2;
const COMES_BACK: i64 = 3;
const DELAY: i64 = 1;
const AT_LATEST: i64 = 4;
const INTERVAL: i64 = 1;
const END: i64 = 12;
const PATIENCE: Patience =
    Patience { interval: Duration::from_secs(60), at_latest: Duration::from_secs(60 * AT_LATEST as u64) };

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// It has decided to send; the lease is not yet taken.
    Decided { told: Option<u64> },
    /// The lease is its own.
    Leased { by: i64 },
    /// The mail is out and not yet noted.
    Sent { by: i64 },
}

/// A worker that has a note in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Worker {
    seq: u64,
    since: i64,
    began: i64,
    step: Step,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct World {
    now: i64,
    written: u64,
    /// When each message was stored.
    stored: Vec<i64>,
    /// Notes in the queue: due, seq, since.
    queue: BTreeSet<(i64, u64, i64)>,
    workers: Vec<Worker>,
    read: u64,
    online: bool,
    told: Option<u64>,
    lease: Option<(i64, i64)>,
    mails: Vec<(i64, u64)>,
    crashes: u8,
    repeats: u8,
    lost: u8,
}

fn seq(number: u64) -> Seq {
    Seq::try_from(number).expect("a seq")
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute * 60_000)
}

impl World {
    fn new() -> Self {
        Self {
            now: 0,
            written: 0,
            stored: Vec::new(),
            queue: BTreeSet::new(),
            workers: Vec::new(),
            read: 0,
            online: true,
            told: None,
            lease: None,
            mails: Vec::new(),
            crashes: 0,
            repeats: 0,
            lost: 0,
        }
    }

    fn verdict(&self, number: u64, since: i64) -> Verdict {
        let marker = ReadMarker {
            case_id: "case-1".parse().expect("an id"),
            reader: "chen".parse().expect("an id"),
            seq: seq(self.read),
            from_requester: 0,
            from_provider: 0,
            read_at: at(0),
        };
        let note = Note {
            case_id: marker.case_id.clone(),
            role: Role::Provider,
            seq: seq(number),
            since: at(since),
        };
        let notice =
            Notice { told: self.told.map(seq), leased_until: self.lease.map(|(until, _)| at(until)) };
        let situation = Situation {
            read: (self.read > 0).then_some(&marker),
            notice,
            level: Level::Full,
            muted: false,
            reachable: true,
            online: self.online,
            now: at(self.now),
        };
        decide(&note, &situation, PATIENCE)
    }

    /// Everything that can happen next.
    fn next(&self) -> Vec<Self> {
        let mut worlds = Vec::new();
        let mut push = |change: &dyn Fn(&mut Self)| {
            let mut world = self.clone();
            change(&mut world);
            worlds.push(world);
        };
        if self.written < 2 && self.now < 6 {
            push(&|world| {
                world.written += 1;
                world.stored.push(world.now);
                world.queue.insert((world.now + DELAY, world.written, world.now));
            });
        }
        if self.read < self.written {
            push(&|world| world.read = world.written);
        }
        if self.now < END {
            push(&|world| world.online = !world.online);
        }
        let overdue = self.queue.iter().any(|(due, ..)| *due <= self.now);
        let late = self.workers.iter().any(|worker| self.now - worker.began >= 1);
        // Time passes once everything due has been looked at and no worker has outlived its timeout.
        if self.now < END && !overdue && !late {
            push(&|world| world.now += 1);
        }
        for note in self.queue.iter().filter(|(due, ..)| *due <= self.now) {
            if self.workers.len() < 2 {
                push(&|world| world.take(*note));
            }
            if self.repeats < 1 && self.workers.len() < 2 {
                // Delivered twice.
                push(&|world| {
                    world.repeats += 1;
                    world.take(*note);
                    world.queue.insert((world.now + 1, note.1, note.2));
                });
            }
        }
        for index in 0..self.workers.len() {
            push(&|world| world.advance(index));
            if self.crashes < 1 {
                push(&|world| {
                    let worker = world.workers.remove(index);
                    world.crashes += 1;
                    world.lost += u8::from(matches!(worker.step, Step::Sent { .. }));
                });
            }
        }
        worlds
    }

    /// A note in hand stays in the queue, hidden, until it is done with.
    fn take(&mut self, (due, number, since): (i64, u64, i64)) {
        self.queue.remove(&(due, number, since));
        match self.verdict(number, since) {
            Verdict::Over(_) => {}
            Verdict::Busy => {
                self.queue.insert((self.now + COMES_BACK, number, since));
            }
            Verdict::Later(wait) => {
                assert_eq!(wait.as_secs() % 60, 0);
                self.queue.insert((self.now + (wait.as_secs() / 60) as i64, number, since));
            }
            Verdict::Send(_) => {
                self.queue.insert((self.now + COMES_BACK, number, since));
                let step = Step::Decided { told: self.told };
                self.workers.push(Worker { seq: number, since, began: self.now, step });
            }
        }
    }

    fn advance(&mut self, index: usize) {
        let worker = self.workers[index];
        match worker.step {
            Step::Decided { told } => {
                // A conditional write: nobody has it, and nothing was told since.
                let free = self.lease.is_none_or(|(until, _)| until <= self.now) && self.told == told;
                if free {
                    let until = self.now + LEASE;
                    let owner = self.now * 100 + index as i64;
                    self.lease = Some((until, owner));
                    self.workers[index].step = Step::Leased { by: owner };
                } else {
                    self.workers.remove(index);
                }
            }
            Step::Leased { by } => {
                self.mails.push((self.now, self.written));
                self.workers[index].step = Step::Sent { by };
            }
            Step::Sent { by } => {
                if self.lease.is_some_and(|(_, owner)| owner == by) {
                    self.told = Some(self.mails.last().map_or(0, |(_, head)| *head));
                    self.lease = None;
                }
                let done = self
                    .queue
                    .iter()
                    .find(|(_, number, since)| (*number, *since) == (worker.seq, worker.since));
                if let Some(done) = done.copied() {
                    self.queue.remove(&done);
                }
                self.workers.remove(index);
            }
        }
    }

    fn check(&self) {
        // Two mails tell the same messages only when one was sent and not noted.
        for pair in self.mails.windows(2) {
            let (first, second) = (pair[0].1, pair[1].1);
            assert!(second > first || self.lost > 0, "told twice: {self:?}");
        }
        let crash_budget = 1 + usize::from(self.lost);
        assert!(self.mails.len() <= self.written as usize + crash_budget, "{self:?}");
        if self.now == END && self.queue.is_empty() && self.workers.is_empty() {
            for number in 1..=self.written {
                let told = self.mails.iter().any(|(_, head)| *head >= number);
                let covered = self.told.is_some_and(|told| self.read < told);
                assert!(
                    self.read >= number || told || covered,
                    "message {number} is neither read nor told: {self:?}"
                );
            }
        }
        // At the latest, however long somebody is online.
        for (index, stored) in self.stored.iter().enumerate() {
            let number = index as u64 + 1;
            let slack = DELAY + INTERVAL + COMES_BACK * i64::from(self.crashes + self.repeats);
            let known = self.read >= number
                || self.mails.iter().any(|(_, head)| *head >= number)
                || self.told.is_some_and(|told| self.read < told);
            assert!(
                known || self.now <= stored + AT_LATEST + slack,
                "message {number} waits too long: {self:?}"
            );
        }
    }
}

#[test]
fn every_message_is_read_or_told_once_whatever_happens() {
    let mut seen = BTreeSet::from([World::new()]);
    let mut open = VecDeque::from([World::new()]);
    while let Some(world) = open.pop_front() {
        world.check();
        for next in world.next() {
            if seen.insert(next.clone()) {
                open.push_back(next);
            }
        }
    }
    assert!(seen.len() > 100_000, "only {} worlds", seen.len());
}

#[test]
fn what_somebody_has_read_or_was_told_of_is_over() {
    let mut world = World::new();
    world.written = 2;
    world.online = false;
    assert_eq!(world.verdict(1, 0), Verdict::Send(Level::Full));
    world.told = Some(1);
    assert_eq!(world.verdict(1, 0), Verdict::Over(Over::Covered));
    assert_eq!(world.verdict(2, 0), Verdict::Over(Over::Covered), "what the mail told of is still unread");
    world.read = 1;
    assert_eq!(world.verdict(2, 0), Verdict::Send(Level::Full));
    world.read = 2;
    assert_eq!(world.verdict(2, 0), Verdict::Over(Over::Read));
}

#[test]
fn who_is_online_is_told_at_the_latest_all_the_same() {
    let mut world = World::new();
    world.written = 1;
    assert_eq!(world.verdict(1, 0), Verdict::Later(Duration::from_secs(60)));
    world.now = AT_LATEST - 1;
    assert_eq!(world.verdict(1, 0), Verdict::Later(Duration::from_secs(60)));
    world.now = AT_LATEST;
    assert_eq!(world.verdict(1, 0), Verdict::Send(Level::Full));
}
