//! `cargo xtask dev`: the whole product on this machine.

use std::{os::unix::process::CommandExt, process::Command};

use anyhow::{Result, anyhow};

use crate::{functions, npm};

/// Builds what is missing and becomes the local cloud, so that Ctrl-C is its own to handle.
pub(crate) fn dev(options: &[String]) -> Result<()> {
    functions::build()?;
    npm::build_web()?;
    let error = Command::new(functions::local_cloud()).args(options).exec();
    Err(anyhow!("the local cloud could not be started: {error}"))
}
