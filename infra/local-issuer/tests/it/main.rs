//! The issuer through its public face: a browser's way, a script's way, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sign_in;
mod signer;
mod support;
mod tokens;
