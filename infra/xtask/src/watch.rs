//! `cargo lambda watch` in the place of the local cloud's own processes.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};

use crate::{
    browser::{self, Cloud},
    command::say,
    python::{CARGO_LAMBDA, path_with},
};

/// The two-browser test with every function served, and reloaded, by `cargo lambda watch`.
pub(crate) fn test() -> Result<()> {
    let programs = CARGO_LAMBDA.programs()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let cloud = Cloud::start(&["--lambda-endpoint", &format!("http://127.0.0.1:{port}")])?;
    say("Serving the functions by cargo lambda watch; the first request to each builds it");
    let _watch = Watch::start(&programs, port, cloud.directory())?;
    browser::run_tests(
        &cloud,
        &["--grep", "two people write to each other"],
        &[("CASE_CHAT_PATIENCE", "600000")],
    )
}

/// Ends, with what it runs, when dropped.
struct Watch(Child);

impl Watch {
    fn start(programs: &Path, port: u16, environment: &Path) -> Result<Self> {
        let watch = Command::new(programs.join("cargo-lambda"))
            .args(["lambda", "watch", "--quiet", "--wait", "--invoke-address", "127.0.0.1", "--invoke-port"])
            .arg(port.to_string())
            .arg("--env-file")
            .arg(environment.join("functions.env"))
            .env("PATH", path_with(&[programs])?)
            .stdin(Stdio::null())
            .spawn()
            .context("cargo lambda watch could not be started")?;
        Ok(Self(watch))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Interrupted, it ends what it runs; killed, it would leave that behind.
        let asked = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        if asked.is_ok_and(|status| status.success()) {
            let _ = self.0.wait();
        }
    }
}
