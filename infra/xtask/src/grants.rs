//! Which actions that template.yaml grants no test has used: least privilege, read off a run.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::command::say;

/// Where the clouds of a test run append what they granted and what was used.
const FILE: &str = "target/local/grants.jsonl";

/// Grants that no test can use, each with the reason why it is there.
const UNUSED: [(&str, &str, &str); 0] = [];

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    kind: Kind,
    function: String,
    statement: String,
    action: String,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Granted,
    Used,
}

/// Forgets what earlier runs used.
pub(crate) fn forget() -> Result<()> {
    if Path::new(FILE).exists() {
        fs::remove_file(FILE)?;
    }
    Ok(())
}

/// Prints the report; fails over a grant that is neither used nor explained.
pub(crate) fn report() -> Result<()> {
    let lines = fs::read_to_string(FILE).with_context(|| format!("no test wrote {FILE}"))?;
    let (mut granted, mut used) = (BTreeSet::new(), BTreeSet::new());
    for line in lines.lines() {
        let grant: Grant = serde_json::from_str(line).with_context(|| format!("{FILE} is not readable"))?;
        let what = (grant.function, grant.statement, grant.action);
        match grant.kind {
            Kind::Granted => granted.insert(what),
            Kind::Used => used.insert(what),
        };
    }
    let mut unexplained = 0;
    for (function, statement, action) in granted.difference(&used) {
        let reason = UNUSED.iter().find(|(of, what, _)| of == function && what == action);
        let reason = reason.map_or("NO TEST USES IT", |(_, _, reason)| reason);
        unexplained += usize::from(reason == "NO TEST USES IT");
        say(format!("granted and not used: {function}, {statement}, {action}: {reason}"));
    }
    say(format!(
        "{} of {} granted actions were used by the tests",
        granted.intersection(&used).count(),
        granted.len()
    ));
    if unexplained > 0 {
        bail!(
            "template.yaml grants more than the tests use: take it away, or give the reason in {}",
            file!()
        );
    }
    Ok(())
}
