//! How fast each side may post: a token bucket that rides in the thread's tail. And how often a person may do what
//! is dear.
//!
//! The bucket is stored beside the tail record, not in it: it is neither hashed nor sent to anyone. The
//! next record carries it on, so the limit holds across sandboxes at no extra request.

use serde::{Deserialize, Serialize};

use crate::{Role, Timestamp};

/// The terms of the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Messages that a full bucket allows at once; at least 1.
    pub burst: u32,
    /// Messages a second that the bucket regains; at least 1.
    pub per_second: u32,
}

/// Both sides' buckets, as stored with a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Buckets {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requester: Option<Bucket>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<Bucket>,
}

/// What was left at some moment, in thousandths of a message: `[left, millis]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Bucket(u64, i64);

impl Buckets {
    /// Takes one message from a side's bucket, or says in how many seconds there will be one.
    pub(crate) fn take(self, role: Role, rate: Rate, now: Timestamp) -> Result<Self, u64> {
        let full = u64::from(rate.burst) * 1000;
        let bucket = match role {
            Role::Requester => self.requester,
            Role::Provider => self.provider,
        };
        let left = bucket.map_or(full, |Bucket(left, at)| {
            // Sandboxes' clocks differ a little: a moment in the past regains nothing.
            let elapsed = u64::try_from(now.millis() - at).unwrap_or(0);
            full.min(left.saturating_add(elapsed.saturating_mul(u64::from(rate.per_second))))
        });
        let Some(left) = left.checked_sub(1000) else {
            let missing = 1000 - left;
            return Err(missing.div_ceil(u64::from(rate.per_second).max(1)).div_ceil(1000).max(1));
        };
        let at = bucket.map_or(now.millis(), |Bucket(_, at)| at.max(now.millis()));
        let bucket = Some(Bucket(left, at));
        Ok(match role {
            Role::Requester => Self { requester: bucket, ..self },
            Role::Provider => Self { provider: bucket, ..self },
        })
    }
}

/// How often a person may do something that is dear: so often at once, and one more as each share of the hour passes.
///
/// All that is kept is until when the hour is used up (milliseconds): each time costs its share of the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    per_hour: u32,
}

impl Allowance {
    /// So often an hour; at least once.
    #[must_use]
    pub const fn per_hour(per_hour: u32) -> Self {
        Self { per_hour: if per_hour == 0 { 1 } else { per_hour } }
    }

    /// What one time costs, in milliseconds.
    #[must_use]
    pub const fn cost_millis(self) -> i64 {
        HOUR_MILLIS / self.per_hour as i64
    }

    /// The hour may be used up until then at most for another time to be allowed now.
    #[must_use]
    pub const fn latest(self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.millis() + HOUR_MILLIS - self.cost_millis())
    }

    /// In how many seconds there is room again, where the hour is used up until then.
    #[must_use]
    pub fn seconds_until_room(self, used_until: Timestamp, now: Timestamp) -> u64 {
        let millis = used_until.millis() - self.latest(now).millis();
        u64::try_from(millis).unwrap_or_default().div_ceil(1000).max(1)
    }
}

const HOUR_MILLIS: i64 = 60 * 60 * 1000;

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, per_second: 1 };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + millis)
    }

    #[test]
    fn a_burst_passes_and_then_one_message_a_second() {
        let mut buckets = Buckets::default();
        for _ in 0..3 {
            buckets = buckets.take(Role::Requester, RATE, at(0)).expect("within the burst");
        }
        assert_eq!(buckets.take(Role::Requester, RATE, at(1)), Err(1));
        assert!(buckets.take(Role::Provider, RATE, at(1)).is_ok(), "the other side has its own");
        let later = buckets.take(Role::Requester, RATE, at(1_000)).expect("a second later");
        assert_eq!(later.take(Role::Requester, RATE, at(1_500)), Err(1));
    }

    #[test]
    fn a_clock_that_runs_behind_gives_nothing_back_and_takes_nothing_twice() {
        let buckets = Buckets::default().take(Role::Requester, RATE, at(5_000)).expect("first");
        let behind = buckets.take(Role::Requester, RATE, at(0)).expect("second");
        let ahead = behind.take(Role::Requester, RATE, at(5_000)).expect("third");
        assert!(ahead.take(Role::Requester, RATE, at(5_000)).is_err());
    }

    #[test]
    fn an_allowance_is_for_so_often_at_once_and_then_once_in_each_share_of_the_hour() {
        let allowance = Allowance::per_hour(4);
        let now = at(0);
        let mut used_until = now;
        for _ in 0..4 {
            assert!(used_until <= allowance.latest(now));
            used_until = Timestamp::from_millis(used_until.millis() + allowance.cost_millis());
        }
        assert!(used_until > allowance.latest(now));
        assert_eq!(allowance.seconds_until_room(used_until, now), 900);
        assert!(used_until <= allowance.latest(at(900_000)));
    }
}
