//! What the kernel counts of a process.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

/// Its CPU time so far, user and system, all threads: to the nanosecond, where `stat` has hundredths of a second.
pub(super) fn cpu(process: u32) -> Result<Duration> {
    let mut sum = Duration::ZERO;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        sum += of_task(&task?.path().join("schedstat"))?;
    }
    Ok(sum)
}

/// The same of whoever asks.
pub(crate) fn cpu_of_this_thread() -> Result<Duration> {
    of_task("/proc/thread-self/schedstat".as_ref())
}

fn of_task(schedstat: &std::path::Path) -> Result<Duration> {
    let text = fs::read_to_string(schedstat).context("the kernel keeps no scheduler statistics")?;
    let nanos = text.split_whitespace().next().context("an empty schedstat")?;
    Ok(Duration::from_nanos(nanos.parse()?))
}

/// The most memory that it had at once, in bytes.
pub(super) fn peak_memory(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(peak.trim_end_matches("kB").trim().parse::<u64>()? * 1024)
}
