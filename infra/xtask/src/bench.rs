//! `cargo xtask bench`: builds what is measured and what measures it, and lets `infra/bench` do so.

use std::{fs, path::Path, process::Command};

use anyhow::Result;

use crate::{
    browser::{self, Cloud},
    command::{cargo, program, run, say},
    functions, npm,
    python::SYNAPSE,
};

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Bench {
    /// Each function: its start, its memory, its size.
    Starts,
    /// CPU of a post, beside a Lambda in Node.js.
    Node,
    /// Requests and units of what people do.
    Units,
    /// The same in long threads and long lists.
    Growth,
    /// A push to many sockets.
    Push,
    /// From one person to the other, beside other chat servers.
    Peers,
    /// A thousand people at once.
    Load,
    /// Dollars for a million messages.
    Cost,
    /// From one browser's POST to the other's screen.
    Delivery,
    /// The page on a slow phone, and a thread of ten thousand messages.
    Page,
}

/// Where the measurements in a browser leave what they saw.
const SEEN: &str = "target/bench";

/// Measures one thing, or all, and writes the table anew.
pub(crate) fn bench(what: Option<Bench>) -> Result<()> {
    let wanted = |one| what.is_none_or(|what| what == one);
    // What others found is enough for it.
    if what != Some(Bench::Cost) {
        build_for_release()?;
    }
    build_for_measuring()?;
    if wanted(Bench::Delivery) {
        in_browser(&["delivery"])?;
    }
    if wanted(Bench::Page) {
        in_browser(&["page", "thread"])?;
    }
    let mut measure = Command::new("target/measuring/case-chat-bench");
    if let Some(what) = what.as_ref().and_then(clap::ValueEnum::to_possible_value) {
        measure.arg(what.get_name());
    }
    if wanted(Bench::Node) {
        npm::install("infra/bench/node-sample")?;
        measure.args(program("node").map(|node| format!("--node={}", node.display())));
    }
    if wanted(Bench::Peers) {
        measure.args(program("prosody").map(|prosody| format!("--prosody={}", prosody.display())));
        measure.arg("--synapse").arg(SYNAPSE.program()?);
    }
    run(&mut measure)
}

/// Lets functions that are built for release take keys from the local issuer, which has no TLS.
const LOCAL_ISSUER: &str = "profile.release.package.case-chat-entry.debug-assertions=true";

/// The functions and the smallest Lambda as they ship, but for the issuer.
fn build_for_release() -> Result<()> {
    say("Building for release; the first time takes some minutes");
    let mut build = cargo();
    build.args(["build", "--release", "--config", LOCAL_ISSUER, "--package", "hello-world"]);
    for package in functions::packages()? {
        build.args(["--package", &package]);
    }
    run(&mut build)
}

/// What runs and measures them. Apart from these, since what is built together shares its features.
fn build_for_measuring() -> Result<()> {
    let packages = ["--package", "case-chat-bench", "--package", "case-chat-local-cloud"];
    run(cargo().args(["build", "--profile", "measuring"]).args(packages))
}

/// One or two browsers over a cloud of their own.
fn in_browser(what: &[&str]) -> Result<()> {
    npm::build_web()?;
    fs::create_dir_all(SEEN)?;
    let seen = Path::new(SEEN).canonicalize()?;
    let cloud = Cloud::start_at(
        Path::new("target/measuring/case-chat-local-cloud"),
        &["--functions", "target/release", "--parameter", "PostsBurst=100000"],
    )?;
    let arguments = [&["--config", "bench.config.ts"], what].concat();
    browser::run_tests(&cloud, &arguments, &[("CASE_CHAT_SEEN", &seen.to_string_lossy())])
}
