//! The gateway's clock and the ways in which AWS writes times. Nothing else here asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the one place where this crate reads the clock")]
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// As in access logs, `12/Mar/2020:19:03:58 +0000`: what events carry beside the epoch.
pub(crate) fn log_time(millis: u64) -> String {
    let at = moment(millis);
    let month = at.month().to_string();
    let (day, year, hour, minute, second) = (at.day(), at.year(), at.hour(), at.minute(), at.second());
    format!("{day:02}/{}/{year}:{hour:02}:{minute:02}:{second:02} +0000", &month[..3])
}

/// As the management API answers, `2020-03-12T19:03:58.390Z`.
pub(crate) fn rfc3339(millis: u64) -> String {
    moment(millis).format(&Rfc3339).unwrap_or_default()
}

fn moment(millis: u64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_aws_writes_them() {
        assert_eq!(log_time(1_583_348_638_390), "04/Mar/2020:19:03:58 +0000");
        assert_eq!(rfc3339(1_583_348_638_390), "2020-03-04T19:03:58.39Z");
    }
}
