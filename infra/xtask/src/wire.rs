//! The TypeScript of the wire, generated from the Rust types.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::command::cargo;

const FILE: &str = "web/src/client/wire.ts";

/// Writes the file, or with `check` fails if that would change it.
pub(crate) fn generate(check: bool) -> Result<()> {
    let mut generator = cargo();
    generator.args(["run", "--quiet", "--package", "case-chat-wire", "--features", "typescript"]);
    generator.args(["--example", "typescript"]);
    let output =
        generator.stderr(std::process::Stdio::inherit()).output().context("cargo could not be started")?;
    if !output.status.success() {
        bail!("the types could not be generated");
    }
    let stands = fs::read(FILE).unwrap_or_default();
    match check {
        _ if stands == output.stdout => Ok(()),
        true => bail!("{FILE} is stale: run `cargo xtask wire`"),
        false => fs::write(FILE, output.stdout).with_context(|| format!("{FILE} cannot be written")),
    }
}
