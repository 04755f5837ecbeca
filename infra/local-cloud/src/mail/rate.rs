//! How many mails a second are taken.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

/// A bound, and when the latest mails were taken.
pub(super) struct Rate {
    most: usize,
    latest: Mutex<VecDeque<Instant>>,
}

impl Rate {
    pub(super) fn new(per_second: u32) -> Self {
        Self { most: per_second as usize, latest: Mutex::default() }
    }

    /// Whether one more may be taken now; if so, it counts as taken.
    pub(super) fn admits(&self) -> bool {
        let now = Instant::now();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        while latest.front().is_some_and(|taken| now.duration_since(*taken) >= SECOND) {
            latest.pop_front();
        }
        let admits = latest.len() < self.most;
        if admits {
            latest.push_back(now);
        }
        admits
    }
}
