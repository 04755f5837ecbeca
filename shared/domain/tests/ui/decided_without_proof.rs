//! A message of somebody whom no thread has admitted.

use case_chat_domain::{Draft, Rate, Timestamp, UserId, Window, decide};

fn write(user: &UserId, window: &Window, draft: &Draft, rate: Rate, now: Timestamp) {
    let _ = decide(user, window, draft, &[], rate, now);
}

fn main() {}
