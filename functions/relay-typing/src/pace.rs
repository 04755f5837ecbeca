use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use case_chat_domain::Timestamp;

/// A socket may hint once in this time.
const INTERVAL_MILLIS: i64 = 3_000;
/// More sockets than this in three seconds are forgotten early: a few hints too many do no harm.
const MAX_SOCKETS: usize = 10_000;

/// How often each socket has hinted, as far as one sandbox can know.
#[derive(Default)]
pub struct Pace {
    latest: Mutex<HashMap<String, i64>>,
}

impl Pace {
    /// Whether that socket may hint now; if so, it may not for the next 3 seconds.
    pub fn admits(&self, connection_id: &str, now: Timestamp) -> bool {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now.millis();
        if latest.get(connection_id).is_some_and(|last| now - last < INTERVAL_MILLIS) {
            return false;
        }
        if latest.len() >= MAX_SOCKETS {
            latest.retain(|_, last| now - *last < INTERVAL_MILLIS);
        }
        if latest.len() >= MAX_SOCKETS {
            latest.clear();
        }
        latest.insert(connection_id.to_owned(), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_socket_hints_once_in_three_seconds_and_keeps_no_other_from_it() {
        let pace = Pace::default();
        assert!(pace.admits("a", at(0)));
        assert!(!pace.admits("a", at(2_999)));
        assert!(pace.admits("b", at(2_999)));
        assert!(pace.admits("a", at(3_000)));
    }

    #[test]
    fn a_flood_of_sockets_is_forgotten_rather_than_kept() {
        let pace = Pace::default();
        for socket in 0..3 * MAX_SOCKETS {
            assert!(pace.admits(&socket.to_string(), at(0)));
        }
        assert!(pace.latest.lock().expect("unpoisoned").len() <= MAX_SOCKETS);
    }
}
