//! What whoever is on call needs, handed on to `infra/operations`: the resources of a stack are found by its name.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::{
    command::{cargo, run},
    python::AWS,
};

const PACKAGE: &str = "case-chat-operations";

/// What is handed on.
#[derive(Args)]
pub(crate) struct Options {
    /// The stack that it is about; without it, name what is needed: --resource Threads=NAME.
    #[arg(long)]
    stack: Option<String>,
    /// What the operation itself is told; --help says what.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Runs an operation, with the credentials and the region of the environment.
pub(crate) fn perform(operation: &str, Options { stack, options }: &Options) -> Result<()> {
    let resources = stack.as_deref().map(resources_of).transpose()?.unwrap_or_default();
    let named = resources.iter().flat_map(|resource| ["--resource", resource]);
    run(cargo().args(["run", "--quiet", "--package", PACKAGE, "--", operation]).args(named).args(options))
}

/// Every resource of a stack, its name in template.yaml first: `Threads=case-chat-Threads-1A2B3C`.
fn resources_of(stack: &str) -> Result<Vec<String>> {
    let mut list = Command::new(AWS.program()?);
    list.args(["cloudformation", "list-stack-resources", "--stack-name", stack])
        .args(["--query", "StackResourceSummaries[].[LogicalResourceId,PhysicalResourceId]"])
        .args(["--output", "text"]);
    // Version 1 of the command line knows it by its older name only.
    if let Some(region) = region() {
        list.env("AWS_DEFAULT_REGION", region);
    }
    let listed = list.stderr(std::process::Stdio::inherit()).output().context("aws could not be started")?;
    ensure!(listed.status.success(), "the resources of {stack} could not be listed");
    Ok(pairs(&String::from_utf8_lossy(&listed.stdout)))
}

#[expect(clippy::disallowed_methods, reason = "tasks are configured by the developer's environment")]
fn region() -> Option<std::ffi::OsString> {
    std::env::var_os("AWS_REGION")
}

fn pairs(listed: &str) -> Vec<String> {
    let pairs = listed.lines().filter_map(|line| line.split_once('\t'));
    pairs.map(|(name, physical)| format!("{name}={physical}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stacks_resources_are_named_as_in_the_template() {
        let listed =
            "Threads\tcase-chat-Threads-1A2B3C\nNotes\thttps://sqs.eu-central-1.amazonaws.com/1/Notes\n";
        assert_eq!(
            pairs(listed),
            ["Threads=case-chat-Threads-1A2B3C", "Notes=https://sqs.eu-central-1.amazonaws.com/1/Notes"]
        );
    }
}
