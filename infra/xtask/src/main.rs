//! The tasks of this repository; `cargo xtask --help` lists them.

mod bench;
mod browser;
mod command;
mod contract;
mod controls;
mod deploy;
mod functions;
mod fuzz;
mod grants;
mod local;
mod npm;
mod operations;
mod python;
mod sam;
mod second_opinion;
mod start;
mod supply;
mod watch;
mod wire;

use std::{path::Path, process::ExitCode};

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use command::{cargo, run, say};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Runs, tests and checks the case chat")]
struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the whole product on this machine and print where to click.
    Dev(Dev),
    /// Run every test: Rust, the web client's, and those in a real browser.
    Test,
    /// Run those that append and read over AWS's own DynamoDB Local; `test` does so where Java and Maven are.
    SecondOpinion,
    /// Hold the running stack to infra/openapi.yaml with made-up requests; `test` does so too.
    Contract,
    /// Check formatting, lints, types, generated files, dependencies and the template.
    Lint,
    /// Write the TypeScript of the wire from the Rust types.
    Wire {
        /// Write nothing; fail if it would change.
        #[arg(long)]
        check: bool,
    },
    /// Take README's picture anew.
    Screenshot,
    /// Take a picture of every state of the client, in many variants, and lay them out on sheets.
    Sheets,
    /// Run the two-browser test with the functions served by `cargo lambda watch`.
    TestWatch,
    /// Build, deploy the stack, upload the page and try what is there then: `deploy dev`, as samconfig.toml has it.
    Deploy {
        /// dev or prod, or what else samconfig.toml has.
        environment: String,
    },
    /// Build for release as `sam deploy` would, from a clean clone, and show its size.
    ShipCheck {
        /// Only this function, by its name in template.yaml.
        function: Option<String>,
        /// For this architecture, rather than this machine's own; what it cannot run it does not try.
        #[arg(long, value_parser = ["arm64", "x86_64"])]
        architecture: Option<String>,
    },
    /// Write what each function and the web client are made of, as CycloneDX; `ship-check` of everything does so too.
    Sbom,
    /// Ask for known flaws in dependencies.
    Advisories,
    /// Take security controls away, one at a time, and show the test that notices.
    Controls,
    /// Feed whatever parses outside input with what nobody would send.
    Fuzz {
        /// How long, for each target.
        #[arg(default_value_t = 60)]
        seconds: u32,
        /// This one alone.
        target: Option<String>,
    },
    /// Fold every thread into its people's inboxes again, after a table was lost or restored.
    #[command(disable_help_flag = true)]
    RebuildInbox(operations::Options),
    /// Take up again what was given up on, from the queues that keep it.
    #[command(disable_help_flag = true)]
    Redrive(operations::Options),
    /// Make cases known that exist already: `load-cases FILE --stack NAME`.
    #[command(disable_help_flag = true)]
    LoadCases(operations::Options),
    /// Measure; without a name, everything.
    Bench {
        /// What to measure.
        what: Option<bench::Bench>,
    },
}

/// What `dev` hands on to the local cloud.
#[derive(Args)]
struct Dev {
    /// Options of the local cloud: --port N, --data DIR, --fresh, --parameter Name=Value and others.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

fn main() -> ExitCode {
    let task = Command::parse().task;
    // Only an operation is told of files, and those by whoever stands elsewhere.
    let started_in = std::env::current_dir();
    let result = started_in.and_then(|folder| std::env::set_current_dir(command::root()).map(|()| folder));
    match result.map_err(anyhow::Error::from).and_then(|folder| perform(task, &folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task, started_in: &Path) -> Result<()> {
    match task {
        Task::Dev(dev) => local::dev(&dev.options),
        Task::Test => test(),
        Task::SecondOpinion => second_opinion(),
        Task::Contract => contract(),
        Task::Lint => lint(),
        Task::Wire { check } => wire::generate(check),
        Task::Screenshot => screenshot(),
        Task::Sheets => sheets(),
        Task::TestWatch => test_watch(),
        Task::Deploy { environment } => deploy::deploy(&environment),
        Task::ShipCheck { function, architecture } => {
            sam::ship_check(function.as_deref(), architecture.as_deref())
        }
        Task::Sbom => sam::sbom(),
        Task::Advisories => supply::advisories(),
        Task::Controls => controls::controls(),
        Task::Fuzz { seconds, target } => fuzz::fuzz(seconds, target.as_deref()),
        Task::RebuildInbox(options) => operations::perform("rebuild-inbox", options, started_in),
        Task::Redrive(options) => operations::perform("redrive", options, started_in),
        Task::LoadCases(options) => operations::perform("load-cases", options, started_in),
        Task::Bench { what } => bench::bench(what),
    }
}

fn test() -> Result<()> {
    browser::find()?;
    say("Building the functions and the local cloud");
    functions::build()?;
    // The stack's tests hold exports to HL7's definitions, which come as an npm package.
    npm::install("tests/fhir")?;
    // And the documents of the wire to their standards', which come so too.
    npm::install("tests/contract")?;
    say("Testing the Rust crates");
    grants::forget()?;
    run(cargo().args(["test", "--workspace", "--quiet"]))?;
    grants::report()?;
    second_opinion::test()?;
    say("Holding the stack to its OpenAPI document");
    contract::test()?;
    say("Testing the web client");
    npm::install("web")?;
    npm::script("web", "test")?;
    npm::script("web", "build")?;
    deploy::smoke::here()?;
    say("Testing in a browser");
    browser::test(&[], &[])
}

fn second_opinion() -> Result<()> {
    functions::build()?;
    second_opinion::test()
}

fn contract() -> Result<()> {
    functions::build()?;
    contract::test()
}

fn test_watch() -> Result<()> {
    functions::build()?;
    npm::build_web()?;
    watch::test()
}

fn lint() -> Result<()> {
    say("Checking Rust");
    run(cargo().args(["fmt", "--all", "--check"]))?;
    run(cargo().args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    say("Checking TypeScript");
    wire::generate(true)?;
    for package in ["web", "tests/browser"] {
        npm::install(package)?;
        npm::script(package, "check")?;
    }
    say("Checking where dependencies come from, and their licences");
    supply::check()?;
    say("Checking the template");
    sam::validate()
}

fn screenshot() -> Result<()> {
    functions::build()?;
    npm::build_web()?;
    browser::test(&["--grep", "README"], &[("CASE_CHAT_SCREENSHOT", "1")])
}

fn sheets() -> Result<()> {
    functions::build()?;
    npm::build_web()?;
    browser::test(&["states.spec.ts"], &[("CASE_CHAT_SHEETS", "1")])
}
