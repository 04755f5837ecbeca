//! Measures the functions and what they cost: `cargo xtask bench` builds what this needs, and runs it.
//!
//! Each row of the table is a module of [`rows`].

mod cloud;
mod lambda;
mod ledger;
mod paths;
mod report;
mod rows;
mod statistics;

use std::{
    io::{Write, stderr},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};

use crate::{report::Results, rows::Row};

/// Measures rows, keeps what they say, and writes the table anew.
#[derive(Parser)]
struct Options {
    /// Which; without a name, all.
    rows: Vec<Row>,
    /// Programs that some rows set the functions beside.
    #[command(flatten)]
    beside: Beside,
}

/// Where others' programs are.
#[derive(clap::Args)]
pub(crate) struct Beside {
    /// Node.js.
    #[arg(long, default_value = "node")]
    node: PathBuf,
    /// Prosody.
    #[arg(long)]
    prosody: Option<PathBuf>,
    /// Synapse.
    #[arg(long)]
    synapse: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<()> {
    let mut results = Results::read()?;
    let wanted = if options.rows.is_empty() { Row::value_variants() } else { &options.rows };
    for row in wanted {
        say(&format!("Measuring: {}", row.name()));
        let report = row.measure(&options.beside, &results).await.with_context(|| row.name())?;
        results.keep(*row, report)?;
    }
    say(&format!("So far:\n\n{}", results.table()?));
    results.show()
}

/// Tells the person at the terminal; a terminal that is gone does not matter.
pub(crate) fn say(text: &str) {
    let _ = writeln!(stderr(), "==> {text}");
}
