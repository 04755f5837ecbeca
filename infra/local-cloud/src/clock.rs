//! The time, and its spellings in AWS's documents. The one place here that asks the machine's clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Milliseconds since the epoch.
#[expect(
    clippy::disallowed_methods,
    reason = "the local cloud's one clock; the rule is meant for the functions"
)]
pub(crate) fn now_millis() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    millis(since_epoch)
}

/// A duration in milliseconds.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// RFC 3339 in UTC, with milliseconds.
pub(crate) fn with_millis(millis: i64) -> String {
    let whole = rfc3339(millis.div_euclid(1000));
    format!("{}.{:03}Z", whole.trim_end_matches('Z'), millis.rem_euclid(1000))
}

/// RFC 3339 in UTC, in whole seconds.
pub(crate) fn in_seconds(millis: i64) -> String {
    rfc3339(millis.div_euclid(1000))
}

fn rfc3339(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
        .format(&Rfc3339)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spelled_as_aws_spells_them() {
        assert_eq!(with_millis(1_767_600_000_007), "2026-01-05T08:00:00.007Z");
        assert_eq!(in_seconds(1_767_600_000_007), "2026-01-05T08:00:00Z");
    }
}
