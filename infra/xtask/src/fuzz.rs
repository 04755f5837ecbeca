//! `cargo xtask fuzz`: libFuzzer on whatever parses outside input, each target for a while.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    command::{root, run, say},
    python::{CARGO_FUZZ, path_with},
};

const FOLDER: &str = "tests/fuzz";
/// What was found to reach new code, kept between runs, and what made a target fail.
const FOUND: &str = "target/fuzz";
/// A build of its own: one that takes minutes must not hold up the others.
const BUILD: &str = "target/fuzz/build";
/// Inputs to begin with: the samples of the functions' events.
const SAMPLES: &str = "events";
/// More than any bound that is checked.
const MAX_BYTES: u32 = 20_000;
/// An input that takes longer, in seconds, is a finding.
const SLOW: u8 = 10;

/// Runs every target for so many seconds, or one of them; fails over the first finding and says where it lies.
pub(crate) fn fuzz(seconds: u32, only: Option<&str>) -> Result<()> {
    let programs = CARGO_FUZZ.programs()?;
    let targets: Vec<String> =
        targets()?.into_iter().filter(|target| only.is_none_or(|only| only == target)).collect();
    if targets.is_empty() {
        bail!("there is no such target in {FOLDER}/targets");
    }
    for target in targets {
        let (corpus, failures) = (format!("{FOUND}/{target}/corpus"), format!("{FOUND}/{target}/failures/"));
        seed(Path::new(&corpus))?;
        fs::create_dir_all(&failures)?;
        say(format!("Fuzzing {target} for {seconds} s"));
        // The code is safe Rust, so there is nothing for a sanitizer to see, and the pinned toolchain can do without one.
        run(Command::new("cargo-fuzz")
            .args(["fuzz", "run", "--fuzz-dir", FOLDER, "--target-dir", BUILD, "--dev"])
            .args(["--sanitizer", "none", &target, &corpus, "--"])
            .args([
                format!("-max_total_time={seconds}"),
                format!("-max_len={MAX_BYTES}"),
                format!("-timeout={SLOW}"),
                format!("-artifact_prefix={}/{failures}", root().display()),
                "-print_funcs=0".to_owned(),
                "-print_final_stats=1".to_owned(),
            ])
            .env("PATH", path_with(&[&programs])?))
        .with_context(|| format!("{target} failed; the input is in {failures}"))?;
    }
    Ok(())
}

/// Each file of `targets` is one.
fn targets() -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for file in fs::read_dir(Path::new(FOLDER).join("targets"))? {
        let file = file?.path();
        targets.extend(file.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    targets.sort();
    Ok(targets)
}

/// Puts the samples, and every text that is JSON within them, into a corpus.
fn seed(corpus: &Path) -> Result<()> {
    fs::create_dir_all(corpus)?;
    for sample in fs::read_dir(SAMPLES)? {
        let sample = sample?.path();
        if sample.extension().is_some_and(|kind| kind == "json") {
            let name = sample.file_stem().context("a name")?.to_string_lossy().into_owned();
            let text = fs::read_to_string(&sample)?;
            fs::write(corpus.join(&name), &text)?;
            for (number, inner) in inner(&serde_json::from_str(&text)?).into_iter().enumerate() {
                fs::write(corpus.join(format!("{name}-{number}")), inner)?;
            }
        }
    }
    Ok(())
}

/// Bodies, messages and details, and records as they are stored.
fn inner(value: &serde_json::Value) -> Vec<String> {
    use serde_json::Value;
    match value {
        Value::String(text) if text.starts_with('{') => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(inner).collect(),
        Value::Object(fields) => {
            let detail = fields.get("detail").map(Value::to_string);
            fields.values().flat_map(inner).chain(detail).collect()
        }
        _ => Vec::new(),
    }
}
