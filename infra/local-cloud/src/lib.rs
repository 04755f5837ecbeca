//! Runs a serverless stack on one machine, from its template.yaml.
//!
//! What the template does not say does not happen: functions get the environment, the timeouts, the routes, the event
//! sources and the retries that it gives them, and may do what its policies allow; what it says without effect here is
//! named at the start. The crate knows nothing of this product but the cases that it opens; it reads a template and
//! speaks AWS's protocols.
//!
//! [`start`] yields a [`Running`] cloud with its [`Endpoints`]; with `port: 0`, any number of them run side by side.

pub mod aws;
mod clock;
mod cloud;
mod data;
pub mod dynamodb;
mod endpoints;
pub mod events;
pub mod iam;
pub mod kms;
pub mod lambda;
pub mod mail;
mod options;
pub mod pattern;
mod ports;
pub mod queues;
pub mod s3;
mod seed;
pub mod sources;
pub mod state;
mod surroundings;
pub mod template;
mod web;
pub mod xray;

pub use cloud::{Running, start};
pub use endpoints::Endpoints;
pub use options::Options;
