//! Every course that things can take, within bounds: three records, one of which is no message, two workers, a note
//! delivered again or a worker that crashes at any step, somebody who reads some of it or all, who comes online and goes,
//! and whose address changes once. Searched to the end.

use std::{
    collections::{BTreeSet, HashSet, VecDeque},
    time::Duration,
};

use super::*;

/// A tick is a minute. A lease outlives its worker's timeout, and a note comes back only after the lease.
const LEASE: i64 = 2;
const COMES_BACK: i64 = 3;
const DELAY: i64 = 1;
const AT_LATEST: i64 = 3;
const INTERVAL: i64 = 1;
const END: i64 = 7;
const PATIENCE: Patience =
    Patience { interval: Duration::from_secs(60), at_latest: Duration::from_secs(60 * AT_LATEST as u64) };

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    /// It has decided to send; the lease is not yet taken.
    Decided,
    /// The lease is its own.
    Leased { by: i64 },
    /// The mail is out and not yet noted.
    Sent { by: i64 },
}

/// A worker that has a note in hand, with what it read when it decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Worker {
    note: u64,
    since: i64,
    began: i64,
    head: u64,
    address: u8,
    /// The last mail that it knew of.
    knew: Option<Sent>,
    step: Step,
}

/// A mail, or what the row says of the last one: when, up to which record, and to which address.
type Sent = (i64, u64, u8);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    now: i64,
    /// Of each record whether it is a message, and when it was stored.
    records: Vec<(bool, i64)>,
    /// Notes in the queue: due, seq, since.
    queue: BTreeSet<(i64, u64, i64)>,
    workers: Vec<Worker>,
    read: u64,
    online: bool,
    /// How often they came or went.
    flips: u8,
    address: u8,
    told: Option<Sent>,
    lease: Option<(i64, i64)>,
    mails: Vec<Sent>,
    /// Messages whose notes ended as covered.
    covered: BTreeSet<u64>,
    crashes: u8,
    repeats: u8,
    /// Mails that nobody noted.
    unnoted: u8,
}

fn seq(number: u64) -> Seq {
    Seq::try_from(number).expect("a seq")
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute * 60_000)
}

fn token(address: u8) -> UnsubscribeToken {
    UnsubscribeToken::from_random([address; 16])
}

impl World {
    fn new() -> Self {
        Self {
            now: 0,
            records: Vec::new(),
            queue: BTreeSet::new(),
            workers: Vec::new(),
            read: 0,
            online: true,
            flips: 0,
            address: 1,
            told: None,
            lease: None,
            mails: Vec::new(),
            covered: BTreeSet::new(),
            crashes: 0,
            repeats: 0,
            unnoted: 0,
        }
    }

    fn head(&self) -> u64 {
        self.records.len() as u64
    }

    /// Messages among the first so many records.
    fn messages(&self, head: u64) -> u64 {
        self.records.iter().take(head as usize).filter(|(message, _)| *message).count() as u64
    }

    fn verdict(&self, number: u64, since: i64) -> Verdict {
        let marker = ReadMarker {
            case_id: "case-1".parse().expect("an id"),
            reader: "chen".parse().expect("an id"),
            seq: seq(self.read),
            from_requester: self.messages(self.read),
            from_provider: 0,
            read_at: at(0),
        };
        let note = Note {
            case_id: marker.case_id.clone(),
            role: Role::Provider,
            seq: seq(number),
            since: at(since),
            handed_over: false,
        };
        let told = self.told.map(|(when, head, address)| Told {
            seq: seq(head),
            from_requester: self.messages(head),
            from_provider: 0,
            to: token(address),
            at: at(when),
        });
        let address = token(self.address);
        let situation = Situation {
            read: (self.read > 0).then_some(&marker),
            notice: &Notice { told, leased_until: self.lease.map(|(until, _)| at(until)) },
            level: Level::Full,
            muted: false,
            address: Some(&address),
            lost: None,
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
        let facts = self.records.iter().filter(|(message, _)| !message).count();
        if self.now < 2 && self.records.len() - facts < 2 {
            push(&|world| world.write(true));
        }
        if self.now < 2 && facts < 1 {
            push(&|world| world.write(false));
        }
        for read in self.read + 1..=self.head() {
            push(&|world| world.read = read);
        }
        if self.flips < 2 {
            push(&|world| {
                world.flips += 1;
                world.online = !world.online;
            });
        }
        if self.address == 1 {
            push(&|world| world.address = 2);
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
            if self.crashes + self.repeats < 1 && self.workers.len() < 2 {
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
            if self.crashes + self.repeats < 1 {
                push(&|world| {
                    let worker = world.workers.remove(index);
                    world.crashes += 1;
                    world.unnoted += u8::from(matches!(worker.step, Step::Sent { .. }));
                });
            }
        }
        worlds
    }

    fn write(&mut self, message: bool) {
        self.records.push((message, self.now));
        if message {
            self.queue.insert((self.now + DELAY, self.head(), self.now));
        }
    }

    /// A note in hand stays in the queue, hidden, until it is done with.
    fn take(&mut self, (due, number, since): (i64, u64, i64)) {
        self.queue.remove(&(due, number, since));
        match self.verdict(number, since) {
            Verdict::Over(Over::Read) => assert!(self.read >= number, "not read: {self:?}"),
            Verdict::Over(Over::Covered) => {
                let unread = self.mails.iter().any(|(_, head, address)| {
                    *address == self.address && self.messages(*head) > self.messages(self.read)
                });
                assert!(unread, "nothing that was told is unread: {self:?}");
                self.covered.insert(number);
            }
            Verdict::Over(over) => panic!("{over:?}"),
            Verdict::Busy => {
                self.queue.insert((self.now + COMES_BACK, number, since));
            }
            Verdict::Later(wait) => {
                assert_eq!(wait.as_secs() % 60, 0);
                self.queue.insert((self.now + (wait.as_secs() / 60) as i64, number, since));
            }
            Verdict::Send(_) => {
                self.queue.insert((self.now + COMES_BACK, number, since));
                self.workers.push(Worker {
                    note: number,
                    since,
                    began: self.now,
                    head: self.head(),
                    address: self.address,
                    knew: self.told,
                    step: Step::Decided,
                });
            }
        }
    }

    fn advance(&mut self, index: usize) {
        let worker = self.workers[index];
        match worker.step {
            Step::Decided => {
                // A conditional write: nobody has it, and nothing was told since.
                let free = self.lease.is_none_or(|(until, _)| until <= self.now);
                if free && self.told == worker.knew {
                    let owner = self.now * 100 + index as i64;
                    self.lease = Some((self.now + LEASE, owner));
                    self.workers[index].step = Step::Leased { by: owner };
                } else {
                    self.workers.remove(index);
                }
            }
            Step::Leased { by } => {
                self.mails.push((self.now, worker.head, worker.address));
                self.workers[index].step = Step::Sent { by };
            }
            Step::Sent { by } => {
                if self.lease.is_some_and(|(_, owner)| owner == by) {
                    self.told = Some((worker.began, worker.head, worker.address));
                    self.lease = None;
                }
                let mine =
                    |(_, number, since): &&(i64, u64, i64)| (*number, *since) == (worker.note, worker.since);
                if let Some(done) = self.queue.iter().find(mine).copied() {
                    self.queue.remove(&done);
                }
                self.workers.remove(index);
            }
        }
    }

    fn check(&self) {
        // Two mails tell an address of the same messages only when one was sent and not noted.
        for pair in self.mails.windows(2) {
            let more = self.messages(pair[1].1) > self.messages(pair[0].1) || pair[1].2 != pair[0].2;
            assert!(more || self.unnoted > 0, "told twice: {self:?}");
        }
        for (index, (message, stored)) in self.records.iter().enumerate() {
            let number = index as u64 + 1;
            let told = self.mails.iter().any(|(_, head, _)| *head >= number);
            let known = !message || self.read >= number || told || self.covered.contains(&number);
            // At the latest, however long somebody is online; later only for what crashed or came twice.
            let slack = DELAY + INTERVAL + COMES_BACK * i64::from(self.crashes + self.repeats);
            let waits = self.now <= stored + AT_LATEST + slack;
            assert!(known || waits, "message {number} waits too long: {self:?}");
        }
    }
}

#[test]
fn every_message_is_read_or_told_once_whatever_happens() {
    let mut seen = HashSet::from([World::new()]);
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

/// Two messages and what came between, of which a mail told.
fn told_of(head: u64) -> World {
    let mut world = World::new();
    world.online = false;
    world.records = vec![(true, 0), (false, 0), (true, 0)];
    world.told = Some((0, head, 1));
    world
}

#[test]
fn what_comes_while_a_mail_is_unread_is_covered_by_it_and_by_nothing_else() {
    let mut world = told_of(2);
    assert_eq!(world.verdict(3, 0), Verdict::Over(Over::Covered));
    world.read = 1;
    assert_eq!(
        world.verdict(3, 0),
        Verdict::Send(Level::Full),
        "all that it told of is read, though it stood at 2"
    );
    world.read = 3;
    assert_eq!(world.verdict(3, 0), Verdict::Over(Over::Read));
}

#[test]
fn a_mail_to_another_address_or_one_that_was_lost_covers_nothing() {
    let mut world = told_of(1);
    world.address = 2;
    assert_eq!(world.verdict(3, 0), Verdict::Send(Level::Full));
    let (note, marker) = (note(3), None);
    let address = token(1);
    let told = Told { seq: seq(1), from_requester: 1, from_provider: 0, to: address.clone(), at: at(5) };
    let notice = Notice { told: Some(told), leased_until: None };
    let situation = |lost| Situation {
        read: marker,
        notice: &notice,
        level: Level::Full,
        muted: false,
        address: Some(&address),
        lost,
        online: false,
        now: at(9),
    };
    assert_eq!(decide(&note, &situation(Some(at(4))), PATIENCE), Verdict::Over(Over::Covered));
    assert_eq!(decide(&note, &situation(Some(at(6))), PATIENCE), Verdict::Send(Level::Full));
    let handed_over = Note { handed_over: true, ..note };
    assert_eq!(
        decide(&handed_over, &situation(None), PATIENCE),
        Verdict::Send(Level::Full),
        "a case that came back"
    );
}

fn note(number: u64) -> Note {
    let case_id = "case-1".parse().expect("an id");
    Note { case_id, role: Role::Provider, seq: seq(number), since: at(0), handed_over: false }
}

#[test]
fn who_is_online_is_told_at_the_latest_all_the_same() {
    let mut world = World::new();
    world.records = vec![(true, 0)];
    assert_eq!(world.verdict(1, 0), Verdict::Later(Duration::from_secs(60)));
    world.now = AT_LATEST - 1;
    assert_eq!(world.verdict(1, 0), Verdict::Later(Duration::from_secs(60)));
    world.now = AT_LATEST;
    assert_eq!(world.verdict(1, 0), Verdict::Send(Level::Full));
}
