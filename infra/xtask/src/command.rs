//! Commands that the tasks run, each shown when it fails.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// The repository's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map_or_else(PathBuf::new, Path::to_owned)
}

/// The cargo that runs this task.
#[expect(clippy::disallowed_methods, reason = "cargo names itself in the environment of what it runs")]
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A program by its name, where the PATH has it.
#[expect(clippy::disallowed_methods, reason = "tasks are configured by the developer's environment")]
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?} could not be started"))?;
    if !status.success() {
        bail!("{command:?} failed ({status})");
    }
    Ok(())
}

/// Tells the person at the terminal; a terminal that is gone does not matter.
pub(crate) fn say(line: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr(), "==> {}", line.as_ref());
}
