//! The local cloud from outside, part by part.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed; clippy sees tests only in #[test] functions"
)]

mod cloud;
mod events;
mod functions;
mod grants;
mod iam;
mod keys;
mod mail;
mod mailbox;
mod queue_mappings;
mod queue_sources;
mod queues;
mod s3;
mod services;
mod sources;
mod support;
mod template;
