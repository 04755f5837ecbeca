//! The one place that asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use case_chat_domain::Timestamp;

/// Now, to the millisecond.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}
