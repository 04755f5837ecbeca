//! What the measurements in a browser (`tests/browser/*.bench.ts`) said.

use std::fs;

use anyhow::{Context, Result};

use crate::{
    paths,
    report::{Line, Report},
};

pub(super) fn read(what: &[&str]) -> Result<Report> {
    let mut report = Report::default();
    for name in what {
        let seen = fs::read(paths::seen_in_browser(name))
            .with_context(|| format!("`cargo xtask bench {name}` measures it"))?;
        let lines: Vec<Line> = serde_json::from_slice(&seen)?;
        report.lines.extend(lines);
    }
    Ok(report)
}
