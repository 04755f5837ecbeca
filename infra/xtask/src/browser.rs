//! The tests that drive a real browser against a local cloud of their own.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    command::{program, run},
    functions, npm,
};

/// What the last local cloud said.
const LOG: &str = "target/browser-tests.log";

/// A cloud that does not answer by then never will.
const START: Duration = Duration::from_secs(60);

/// `$CHROMIUM`, `chromium` or `google-chrome`.
#[expect(clippy::disallowed_methods, reason = "tasks are configured by the developer's environment")]
pub(crate) fn find() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Ok(named.into());
    }
    ["chromium", "google-chrome"]
        .into_iter()
        .find_map(program)
        .context("no browser: install Chromium (`sudo apt-get install chromium`) or name one in $CHROMIUM")
}

/// Runs the tests against a cloud of their own, with arguments and environment for Playwright.
pub(crate) fn test(arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    // Nobody waits two minutes for a mail here.
    let cloud = Cloud::start(&["--parameter", "EmailDelaySeconds=1"])?;
    run_tests(&cloud, arguments, environment)
}

/// Runs tests against a cloud, with arguments and environment for Playwright.
pub(crate) fn run_tests(cloud: &Cloud, arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    npm::install("tests/browser")?;
    run(Command::new("npx")
        .args(["--no-install", "playwright", "test"])
        .args(arguments)
        .current_dir("tests/browser")
        .env("CASE_CHAT_ENDPOINTS", cloud.directory().join("endpoints.json"))
        .env("CHROMIUM", find()?)
        .envs(environment.iter().copied()))
    .with_context(|| format!("a browser test failed; the local cloud's log is {LOG}"))
}

/// A local cloud on ports of its own, with data of its own; ends with this value.
pub(crate) struct Cloud {
    process: Child,
    directory: tempfile::TempDir,
}

impl Cloud {
    /// Starts one, with further options.
    pub(crate) fn start(options: &[&str]) -> Result<Self> {
        Self::start_at(functions::local_cloud(), options)
    }

    /// The same, built in another way.
    pub(crate) fn start_at(local_cloud: &Path, options: &[&str]) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let endpoints = directory.path().join("endpoints.json");
        let process = Command::new(local_cloud)
            .args(["--port", "0", "--data"])
            .arg(directory.path().join("data"))
            .arg("--endpoints")
            .arg(&endpoints)
            .args(options)
            .stdout(File::create(LOG)?)
            .stderr(File::options().append(true).open(LOG)?)
            .spawn()
            .context("the local cloud could not be started")?;
        let mut cloud = Self { process, directory };
        let deadline = Instant::now() + START;
        while !endpoints.exists() {
            if Instant::now() > deadline || cloud.process.try_wait()?.is_some() {
                bail!("the local cloud did not start; its log is {LOG}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(cloud)
    }

    /// Where its endpoints.json and its functions' environments are.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        // It may have ended by itself; its functions end with it either way.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
