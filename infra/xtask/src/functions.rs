//! The functions' binaries and the local cloud's.

use std::path::Path;

use anyhow::{Context, Result};

use crate::command::{cargo, run};

/// Each folder of `functions/` is a package of that name.
pub(crate) fn packages() -> Result<Vec<String>> {
    let folders = std::fs::read_dir("functions").context("functions/ is not there")?;
    let mut names = Vec::new();
    for folder in folders {
        let folder = folder?;
        if folder.path().join("Cargo.toml").exists() {
            names.push(folder.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Builds what is missing or out of date; cargo shows its progress.
pub(crate) fn build() -> Result<()> {
    let mut build = cargo();
    build.args(["build", "--package", "case-chat-local-cloud"]);
    for package in packages()? {
        build.args(["--package", &package]);
    }
    run(&mut build)
}

/// The local cloud's binary, once built.
pub(crate) fn local_cloud() -> &'static Path {
    Path::new("target/debug/case-chat-local-cloud")
}
