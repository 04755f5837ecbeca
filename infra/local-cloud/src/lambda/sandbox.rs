//! A sandbox: one process that handles one invocation after another.
//!
//! Owns the hand-over between an invoker and the process's requests to the runtime API. It never outlives its process:
//! once that has ended, `ended` is set and every invoker hears of it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use case_chat_local_gateway::Invoked;
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot, watch};
use uuid::Uuid;

use super::binary::Build;
use crate::template::Function;

/// An invocation on its way to the process.
struct Invocation {
    request_id: String,
    payload: Bytes,
    taken: oneshot::Sender<()>,
    answer: oneshot::Sender<Invoked>,
}

/// An invocation that the process has.
struct Taken {
    request_id: String,
    answer: oneshot::Sender<Invoked>,
}

/// The stages of a sandbox's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// The process has not asked for an invocation yet.
    Starting,
    /// It has asked for one at least once.
    Ready,
    /// It could not start, in the words of its init error.
    FailedInit(Bytes),
    /// It has ended.
    Ended,
}

/// What came of running an invocation in a sandbox.
pub(super) enum Ran {
    /// An answer of the function, or an error.
    Answered(Invoked),
    /// The process ended before it took the invocation: another sandbox may have it.
    NeverTaken(Bytes),
    /// The process ended while it had the invocation.
    EndedMeanwhile(String),
    /// It took too long.
    TimedOut(String),
}

/// One process and what it is doing.
pub(super) struct Sandbox {
    pub(super) id: String,
    pub(super) function: String,
    pub(super) function_arn: String,
    pub(super) traced: bool,
    pub(super) timeout: Duration,
    pub(super) build: Build,
    to_process: mpsc::UnboundedSender<Invocation>,
    from_invoker: AsyncMutex<mpsc::UnboundedReceiver<Invocation>>,
    current: Mutex<Option<Taken>>,
    stage: watch::Sender<Stage>,
    kill: watch::Sender<bool>,
}

impl Sandbox {
    pub(super) fn new(function: &Function, build: Build) -> Self {
        let (to_process, from_invoker) = mpsc::unbounded_channel();
        Self {
            id: Uuid::new_v4().simple().to_string(),
            function: function.name.clone(),
            function_arn: function.arn.clone(),
            traced: function.traced,
            timeout: function.timeout,
            build,
            to_process,
            from_invoker: AsyncMutex::new(from_invoker),
            current: Mutex::new(None),
            stage: watch::Sender::new(Stage::Starting),
            kill: watch::Sender::new(false),
        }
    }

    /// Waits for the next invocation; yields what the process is told of it.
    pub(super) async fn next(&self) -> Option<(String, Bytes)> {
        self.stage.send_if_modified(|stage| {
            let starting = *stage == Stage::Starting;
            if starting {
                *stage = Stage::Ready;
            }
            starting
        });
        let Invocation { request_id, payload, taken, answer } = self.from_invoker.lock().await.recv().await?;
        *self.current() = Some(Taken { request_id: request_id.clone(), answer });
        let _ = taken.send(());
        Some((request_id, payload))
    }

    /// Takes the process's answer; false when it answers what it was not asked.
    pub(super) fn answer(&self, request_id: &str, invoked: Invoked) -> bool {
        let mut current = self.current();
        match current.take() {
            Some(invocation) if invocation.request_id == request_id => {
                drop(current);
                let _ = invocation.answer.send(invoked);
                true
            }
            other => {
                *current = other;
                false
            }
        }
    }

    /// Takes the process's word that it cannot start.
    pub(super) fn failed_init(&self, error: Bytes) {
        self.stage.send_replace(Stage::FailedInit(error));
    }

    /// Waits until the process asks for work, fails to start, or ends.
    pub(super) async fn started(&self) -> Stage {
        let mut stage = self.stage.subscribe();
        let result = stage.wait_for(|stage| *stage != Stage::Starting).await;
        result.map_or(Stage::Ended, |stage| stage.clone())
    }

    /// Runs one invocation; the function's time begins when the process takes it.
    pub(super) async fn run(&self, payload: Bytes) -> Ran {
        let request_id = Uuid::new_v4().to_string();
        let (answer, answered) = oneshot::channel();
        let (taken, mut was_taken) = oneshot::channel();
        let invocation =
            Invocation { request_id: request_id.clone(), payload: payload.clone(), taken, answer };
        if self.to_process.send(invocation).is_err() {
            return Ran::NeverTaken(payload);
        }
        let mut stage = self.stage.subscribe();
        tokio::select! {
            biased;
            taken = &mut was_taken => if taken.is_err() { return Ran::NeverTaken(payload) },
            _ = stage.wait_for(|stage| matches!(stage, Stage::Ended | Stage::FailedInit(_))) => {
                if was_taken.try_recv().is_err() { return Ran::NeverTaken(payload) }
            }
        }
        match tokio::time::timeout(self.timeout, answered).await {
            Ok(Ok(invoked)) => Ran::Answered(invoked),
            Ok(Err(_)) => Ran::EndedMeanwhile(request_id),
            Err(_) => Ran::TimedOut(request_id),
        }
    }

    /// Whether the process has ended, or was told to.
    pub(super) fn ended(&self) -> bool {
        *self.stage.borrow() == Stage::Ended || *self.kill.borrow()
    }

    /// Tells the process to end.
    pub(super) fn end(&self) {
        self.kill.send_replace(true);
    }

    /// Waits until the process is told to end.
    pub(super) async fn told_to_end(&self) {
        let mut kill = self.kill.subscribe();
        // An error means that the sandbox is gone, which comes to the same.
        let _ = kill.wait_for(|kill| *kill).await;
    }

    /// The process has ended: whoever waits for it hears so.
    pub(super) fn mark_ended(&self) {
        self.kill.send_replace(true);
        // A sandbox that failed to start keeps saying why.
        self.stage.send_if_modified(|stage| {
            let changes = !matches!(stage, Stage::FailedInit(_) | Stage::Ended);
            if changes {
                *stage = Stage::Ended;
            }
            changes
        });
        *self.current() = None;
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Option<Taken>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
