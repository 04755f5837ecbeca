//! Transcripts that hold, and every way to change one.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed; clippy sees tests only in #[test] functions"
)]

mod command;
mod tampering;
mod transcripts;
