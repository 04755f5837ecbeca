//! A function's sandboxes: reused when idle, added when invocations overlap, retired when the binary changes.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use case_chat_local_gateway::Invoked;
use serde_json::json;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::process::Launch;
use super::runtime_api::RuntimeApi;
use super::sandbox::{Ran, Sandbox, Stage};

/// Sandboxes of one function; further invocations wait. Lambda has a thousand, a development machine two cores.
const MAX_SANDBOXES: usize = 8;
/// Lambda's bound on a sandbox's start.
const START: Duration = Duration::from_secs(10);
/// How often an invocation may find that its idle sandbox has just died.
const MAX_ATTEMPTS: usize = 3;

/// A function and the processes that run it.
pub(super) struct Pool {
    launch: Launch,
    runtime_api: RuntimeApi,
    permits: Semaphore,
    idle: Mutex<Vec<Arc<Sandbox>>>,
    closed: AtomicBool,
}

impl Pool {
    pub(super) fn new(launch: Launch, runtime_api: RuntimeApi) -> Self {
        Self {
            launch,
            runtime_api,
            permits: Semaphore::new(MAX_SANDBOXES),
            idle: Mutex::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// Starts nothing from now on.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.permits.close();
    }

    /// Runs one invocation, in an idle sandbox or a new one.
    pub(super) async fn invoke(&self, mut payload: Bytes) -> Invoked {
        let Ok(_permit) = self.permits.acquire().await else {
            return Invoked::Unavailable("the local cloud is stopping".into());
        };
        for _ in 0..MAX_ATTEMPTS {
            let sandbox = match self.sandbox().await {
                Ok(sandbox) => Lease::on(sandbox),
                Err(invoked) => return self.logged(invoked),
            };
            match sandbox.run(payload).await {
                Ran::Answered(invoked) => {
                    self.idle().push(sandbox.keep());
                    return invoked;
                }
                Ran::NeverTaken(returned) => payload = returned,
                Ran::EndedMeanwhile(request_id) => {
                    let message =
                        format!("RequestId: {request_id} Error: Runtime exited without providing a reason");
                    return failed("Runtime.ExitError", &message);
                }
                Ran::TimedOut(request_id) => {
                    let seconds = self.launch.function.timeout.as_secs_f64();
                    let message =
                        format!("RequestId: {request_id} Error: Task timed out after {seconds:.2} seconds");
                    return failed("Sandbox.Timedout", &message);
                }
            }
        }
        failed("Runtime.ExitError", "Error: Runtime exited before it took an invocation")
    }

    async fn sandbox(&self) -> Result<Arc<Sandbox>, Invoked> {
        let build = self.launch.build().map_err(Invoked::Unavailable)?;
        while let Some(idle) = self.idle().pop() {
            if idle.build == build && !idle.ended() {
                return Ok(idle);
            }
            idle.end();
        }
        if self.closed.load(Ordering::SeqCst) {
            return Err(Invoked::Unavailable("the local cloud is stopping".into()));
        }
        let sandbox = Lease::on(self.launch.start(&self.runtime_api).map_err(Invoked::Unavailable)?);
        match tokio::time::timeout(START, sandbox.started()).await {
            Ok(Stage::FailedInit(error)) => Err(Invoked::Failed(error)),
            Ok(Stage::Ended) => {
                let message = format!("RequestId: {} Error: Runtime exited while starting", Uuid::new_v4());
                Err(failed("Runtime.ExitError", &message))
            }
            Ok(Stage::Starting | Stage::Ready) => Ok(sandbox.keep()),
            Err(_) => Err(failed("Sandbox.Timedout", "Error: the function did not start within 10 seconds")),
        }
    }

    fn logged(&self, invoked: Invoked) -> Invoked {
        if let Invoked::Unavailable(why) = &invoked {
            tracing::error!("{}: {why}", self.launch.function.binary);
        }
        invoked
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Sandbox>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sandbox in use: unless it is kept, it is ended, also when the invoker goes away.
struct Lease {
    sandbox: Arc<Sandbox>,
    kept: bool,
}

impl Lease {
    fn on(sandbox: Arc<Sandbox>) -> Self {
        Self { sandbox, kept: false }
    }

    fn keep(mut self) -> Arc<Sandbox> {
        self.kept = true;
        Arc::clone(&self.sandbox)
    }
}

impl Deref for Lease {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.kept {
            self.sandbox.end();
        }
    }
}

fn failed(kind: &str, message: &str) -> Invoked {
    Invoked::Failed(json!({ "errorType": kind, "errorMessage": message }).to_string().into())
}
