use std::{fs, process::Command, thread::available_parallelism};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// When and on what something was measured.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Occasion {
    date: String,
    processor: String,
    cores: usize,
    kernel: String,
    rustc: String,
}

impl Occasion {
    pub(crate) fn now() -> Result<Self> {
        let processors = fs::read_to_string("/proc/cpuinfo")?;
        let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let rustc = Command::new("rustc").arg("--version").output()?;
        Ok(Self {
            date: OffsetDateTime::now_utc().date().to_string(),
            processor: model.map_or("an unnamed processor", |(_, model)| model).to_owned(),
            cores: available_parallelism()?.get(),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            rustc: String::from_utf8_lossy(&rustc.stdout).trim().to_owned(),
        })
    }
}

impl std::fmt::Display for Occasion {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { date, processor, cores, kernel, rustc } = self;
        write!(to, "{date} on {processor}, {cores} cores, Linux {kernel}, {rustc}")
    }
}
