//! The local cloud from outside, part by part.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed; clippy sees tests only in #[test] functions"
)]

mod cloud;
mod events;
mod functions;
mod queues;
mod sources;
mod support;
mod template;
