//! What whoever is on call needs after trouble: inboxes rebuilt from the threads, what was given up on taken up again, and
//! cases made known that exist already.
//!
//! Each may run while the system runs, may break off at any point, and may run again: what it does twice does no harm.
//! Nothing here says what people wrote, what they are called or where they read mail.
#![warn(missing_docs)]

mod inboxes;
mod invocation;
mod load;
mod queue;
mod redrive;
mod resources;
mod stream_records;
mod thread;

pub use inboxes::{Inboxes, Tally};
pub use load::{Load, LoadError, load};
pub use redrive::{QUEUES, redrive};
pub use resources::{Resource, Resources, Unnamed};

/// Where progress and failures are told, line by line.
pub type Say<'a> = &'a (dyn Fn(&str) + Sync);

/// `1 row`, `2 rows`.
#[must_use]
pub fn count(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
