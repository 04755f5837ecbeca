//! The tests that drive a real browser against a local cloud of their own.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{command::run, functions, npm};

/// A cloud that does not answer by then never will.
const START: Duration = Duration::from_secs(60);

/// `$CHROMIUM`, `chromium` or `google-chrome`.
#[expect(clippy::disallowed_methods, reason = "tasks are configured by the developer's environment")]
pub(crate) fn find() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Ok(named.into());
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let candidates = ["chromium", "google-chrome"];
    std::env::split_paths(&folders)
        .flat_map(|folder| candidates.map(|name| folder.join(name)))
        .find(|path| path.is_file())
        .context("no browser: install Chromium (`sudo apt-get install chromium`) or name one in $CHROMIUM")
}

/// Runs the tests; with `picture`, only the one that takes README's.
pub(crate) fn test(picture: bool) -> Result<()> {
    let chromium = find()?;
    npm::install("tests/browser")?;
    let cloud = Cloud::start()?;
    let mut tests = Command::new("npx");
    tests
        .args(["--no-install", "playwright", "test"])
        .current_dir("tests/browser")
        .env("CASE_CHAT_ENDPOINTS", &cloud.endpoints)
        .env("CHROMIUM", chromium);
    if picture {
        tests.args(["--grep", "README"]).env("CASE_CHAT_SCREENSHOT", "1");
    }
    let result = run(&mut tests);
    if result.is_err() {
        bail!("a browser test failed; the local cloud's log is {}", cloud.log.display());
    }
    result
}

/// A local cloud on ports of its own, with data of its own; ends with this value.
struct Cloud {
    process: Child,
    endpoints: PathBuf,
    log: PathBuf,
    _data: tempfile::TempDir,
}

impl Cloud {
    fn start() -> Result<Self> {
        let data = tempfile::tempdir()?;
        let endpoints = data.path().join("endpoints.json");
        let log = Path::new("target/browser-tests.log").to_owned();
        let process = Command::new(functions::local_cloud())
            .args(["--port", "0", "--data"])
            .arg(data.path().join("data"))
            .arg("--endpoints")
            .arg(&endpoints)
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            .spawn()
            .context("the local cloud could not be started")?;
        let mut cloud = Self { process, endpoints, log, _data: data };
        let deadline = Instant::now() + START;
        while !cloud.endpoints.exists() {
            if Instant::now() > deadline || cloud.process.try_wait()?.is_some() {
                bail!("the local cloud did not start; its log is {}", cloud.log.display());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(cloud)
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        // It may have ended by itself; its functions end with it either way.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
