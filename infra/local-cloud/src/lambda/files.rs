//! The functions' environments as files, for whoever else runs them.
//!
//! Written beside endpoints.json: `functions.env` for `cargo lambda watch --env-file`, one for all functions and with
//! credentials of all of them at once; `functions.json` for `sam local --env-vars`, each function with its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};

use super::{Surroundings, environment};
use crate::aws::WATCHED_KEY;
use crate::template::Function;

/// Writes both files into a directory.
pub fn write_environments(
    directory: &Path,
    functions: &BTreeMap<String, Function>,
    surroundings: &Surroundings,
) -> Result<()> {
    let context = || format!("cannot write into {}", directory.display());
    std::fs::create_dir_all(directory).with_context(context)?;
    let each: BTreeMap<&String, BTreeMap<String, String>> = functions
        .iter()
        .map(|(id, function)| (id, environment::for_others(function, surroundings)))
        .collect();
    let json = serde_json::to_vec_pretty(&each)?;
    std::fs::write(directory.join("functions.json"), json).with_context(context)?;

    let mut shared: BTreeMap<String, String> = BTreeMap::new();
    let mut disputed: BTreeSet<&str> = BTreeSet::new();
    for (name, value) in each.values().flatten() {
        let stands = shared.entry(name.clone()).or_insert_with(|| value.clone());
        if stands != value && !environment::CREDENTIALS.contains(&name.as_str()) {
            disputed.insert(name);
        }
    }
    for name in disputed {
        tracing::warn!("functions.env: functions disagree over {name}; it has the value of the first");
    }
    shared.extend(environment::CREDENTIALS.map(|name| (name.to_owned(), WATCHED_KEY.to_owned())));
    let lines: String = shared.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    std::fs::write(directory.join("functions.env"), lines).with_context(context)
}
