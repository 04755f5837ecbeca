//! Which of the template's grants were used: so that a report can name those that nothing needs.
//!
//! The file has one JSON object a line, appended; several local clouds may share it:
//!
//! ```text
//! {"kind":"granted","function":"PostMessage","statement":"AppendToThread","action":"dynamodb:Query"}
//! {"kind":"used","function":"PostMessage","statement":"AppendToThread","action":"dynamodb:Query"}
//! ```
//!
//! `function` is the logical id; `statement` is the Sid, or the statement's position among the function's, from 0;
//! `action` is as the template has it, wildcards included (`*` for a NotAction). All grants of the template are written
//! at the start, each used one when it is first used in this process. What SAM grants by itself is on neither side.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use serde_json::json;

/// The record; without a file, nothing is kept.
pub(super) struct Grants(Option<Record>);

struct Record {
    file: File,
    written: Mutex<BTreeSet<String>>,
}

impl Grants {
    pub(super) fn open(file: Option<&Path>) -> Result<Self> {
        let open = |path: &Path| {
            if let Some(directory) = path.parent() {
                std::fs::create_dir_all(directory)
                    .with_context(|| format!("cannot create {}", directory.display()))?;
            }
            let file = File::options().create(true).append(true).open(path);
            let file = file.with_context(|| format!("cannot append to {}", path.display()))?;
            anyhow::Ok(Record { file, written: Mutex::default() })
        };
        Ok(Self(file.map(open).transpose()?))
    }

    pub(super) fn granted(&self, function: &str, statement: &str, action: &str) {
        self.write("granted", function, statement, action);
    }

    pub(super) fn used(&self, function: &str, statement: &str, action: &str) {
        self.write("used", function, statement, action);
    }

    fn write(&self, kind: &str, function: &str, statement: &str, action: &str) {
        let Some(record) = &self.0 else {
            return;
        };
        let line = json!({ "kind": kind, "function": function, "statement": statement, "action": action });
        let line = format!("{line}\n");
        let mut written = record.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.contains(&line) {
            return;
        }
        // One write in append mode: lines of several processes do not mix.
        match (&record.file).write_all(line.as_bytes()) {
            Ok(()) => {
                written.insert(line);
            }
            Err(error) => tracing::error!("a grant cannot be written down: {error}"),
        }
    }
}
