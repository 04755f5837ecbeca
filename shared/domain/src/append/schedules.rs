//! Random schedules of the anchored append: devices, retries, crashes, stale reads and the host.
//!
//! Each attempt runs as its function does, one request to the store a step, and any other attempt
//! may run between two steps. A failure names the seed of its schedule.

use std::collections::HashMap;

use super::*;
use crate::tail::tests::{client_id, opened, person};
use crate::{CaseStatus, ClientId, Role, UserId};

const SCHEDULES: u64 = 100_000;
/// Small, so that short schedules meet an anchor that is too old.
const BOUND: u64 = 4;
const RATE: Rate = Rate { burst: 1_000_000, per_second: 1 };

/// A seeded sequence of numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("small")
    }
}

/// One invocation of post-message, between two of its requests.
enum Attempt {
    Start,
    HasTail(Tail),
    HasWindow(Participant, Window),
    Inserts(Participant, Window, Tail),
}

enum Outcome {
    Pending(Attempt),
    Answered(Result<SealedRecord, Refusal>),
}

/// A message that some device wants to send.
struct Message {
    user: UserId,
    draft: Draft,
    sent: bool,
    answer: Option<Result<SealedRecord, Refusal>>,
    /// Each with the request as it was sent, since a device may take a new anchor later.
    attempts: Vec<(Draft, Attempt)>,
}

struct World {
    log: Vec<Tail>,
    messages: Vec<Message>,
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_000)
}

fn between(log: &[Tail], range: &RangeInclusive<Seq>) -> Vec<SealedRecord> {
    log.iter().filter(|t| range.contains(&t.seq())).map(|t| t.sealed().clone()).collect()
}

fn decided(user: Participant, window: Window, draft: &Draft) -> Outcome {
    match decide(&user, &window, draft, &[], RATE, now()) {
        Decision::AlreadyStored(record) => Outcome::Answered(Ok(record)),
        Decision::Bind => unreachable!("these drafts take nothing along"),
        Decision::Refuse(refusal) => Outcome::Answered(Err(refusal)),
        Decision::Insert(entry) => Outcome::Pending(Attempt::Inserts(user, window, entry)),
    }
}

/// The next request of an attempt, against the log as it stands now.
fn step(log: &mut Vec<Tail>, user: &UserId, draft: &Draft, attempt: Attempt) -> Outcome {
    match attempt {
        Attempt::Start => Outcome::Pending(Attempt::HasTail(log.last().expect("opened").clone())),
        Attempt::HasTail(tail) => {
            let Some(participant) = tail.admit(user) else {
                return Outcome::Answered(Err(Refusal::NotAParticipant));
            };
            let records = match Window::missing_within(BOUND, &tail, draft.after) {
                Err(refusal) => return Outcome::Answered(Err(refusal)),
                Ok(range) => range.map_or_else(Vec::new, |range| between(log, &range)),
            };
            let window = Window::new(tail, draft.after, records).expect("dense");
            Outcome::Pending(Attempt::HasWindow(participant, window))
        }
        Attempt::HasWindow(participant, window) => decided(participant, window, draft),
        Attempt::Inserts(participant, mut window, entry) => {
            if entry.seq().get() == log.len() as u64 {
                log.push(entry.clone());
                return Outcome::Answered(Ok(entry.sealed().clone()));
            }
            let beyond = log.iter().filter(|t| t.seq() > window.tail().seq()).cloned().collect();
            window.extend(beyond).expect("dense");
            decided(participant, window, draft)
        }
    }
}

impl World {
    fn new(dice: &mut Dice) -> Self {
        let log = vec![Tail::new(opened("case-1"), Buckets::default())];
        let people = ["amira", "chen", "okafor"];
        let messages = (0..2 + dice.roll(4))
            .map(|number| Message {
                user: people[dice.roll(people.len())].parse().expect("an id"),
                draft: Draft {
                    client_id: client_id(number as u64),
                    after: Seq::FIRST,
                    body: format!("message {number}").try_into().expect("a body"),
                    attachments: Vec::new(),
                },
                sent: false,
                answer: None,
                attempts: Vec::new(),
            })
            .collect();
        Self { log, messages }
    }

    fn host(&mut self, dice: &mut Dice) {
        let tail = self.log.last().expect("opened");
        let change = match dice.roll(12) {
            0 => Change::Close(tail.record().reference.clone()),
            1..=4 => Change::Open(tail.record().reference.clone()),
            5..=8 => Change::Reassign(Role::Provider, person("okafor")),
            _ => Change::Reassign(Role::Provider, person("chen")),
        };
        let next = tail.next(change, now());
        self.log.push(next);
    }

    /// One move of the schedule: a device sends or sends again, an attempt takes a step or
    /// crashes, an answer arrives or is lost, the host changes the case.
    fn play(&mut self, dice: &mut Dice) {
        if dice.roll(10) == 0 {
            return self.host(dice);
        }
        let length = self.log.len();
        let chosen = dice.roll(self.messages.len());
        let message = &mut self.messages[chosen];
        if message.attempts.is_empty() || dice.roll(6) == 0 {
            if !std::mem::replace(&mut message.sent, true) {
                // Before the first sending, the anchor is whatever the device has seen.
                message.draft.after = Seq::try_from(dice.roll(length) as u64).expect("small");
            }
            message.attempts.push((message.draft.clone(), Attempt::Start));
            return;
        }
        let (draft, attempt) = message.attempts.swap_remove(dice.roll(message.attempts.len()));
        if dice.roll(8) == 0 {
            return; // The sandbox crashed, or the answer was lost on the way.
        }
        match step(&mut self.log, &message.user, &draft, attempt) {
            Outcome::Pending(attempt) => message.attempts.push((draft, attempt)),
            Outcome::Answered(_) if dice.roll(4) == 0 => {}
            Outcome::Answered(answer) => message.receive(answer, &self.log),
        }
    }

    /// Every device sends until it has a final answer.
    fn settle(&mut self) {
        for message in &mut self.messages {
            while message.answer.is_none() {
                let mut attempt = Attempt::Start;
                let answer = loop {
                    match step(&mut self.log, &message.user, &message.draft, attempt) {
                        Outcome::Pending(next) => attempt = next,
                        Outcome::Answered(answer) => break answer,
                    }
                };
                message.receive(answer, &self.log);
            }
        }
    }

    fn check(&self) {
        let mut stored: HashMap<(UserId, ClientId), &Tail> = HashMap::new();
        for (index, tail) in self.log.iter().enumerate() {
            assert_eq!(tail.seq().get(), index as u64, "numbers are dense");
            assert!(tail.sealed().is_intact());
            let Some(before) = index.checked_sub(1).map(|i| &self.log[i]) else {
                continue;
            };
            assert_eq!(tail.record().previous_hash, before.record().hash, "the chain holds");
            if let Event::Message { client_id, sender, .. } = &tail.record().event {
                assert_eq!(before.record().status, CaseStatus::Open, "nobody wrote into a closed case");
                assert!(before.admit(&sender.user_id).is_some(), "only participants wrote");
                let twice = stored.insert((sender.user_id.clone(), client_id.clone()), tail);
                assert!(twice.is_none(), "a message stands in the thread twice");
            }
        }
        for message in &self.messages {
            let found = stored.get(&(message.user.clone(), message.draft.client_id.clone()));
            match &message.answer {
                Some(Ok(record)) => {
                    assert_eq!(found.expect("an acknowledged message is kept").sealed(), record)
                }
                Some(Err(Refusal::CaseClosed | Refusal::NotAParticipant)) => {}
                other => panic!("no final answer: {other:?}"),
            }
        }
    }
}

fn is_by_id(tail: &Tail, id: &ClientId) -> bool {
    matches!(&tail.record().event, Event::Message { client_id, .. } if client_id == id)
}

impl Message {
    /// What a device does with an answer. An anchor that is too old sends it to read the thread:
    /// if its message turns up there it is done, otherwise what it has read is its new anchor.
    fn receive(&mut self, answer: Result<SealedRecord, Refusal>, log: &[Tail]) {
        match answer {
            Err(Refusal::AnchorTooOld) => {
                let last = log.last().expect("opened");
                match log.iter().find(|tail| is_by_id(tail, &self.draft.client_id)) {
                    Some(stored) => self.answer = Some(Ok(stored.sealed().clone())),
                    None => self.draft.after = last.seq(),
                }
            }
            answer => {
                if let Some(Ok(first)) = &self.answer {
                    if let Ok(again) = &answer {
                        assert_eq!(first, again, "every answer carries the same record");
                    }
                } else {
                    self.answer = Some(answer);
                }
            }
        }
    }
}

fn run(seed: u64) {
    let mut dice = Dice(seed);
    let mut world = World::new(&mut dice);
    for _ in 0..20 + dice.roll(60) {
        world.play(&mut dice);
    }
    world.settle();
    world.check();
}

#[test]
fn no_schedule_gives_a_gap_a_duplicate_or_a_lost_message() {
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get) as u64;
    std::thread::scope(|scope| {
        for first in 0..threads {
            scope.spawn(move || {
                for seed in (first..SCHEDULES).step_by(usize::try_from(threads).expect("few")) {
                    if let Err(panic) = std::panic::catch_unwind(|| run(seed)) {
                        eprintln!("the schedule of seed {seed} failed");
                        std::panic::resume_unwind(panic);
                    }
                }
            });
        }
    });
}
