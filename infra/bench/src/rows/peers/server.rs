//! A chat server of others, in a folder of its own; ends when dropped.

use std::{
    fs::File,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::sleep,
};

/// Synapse makes its tables first.
const START: Duration = Duration::from_secs(90);

pub(super) struct Server {
    _process: Child,
    _folder: TempDir,
    pub(super) port: u16,
}

/// A folder, and a port that was free a moment ago.
pub(super) struct Place {
    pub(super) folder: TempDir,
    pub(super) port: u16,
}

impl Place {
    pub(super) async fn find() -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        Ok(Self { folder: tempfile::tempdir()?, port })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the server there, and waits until it takes connections.
    pub(super) async fn start(self, command: &mut Command) -> Result<Server> {
        let log = File::create(self.path().join("output"))?;
        let mut process = command
            .current_dir(self.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{command:?} does not start"))?;
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            let said = || std::fs::read_to_string(self.path().join("output")).unwrap_or_default();
            ensure!(
                process.try_wait()?.is_none() && begun.elapsed() < START,
                "{command:?} does not answer: {}",
                said()
            );
            sleep(Duration::from_millis(50)).await;
        }
        Ok(Server { _process: process, _folder: self.folder, port: self.port })
    }
}
