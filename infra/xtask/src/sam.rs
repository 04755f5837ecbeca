//! AWS SAM's own checks of template.yaml: no account, no Docker.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    command::{program, run, say},
    deploy::ministack,
    functions, fuzz,
    python::{CARGO_LAMBDA, SAM, path_with},
    start, supply,
};

/// The templates that template.yaml takes in.
const NESTED: [&str; 2] = ["infra/web.yaml", "infra/sign-in.yaml"];

/// For each target; `cargo xtask fuzz` takes as long as one likes.
const FUZZ_SECONDS: u32 = 30;

/// Where what is shipped is built.
const TREE: &str = "target/ship-check";

/// What runs on this machine, as Lambda calls it.
const HERE: &str = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };

/// `sam validate --lint`, and the linter alone for the templates within.
pub(crate) fn validate() -> Result<()> {
    run(sam()?.args(["validate", "--lint", "--template", "template.yaml"]))?;
    run(Command::new(SAM.programs()?.join("cfn-lint")).args(NESTED))
}

/// Everything that `sam deploy` would upload, or one function of it, built from a clean clone, with its size; with
/// everything, what it is made of, what it does with input that nobody would send, and whether it can be deployed.
pub(crate) fn ship_check(function: Option<&str>, architecture: Option<&str>) -> Result<()> {
    validate()?;
    let tree = clean_clone(TREE)?;
    if function.is_none() {
        supply::sbom(tree, &functions::packages()?)?;
    }
    let architecture = architecture.unwrap_or(HERE);
    let what = function.unwrap_or("every function");
    say(format!("Building {what} for {architecture}, from a clean clone of what is committed"));
    let parameter = format!("Architecture={architecture}");
    let options = ["--beta-features", "--parameter-overrides", &parameter];
    build(tree, architecture, &[function.as_slice(), &options].concat())?;
    let template = fs::read_to_string(tree.join("template.yaml"))?;
    say(format!("{:<14} {:>8} {:>8}", "", "MB", "zip MB"));
    let mut built: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(tree.join(".aws-sam/build"))? {
        built.push(entry?.path());
    }
    // The templates within have folders as well.
    built.retain(|path| path.join("bootstrap").exists());
    built.sort();
    for folder in built {
        let zip = folder.with_extension("zip");
        run(Command::new("python3").args(["-m", "zipfile", "-c"]).arg(&zip).arg(folder.join("bootstrap")))?;
        let name = folder.file_name().context("a folder")?.to_string_lossy().into_owned();
        let bytes = fs::metadata(folder.join("bootstrap"))?.len();
        if architecture == HERE && checks_tokens(&template, &name)? {
            start::check_issuer(&folder.join("bootstrap"))?;
        }
        say(format!("{name:<14} {:>8.2} {:>8.2}", megabytes(bytes), megabytes(fs::metadata(zip)?.len())));
    }
    if function.is_none() && architecture == HERE {
        ministack::check(tree, architecture)?;
        fuzz::fuzz(FUZZ_SECONDS, None)?;
    }
    Ok(())
}

/// `sam build`, with what it takes to build for another machine.
pub(crate) fn build(tree: &Path, architecture: &str, options: &[&str]) -> Result<()> {
    if architecture != HERE && program("rustup").is_some() {
        let target =
            if architecture == "arm64" { "aarch64-unknown-linux-gnu" } else { "x86_64-unknown-linux-gnu" };
        run(Command::new("rustup").args(["target", "add", target]))?;
    }
    let programs = CARGO_LAMBDA.programs()?;
    run(sam()?.arg("build").args(options).env("PATH", path_with(&[&programs])?).current_dir(tree))
}

/// Whether a function of the template looks at tokens itself.
fn checks_tokens(template: &str, function: &str) -> Result<bool> {
    let from = template.split_once(&format!("\n  {function}:\n")).map_or("", |(_, rest)| rest);
    let package = from.split_once("Binary: ").and_then(|(_, rest)| rest.lines().next());
    let package = package.with_context(|| format!("{function} names no binary"))?;
    Ok(fs::read_to_string(format!("functions/{package}/src/main.rs"))?.contains("Terms::from_environment"))
}

/// What is committed, and nothing else, at a path of its own.
pub(crate) fn clean_clone(tree: &str) -> Result<&Path> {
    let tree = Path::new(tree);
    if tree.exists() {
        fs::remove_dir_all(tree)?;
    }
    run(Command::new("git").args(["clone", "--quiet", "--no-hardlinks", "."]).arg(tree))?;
    Ok(tree)
}

/// The bills of materials alone.
pub(crate) fn sbom() -> Result<()> {
    supply::sbom(clean_clone(TREE)?, &functions::packages()?)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

/// AWS SAM, which tells nobody that it was run.
pub(crate) fn sam() -> Result<Command> {
    let mut sam = Command::new(SAM.program()?);
    sam.env("SAM_CLI_TELEMETRY", "0").env("AWS_DEFAULT_REGION", "eu-central-1");
    Ok(sam)
}
