//! DynamoDB and its streams: dynoxide embedded, on threads of its own so that SQLite never holds up anything else; or
//! one that others run, for a second opinion: see [`elsewhere`].
//!
//! Owns the database file. Callers' requests go through dynoxide's own HTTP server, so that they are validated as
//! DynamoDB does; what the local cloud itself needs goes to the database directly.

mod elsewhere;
mod streams;
mod tables;
mod upkeep;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use bytes::Bytes;
use dynoxide::Database;
use tokio::sync::{Notify, watch};

use crate::template::Table;
use elsewhere::Elsewhere;

pub use streams::StreamPage;
pub use upkeep::Passed;

/// Threads for requests: SQLite takes one writer at a time, and a second keeps reads going meanwhile.
const THREADS: usize = 2;

/// The database and the way to it.
#[derive(Clone)]
pub struct DynamoDb {
    engine: Engine,
    client: reqwest::Client,
    written: Arc<Notify>,
    stopping: watch::Sender<bool>,
}

#[derive(Clone)]
enum Engine {
    Embedded { database: Database, file: PathBuf, address: SocketAddr },
    Elsewhere(Arc<Elsewhere>),
}

/// An answer of dynoxide's.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl DynamoDb {
    /// Opens the database, creates the tables that are missing and serves it on a loopback port.
    pub async fn open(file: PathBuf, tables: Vec<Table>) -> Result<Self> {
        let path = file.to_str().context("the data directory's name must be UTF-8")?.to_owned();
        let opened = file.clone();
        let database = tokio::task::spawn_blocking(move || -> Result<Database> {
            let database = Database::new(&path).map_err(|error| anyhow!("cannot open {path}: {error}"))?;
            upkeep::create_indexes(&opened)?;
            tables::create_missing(&database, &tables)?;
            Ok(database)
        })
        .await??;
        let stopping = watch::Sender::new(false);
        let address = serve(database.clone(), stopping.subscribe()).await?;
        Ok(Self {
            engine: Engine::Embedded { database, file, address },
            client: reqwest::Client::builder().no_proxy().build()?,
            written: Arc::default(),
            stopping,
        })
    }

    /// Creates the tables in a store of their own at another DynamoDB.
    pub async fn elsewhere(url: &str, tables: &[Table]) -> Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let elsewhere = Elsewhere::open(url, client.clone(), tables).await?;
        let engine = Engine::Elsewhere(Arc::new(elsewhere));
        Ok(Self { engine, client, written: Arc::default(), stopping: watch::Sender::new(false) })
    }

    /// Forwards a request.
    pub async fn forward(&self, headers: &HeaderMap, body: Bytes) -> Result<Answer> {
        let passed = ["authorization", "content-type", "x-amz-date", "x-amz-target"];
        let passed = passed.map(HeaderName::from_static);
        let mut headers: HeaderMap =
            passed.into_iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect();
        let url = match &self.engine {
            Engine::Embedded { address, .. } => format!("http://{address}/"),
            Engine::Elsewhere(elsewhere) => {
                headers.insert(header::AUTHORIZATION, elsewhere.credentials().clone());
                elsewhere.url().to_owned()
            }
        };
        let answer = self.client.post(url).headers(headers).body(body).send().await;
        let answer = answer.context("DynamoDB does not answer")?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok(Answer { status, headers, body: answer.bytes().await? })
    }

    /// Tells whoever waits that something was written.
    pub fn announce_write(&self) {
        self.written.notify_waiters();
    }

    /// Resolves when something is written after this call.
    pub fn next_write(&self) -> tokio::sync::futures::Notified<'_> {
        self.written.notified()
    }

    /// The embedded database itself, for what needs no request, and its file.
    pub fn embedded(&self) -> Option<(&Database, &Path)> {
        match &self.engine {
            Engine::Embedded { database, file, .. } => Some((database, file)),
            Engine::Elsewhere(_) => None,
        }
    }

    /// Stops serving.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

/// Serves dynoxide on a runtime of its own.
async fn serve(database: Database, mut stopping: watch::Receiver<bool>) -> Result<SocketAddr> {
    let (ready, listening) = tokio::sync::oneshot::channel();
    std::thread::Builder::new().name("dynamodb".into()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("dynamodb")
            .enable_all()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                let _ = ready.send(Err(error));
                return;
            }
        };
        runtime.block_on(async move {
            let listener = match tokio::net::TcpListener::bind(("127.0.0.1", 0)).await {
                Ok(listener) => listener,
                Err(error) => {
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            let _ = ready.send(listener.local_addr());
            let stop = async move {
                // An error means that nobody can ask any more, which comes to the same.
                let _ = stopping.wait_for(|stopping| *stopping).await;
            };
            if let Err(error) = dynoxide::server::serve_with_shutdown(listener, database, stop).await {
                tracing::error!("dynoxide ended: {error}");
            }
        });
        runtime.shutdown_background();
    })?;
    listening.await.context("dynoxide's thread ended")?.context("dynoxide cannot listen")
}
