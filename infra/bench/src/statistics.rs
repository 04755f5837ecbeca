//! Of many measurements, one number.

use std::time::Duration;

/// The one below which that share of them is.
pub(crate) fn percentile(times: &[Duration], share: f64) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    let place = (times.len() as f64 * share) as usize;
    times.get(place.min(last)).copied().unwrap_or_default()
}

pub(crate) fn median(times: impl IntoIterator<Item = Duration>) -> Duration {
    percentile(&times.into_iter().collect::<Vec<_>>(), 0.5)
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// To two digits behind the point.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
