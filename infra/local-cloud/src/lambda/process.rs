//! The child process behind a sandbox.
//!
//! Owns its start and its end. A child ends with this process: orderly by `kill_on_drop`, and after a SIGKILL because
//! its open request to the runtime API breaks, upon which `lambda_runtime` returns an error from `main`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use tokio::process::Command;

use super::binary::{Build, build_at};
use super::output;
use super::runtime_api::RuntimeApi;
use super::sandbox::Sandbox;
use crate::template::Function;

/// All that is needed to start a function's process.
#[derive(Debug, Clone)]
pub(super) struct Launch {
    pub(super) function: Function,
    pub(super) binary: PathBuf,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) runtime_api: SocketAddr,
}

impl Launch {
    /// The build that a new process would run.
    pub(super) fn build(&self) -> Result<Build, String> {
        build_at(&self.binary)
    }

    /// Starts a process; the error is a sentence for the log.
    pub(super) fn start(&self, runtime_api: &RuntimeApi) -> Result<Arc<Sandbox>, String> {
        let function = &self.function;
        let sandbox = Arc::new(Sandbox::new(function, self.build()?));
        // With its scheme, as hyper reads an authority with a path only behind one.
        let endpoint = format!("http://{}/{}", self.runtime_api, sandbox.id);
        // Known before it runs: a quick process asks for work before this thread goes on.
        runtime_api.register(Arc::clone(&sandbox));
        let mut child = Command::new(&self.binary)
            .env_clear()
            .envs(&self.environment)
            .env("AWS_LAMBDA_RUNTIME_API", endpoint)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                runtime_api.forget(&sandbox.id);
                format!("{} does not start: {error}", self.binary.display())
            })?;
        output::forward(&function.binary, child.stdout.take());
        output::forward(&function.binary, child.stderr.take());
        let (watched, runtime_api) = (Arc::clone(&sandbox), runtime_api.clone());
        tokio::spawn(async move {
            tokio::select! {
                _ = child.wait() => {}
                () = watched.told_to_end() => {
                    // It fails only for a child that has ended already.
                    let _ = child.kill().await;
                }
            }
            watched.mark_ended();
            runtime_api.forget(&watched.id);
        });
        Ok(sandbox)
    }
}
