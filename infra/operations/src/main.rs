//! The command: everything done, 0; something failed, 1; could not be tried, 2.

use std::{
    io::{Write, stderr, stdout},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Result;
use case_chat_aws::{Settings, StoreError};
use case_chat_domain::Timestamp;
use case_chat_operations::{Inboxes, QUEUES, Resource, Resources, count, load, redrive};
use clap::{Args, Parser, Subcommand, builder::PossibleValuesParser};

/// Takes its credentials and the region from the environment, as `aws configure export-credentials --format env` gives them.
#[derive(Parser)]
#[command(name = "case-chat-operations", about = "What whoever is on call needs after trouble")]
struct Command {
    #[command(subcommand)]
    operation: Operation,
}

#[derive(Subcommand)]
enum Operation {
    /// Fold every thread into its people's inboxes again: rows that are missing, behind or incomplete. Queues no mail.
    RebuildInbox {
        #[command(flatten)]
        of: Of,
    },
    /// Take up again what was given up on.
    Redrive {
        #[command(flatten)]
        of: Of,
        /// These queues alone, by their names in template.yaml.
        #[arg(value_parser = PossibleValuesParser::new(QUEUES))]
        queues: Vec<String>,
    },
    /// Make cases known that exist already.
    LoadCases {
        /// A CaseChanged event's detail a line, as JSON.
        file: PathBuf,
        #[command(flatten)]
        of: Of,
        /// The event bus, instead of --resource Bus=NAME.
        #[arg(long)]
        bus: Option<String>,
    },
}

#[derive(Args)]
struct Of {
    /// A table, queue (by its URL) or function of the stack, under its name in template.yaml: Threads=NAME. `cargo xtask`
    /// finds them all: --stack NAME.
    #[arg(long = "resource", value_name = "NAME=NAME")]
    resources: Vec<Resource>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match perform(Command::parse().operation).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("error: {error:#}"));
            if error.chain().any(is_unreached) {
                say("Is the region right, and is there a network?");
            }
            2.into()
        }
    }
}

/// Whether nothing failed.
async fn perform(operation: Operation) -> Result<bool> {
    let settings = Settings::from_lookup(environment)?.patient();
    match operation {
        Operation::RebuildInbox { of } => {
            let inboxes = Inboxes::new(&settings, &of.resources.into_iter().collect())?;
            let tally = inboxes.rebuild(now(), &say).await?;
            tell(&format!(
                "{}: {} written, {} unchanged, {} ahead of their thread, {} failed",
                count(tally.cases, "case"),
                count(tally.written, "row"),
                tally.unchanged,
                tally.ahead,
                count(tally.failed, "case")
            ));
            tell(
                "Not in the threads, so not rebuilt: how far people have read, what they chose, addresses and what became of mail.",
            );
            Ok(tally.failed == 0)
        }
        Operation::Redrive { of, queues } => {
            let resources: Resources = of.resources.into_iter().collect();
            let chosen = |queue: &&str| queues.is_empty() || queues.iter().any(|name| name == queue);
            let mut stay = 0;
            for queue in QUEUES.into_iter().filter(chosen) {
                stay += redrive(&settings, &resources, queue, now(), &say).await?;
            }
            let stays = if stay == 1 { "stays in its queue" } else { "stay in their queues" };
            tell(&format!("{} {stays}", count(stay, "message")));
            Ok(stay == 0)
        }
        Operation::LoadCases { file, of, bus } => {
            let resources: Resources = of.resources.into_iter().collect();
            let bus = bus.map_or_else(|| resources.get("Bus"), Ok)?;
            let load = load(&settings, &file, &bus, &say).await?;
            tell(&format!("{} put, {} failed", count(load.put, "case"), load.failed));
            Ok(load.failed == 0)
        }
    }
}

fn is_unreached(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(StoreError::Request { kind: "not reached", .. }))
}

/// The command line of AWS knows the region by either name.
#[expect(clippy::disallowed_methods, reason = "an operation is configured by whoever starts it")]
fn environment(name: &str) -> Option<String> {
    let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    read(name).or_else(|| (name == "AWS_REGION").then(|| read("AWS_DEFAULT_REGION"))?)
}

#[expect(clippy::disallowed_methods, reason = "an operation has no other clock")]
fn now() -> Timestamp {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}

/// What came of it. Nobody may be reading; the exit code tells all the same.
fn tell(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}

/// How it goes.
fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}
