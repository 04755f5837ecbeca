//! What whoever is on call needs, handed on to `infra/operations`: the resources of a stack are found by its name.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::{
    command::{cargo, root},
    python::AWS,
};

const PACKAGE: &str = "case-chat-operations";

/// What is handed on, and the stack that it is about: --stack NAME, wherever it stands.
#[derive(Args)]
pub(crate) struct Options {
    /// What the operation is told; --help says what.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Runs an operation, with the credentials and the region of the environment, in the folder that files are named from.
pub(crate) fn perform(operation: &str, Options { options }: Options, folder: &Path) -> Result<()> {
    let (stack, options) = split(options)?;
    let helps = options.iter().any(|option| option == "--help" || option == "-h");
    let stack = stack.filter(|_| !helps);
    let resources = stack.as_deref().map(resources_of).transpose()?.unwrap_or_default();
    let named = resources.iter().flat_map(|resource| ["--resource", resource]);
    let mut cargo = cargo();
    cargo.args(["run", "--quiet", "--package", PACKAGE, "--manifest-path"]).arg(root().join("Cargo.toml"));
    cargo.args(["--", operation]).args(named).args(options).current_dir(folder);
    // What went wrong, it has said; all that it was told would hide it.
    let ended = cargo.status().context("cargo could not be started")?;
    ensure!(ended.success(), "not all was done ({ended})");
    Ok(())
}

/// The stack, and what else stands there.
fn split(options: Vec<String>) -> Result<(Option<String>, Vec<String>)> {
    let (mut stack, mut others, mut options) = (None, Vec::new(), options.into_iter());
    while let Some(option) = options.next() {
        match option.strip_prefix("--stack") {
            Some("") => stack = Some(options.next().context("--stack needs a name")?),
            Some(name) if name.starts_with('=') => stack = Some(name[1..].to_owned()),
            _ => others.push(option),
        }
    }
    Ok((stack, others))
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
    fn a_stack_is_named_before_or_after_what_else_is_told() {
        for told in ["--stack chat A B --x", "A --stack chat B --x", "A B --x --stack=chat"] {
            let (stack, others) = split(told.split(' ').map(str::to_owned).collect()).expect("a stack");
            assert_eq!((stack.as_deref(), others.join(" ").as_str()), (Some("chat"), "A B --x"), "{told}");
        }
        assert!(split(vec!["A".to_owned(), "--stack".to_owned()]).is_err());
    }

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
