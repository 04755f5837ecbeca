//! AWS SAM's own check of template.yaml, in a virtual environment of the target folder.

use std::{path::Path, process::Command};

use anyhow::{Context, Result};

use crate::command::{run, say};

const VERSION: &str = "1.170.0";

/// `sam validate --lint`: no account, no network.
pub(crate) fn validate() -> Result<()> {
    let folder = format!("target/sam-{VERSION}");
    let sam = Path::new(&folder).join("bin/sam");
    if !sam.exists() {
        say(format!("Installing aws-sam-cli {VERSION} into {folder}"));
        run(Command::new("python3").args(["-m", "venv", &folder])).context("Python 3 with venv is needed")?;
        run(Command::new(Path::new(&folder).join("bin/pip")).args([
            "install",
            "--quiet",
            &format!("aws-sam-cli=={VERSION}"),
        ]))?;
    }
    run(Command::new(sam)
        .args(["validate", "--lint", "--template", "template.yaml"])
        .env("SAM_CLI_TELEMETRY", "0")
        .env("AWS_DEFAULT_REGION", "eu-central-1"))
}
