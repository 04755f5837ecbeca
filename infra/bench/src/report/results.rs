use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::machine::Occasion;
use crate::{paths, rows::Row};

const FILE: &str = "results.json";

/// All rows that were ever measured, the newest of each.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Results(BTreeMap<String, Measured>);

/// A row as it was measured last.
#[derive(Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(super) on: Occasion,
    #[serde(flatten)]
    pub(super) report: Report,
}

/// What a row has to say.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Report {
    /// For people.
    pub(crate) lines: Vec<Line>,
    /// For other rows.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) values: Value,
}

/// A line of the table.
#[derive(Serialize, Deserialize)]
pub(crate) struct Line {
    pub(super) what: String,
    pub(super) measured: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) met: Option<bool>,
}

impl Line {
    pub(crate) fn new(what: impl Into<String>, measured: impl Into<String>) -> Self {
        Self { what: what.into(), measured: measured.into(), target: String::new(), met: None }
    }

    /// Says what was wanted, and whether it is so.
    pub(crate) fn target(self, target: impl Into<String>, met: bool) -> Self {
        Self { target: target.into(), met: Some(met), ..self }
    }
}

impl Report {
    pub(crate) fn say(&mut self, line: Line) {
        self.lines.push(line);
    }
}

impl Results {
    /// Those that are kept.
    pub(crate) fn read() -> Result<Self> {
        match fs::read(paths::bench(FILE)) {
            Ok(kept) => serde_json::from_slice(&kept).context(FILE),
            Err(_) => Ok(Self::default()),
        }
    }

    /// Keeps a row in the place of what it said before.
    pub(crate) fn keep(&mut self, row: Row, report: Report) -> Result<()> {
        self.0.insert(row.name(), Measured { on: Occasion::now()?, report });
        let mut json = serde_json::to_string_pretty(self)?;
        json.push('\n');
        fs::write(paths::bench(FILE), json).context(FILE)
    }

    pub(super) fn of(&self, row: Row) -> Option<&Measured> {
        self.0.get(&row.name())
    }

    /// What a row found, for another that builds on it.
    pub(crate) fn values<T: DeserializeOwned>(&self, row: Row) -> Result<T> {
        let name = row.name();
        let measured = self.of(row).with_context(|| format!("`{name}` must be measured first"))?;
        serde_json::from_value(measured.report.values.clone()).with_context(|| format!("what `{name}` found"))
    }
}
