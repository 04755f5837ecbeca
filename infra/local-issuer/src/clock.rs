//! The issuer's clock. Nothing else here asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970, as claims count them.
#[expect(clippy::disallowed_methods, reason = "the one place where this crate reads the clock")]
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
