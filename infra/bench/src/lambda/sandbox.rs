//! One process behind a stub of the Lambda runtime API.

use std::{
    fs::File,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::ListenerExt,
};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    sync::{Mutex, mpsc},
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{Launch, process};

/// What takes longer is not going to happen.
const PATIENCE: Duration = Duration::from_secs(30);
/// After its request for work a process still has to go to sleep.
const SETTLING: Duration = Duration::from_millis(1);

/// A process that waits for work. Ends when dropped.
pub(crate) struct Sandbox {
    process: Child,
    events: mpsc::UnboundedSender<String>,
    heard: mpsc::UnboundedReceiver<Heard>,
    log: File,
    server: JoinHandle<()>,
    /// CPU time until it first asked for work.
    pub(crate) start: Duration,
}

/// What came of an invocation.
pub(crate) struct Invoked {
    pub(crate) answer: Value,
    /// CPU time of the process, from the invocation until it asks for the next.
    pub(crate) cpu: Duration,
    /// From the invocation until the answer.
    pub(crate) took: Duration,
    /// Bytes that it logged.
    pub(crate) logged: u64,
}

enum Heard {
    AsksForWork,
    Answers(Bytes),
    Fails(Bytes),
}

struct Api {
    events: Mutex<mpsc::UnboundedReceiver<String>>,
    heard: mpsc::UnboundedSender<Heard>,
}

impl Sandbox {
    /// Starts it and waits until it asks for work.
    pub(super) async fn start(launch: &Launch) -> Result<Self> {
        let (events, to_process) = mpsc::unbounded_channel();
        let (told, heard) = mpsc::unbounded_channel();
        let api = Arc::new(Api { events: Mutex::new(to_process), heard: told });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        let server = tokio::spawn(async move {
            // It ends with its sandbox.
            let _ = axum::serve(listener, router(api)).await;
        });
        let log = tempfile::tempfile()?;
        let process = Command::new(&launch.program)
            .args(&launch.arguments)
            .env_clear()
            .envs(&launch.environment)
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start", launch.program.display()))?;
        let mut sandbox = Self { process, events, heard, log, server, start: Duration::ZERO };
        match sandbox.hear().await? {
            Heard::AsksForWork => sandbox.start = sandbox.cpu().await?,
            _ => bail!("{} answers what it was not asked", launch.program.display()),
        }
        Ok(sandbox)
    }

    /// Has it handle one event.
    pub(crate) async fn invoke(&mut self, event: &Value) -> Result<Invoked> {
        let (cpu, logged) = (self.cpu().await?, self.log.metadata()?.len());
        let begun = Instant::now();
        self.events.send(event.to_string())?;
        let answer = match self.hear().await? {
            Heard::Answers(body) => body,
            Heard::Fails(error) => bail!("the function failed: {}", String::from_utf8_lossy(&error)),
            Heard::AsksForWork => bail!("the function asks for work instead of answering"),
        };
        let took = begun.elapsed();
        let Heard::AsksForWork = self.hear().await? else { bail!("the function answered twice") };
        Ok(Invoked {
            answer: serde_json::from_slice(&answer).unwrap_or_default(),
            cpu: self.cpu().await? - cpu,
            took,
            logged: self.log.metadata()?.len() - logged,
        })
    }

    /// The same as often as asked, each with an event of its own.
    pub(crate) async fn invoke_each(
        &mut self,
        events: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<Invoked>> {
        let mut invoked = Vec::new();
        for event in events {
            invoked.push(self.invoke(&event).await?);
        }
        Ok(invoked)
    }

    /// The most memory that it had at once, in bytes.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        process::peak_memory(self.id()?)
    }

    async fn cpu(&self) -> Result<Duration> {
        sleep(SETTLING).await;
        process::cpu(self.id()?)
    }

    fn id(&self) -> Result<u32> {
        self.process.id().context("the process has ended")
    }

    async fn hear(&mut self) -> Result<Heard> {
        tokio::select! {
            heard = timeout(PATIENCE, self.heard.recv()) => heard?.context("the runtime API ended"),
            status = self.process.wait() => bail!("the process ended: {}", status?),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/{what}", post(answer))
        .route("/2018-06-01/runtime/init/error", post(init_error))
        .with_state(api)
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    let mut events = api.events.lock().await;
    let _ = api.heard.send(Heard::AsksForWork);
    let Some(event) = events.recv().await else { return StatusCode::GONE.into_response() };
    let headers = [
        ("lambda-runtime-aws-request-id", "00000000-0000-0000-0000-000000000000"),
        ("lambda-runtime-deadline-ms", "9999999999999"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:000000000000:function:bench"),
        ("lambda-runtime-trace-id", "Root=1-00000000-000000000000000000000000"),
    ];
    (headers, event).into_response()
}

async fn answer(
    State(api): State<Arc<Api>>,
    Path((_, what)): Path<(String, String)>,
    body: Bytes,
) -> StatusCode {
    let heard = if what == "response" { Heard::Answers(body) } else { Heard::Fails(body) };
    let _ = api.heard.send(heard);
    StatusCode::ACCEPTED
}

async fn init_error(State(api): State<Arc<Api>>, body: Bytes) -> StatusCode {
    let _ = api.heard.send(Heard::Fails(body));
    StatusCode::ACCEPTED
}
