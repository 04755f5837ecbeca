//! From a Lambda event to a function's input, and from its error to an answer.
//!
//! Everything about the edge that the functions share: the environment, the clock, who is calling,
//! HTTP requests and problems, handshakes, stream batches, the audit trail, logs, metrics, traces. It knows no table and no store.
#![warn(missing_docs)]

pub mod audit;
pub mod clock;
pub mod environment;
mod failure;
pub mod handshake;
pub mod http;
pub mod identity;
pub mod metrics;
pub mod stream;
pub mod telemetry;
pub mod trace;

pub use failure::Failure;
