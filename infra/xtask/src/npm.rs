//! The npm packages: the web client and the browser tests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::{Context, Result};

use crate::command::{run, say};

/// Installs what the lock file names, unless that was done before.
pub(crate) fn install(package: &str) -> Result<()> {
    let lock = Path::new(package).join("package-lock.json");
    let installed = Path::new(package).join("node_modules/.installed");
    let wanted = fs::read(&lock).with_context(|| format!("{} is not there", lock.display()))?;
    if fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    say(format!("Installing the npm packages of {package}"));
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(package))
        .context("Node 20 with npm is needed")?;
    fs::write(installed, wanted)?;
    Ok(())
}

/// Runs a script of a package.
pub(crate) fn script(package: &str, name: &str) -> Result<()> {
    run(Command::new("npm").args(["run", "--silent", name]).current_dir(package))
}

/// Builds the web client unless it is newer than everything that it is made of.
pub(crate) fn build_web() -> Result<()> {
    let built = modified(Path::new("web/dist/index.html"));
    let sources = [
        "web/src",
        "web/build",
        "web/package/examples",
        "web/public",
        "web/index.html",
        "web/package-lock.json",
        "web/package.config.ts",
        "web/vite.config.ts",
    ];
    let newest = sources.iter().filter_map(|source| newest_in(Path::new(source))).max();
    if built.is_some() && built >= newest {
        return Ok(());
    }
    install("web")?;
    say("Building the web client");
    script("web", "build")
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn newest_in(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        return modified(path);
    }
    let entries: Vec<PathBuf> =
        fs::read_dir(path).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.iter().filter_map(|entry| newest_in(entry)).max()
}
