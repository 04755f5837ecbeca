//! A running case chat for tests: a local cloud in a process of its own, with data of its own.
//!
//! Speaks the wire's own JSON, so that a test sees what a client would. The functions and the local
//! cloud must be built (`cargo xtask test` does that first).

mod aws;
mod client;
mod cloud;
mod contract;
mod mail;
mod poll;
mod socket;
mod uploads;

pub use aws::{Account, FunctionRequest};
pub use client::{Client, Reply};
pub use cloud::{Cloud, Setting, case};
pub use contract::{Answer, Documents, Operation};
pub use poll::eventually;
pub use socket::{Handshake, Socket};
pub use uploads::Sample;

/// A new message's id.
#[must_use]
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
