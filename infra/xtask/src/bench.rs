//! `cargo xtask bench`: how long a sandbox takes to be ready, beside the smallest Lambda there is, and
//! how long a message takes from one screen to the other.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};

use crate::{
    browser::{self, Cloud},
    command::{cargo, run, say},
    functions, npm,
    start::start,
};

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Bench {
    /// Process start to the first request for work, and binaries.
    Starts,
    /// From one browser's POST to the other's screen.
    Delivery,
    /// The page on a slow phone, and a thread of ten thousand messages.
    Page,
}

/// Measures one thing, or all.
pub(crate) fn bench(what: Option<Bench>) -> Result<()> {
    let wanted = |one| what.is_none_or(|what| what == one);
    if wanted(Bench::Starts) {
        starts()?;
    }
    if wanted(Bench::Delivery) {
        delivery()?;
    }
    if wanted(Bench::Page) {
        page()?;
    }
    Ok(())
}

/// Two browsers over a local cloud whose functions are built for release.
fn delivery() -> Result<()> {
    functions::build()?;
    build_for_release(&functions::packages()?, &["--config", LOCAL_ISSUER])?;
    npm::build_web()?;
    let cloud = Cloud::start(&["--functions", "target/release", "--parameter", "PostsBurst=100000"])?;
    browser::run_tests(&cloud, &["--config", "bench.config.ts", "delivery"], &[])
}

/// One browser as a slow phone, and one with a long thread.
fn page() -> Result<()> {
    functions::build()?;
    npm::build_web()?;
    let cloud = Cloud::start(&[])?;
    browser::run_tests(&cloud, &["--config", "bench.config.ts", "page", "thread"], &[])
}

/// Lets functions that are built for release take keys from the local issuer, which has no TLS.
const LOCAL_ISSUER: &str = "profile.release.package.case-chat-entry.debug-assertions=true";

fn build_for_release(packages: &[String], options: &[&str]) -> Result<()> {
    say("Building for release; the first time takes some minutes");
    let mut build = cargo();
    build.args(["build", "--release"]).args(options);
    for package in packages {
        build.args(["--package", package]);
    }
    run(&mut build)
}

const RUNS: usize = 41;
const BASELINE: &str = "hello-world";

/// Release binaries, each started by a stub of the Lambda runtime API until it asks for its first
/// invocation. The runs are interleaved, so that a machine whose speed drifts slows all alike.
fn starts() -> Result<()> {
    let mut packages = functions::packages()?;
    packages.insert(0, BASELINE.to_owned());
    build_for_release(&packages, &[])?;

    let mut starts: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for round in 0..=RUNS {
        for package in &packages {
            let took = start(&binary(package)).with_context(|| format!("{package} did not start"))?;
            // The first round fills the page cache and is not counted.
            if round > 0 {
                starts.entry(package).or_default().push(took);
            }
        }
    }
    say(format!("Process start to first /next, {RUNS} interleaved runs, without the warm-up call"));
    say(format!("{:<14} {:>10} {:>8} {:>12}", "", "median ms", "ratio", "binary MB"));
    let mut median = |package: &str| {
        let times = starts.get_mut(package).map_or(&mut [][..], |times| times.as_mut_slice());
        times.sort_unstable();
        times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    let baseline = median(BASELINE);
    for package in &packages {
        let millis = median(package);
        let megabytes = std::fs::metadata(binary(package))?.len() as f64 / 1_000_000.0;
        say(format!("{package:<14} {millis:>10.2} {:>8.2} {megabytes:>12.2}", millis / baseline));
    }
    Ok(())
}

fn binary(package: &str) -> PathBuf {
    Path::new("target/release").join(package)
}
