//! Lambda: runs the template's functions, as child processes or at another Invoke endpoint.
//!
//! Owns synchronous invocation. Asynchronous invocation is `events`', event sources are `sources`'.

mod binary;
mod environment;
mod files;
mod output;
mod pool;
mod process;
mod remote;
mod runtime_api;
mod sandbox;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use axum::serve::ListenerExt;
use bytes::Bytes;
use case_chat_local_gateway::{Invoke, Invoked};
use futures::future::BoxFuture;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::template::Function;
use crate::xray::Xray;
use pool::Pool;
use remote::Remote;
use runtime_api::RuntimeApi;

pub use environment::{SECRET, access_key_id};
pub use files::write_environments;

/// What functions are told about where they run.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// AWS_REGION.
    pub region: String,
    /// AWS_ENDPOINT_URL.
    pub aws_url: String,
    /// Who follows them.
    pub xray: Xray,
}

/// The template's functions, ready to be invoked.
pub struct Functions(Backend);

enum Backend {
    Processes { pools: BTreeMap<String, Pool>, runtime_api: RuntimeApi, server: JoinHandle<()> },
    Remote { remote: Remote, names: BTreeMap<String, String> },
}

impl Functions {
    /// Runs functions as child processes of the binaries in a directory.
    pub async fn as_processes(
        functions: &BTreeMap<String, Function>,
        binaries: &Path,
        surroundings: &Surroundings,
    ) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        let runtime_api = RuntimeApi::new(surroundings.xray.clone());
        let router = runtime_api.router();
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!("the Lambda runtime API ended: {error}");
            }
        });
        let pools = functions.values().map(|function| {
            let launch = process::Launch {
                function: function.clone(),
                binary: binaries.join(&function.binary),
                environment: environment::of(function, surroundings),
                runtime_api: address,
            };
            (function.id.clone(), Pool::new(launch, runtime_api.clone()))
        });
        Ok(Self(Backend::Processes { pools: pools.collect(), runtime_api: runtime_api.clone(), server }))
    }

    /// Invokes functions at an endpoint that runs them: `cargo lambda watch` knows them by the names of their binaries,
    /// `sam local start-lambda` by their logical ids.
    pub fn at_endpoint(functions: &BTreeMap<String, Function>, url: &str, by_logical_id: bool) -> Self {
        let names = functions.values().map(|function| {
            let name = if by_logical_id { &function.id } else { &function.binary };
            (function.id.clone(), name.clone())
        });
        Self(Backend::Remote { remote: Remote::new(url), names: names.collect() })
    }

    /// Ends every child process; invocations under way fail.
    pub async fn stop(&self) {
        if let Backend::Processes { pools, runtime_api, server } = &self.0 {
            for pool in pools.values() {
                pool.close();
            }
            runtime_api.end_all().await;
            server.abort();
        }
    }

    async fn run(&self, function: &str, payload: Bytes) -> Invoked {
        let unknown = || Invoked::Unavailable(format!("there is no function {function}"));
        match &self.0 {
            Backend::Processes { pools, .. } => match pools.get(function) {
                Some(pool) => pool.invoke(payload).await,
                None => unknown(),
            },
            Backend::Remote { remote, names } => match names.get(function) {
                Some(name) => remote.invoke(name, payload).await,
                None => unknown(),
            },
        }
    }
}

impl Invoke for Functions {
    fn invoke<'a>(&'a self, function: &'a str, payload: Bytes) -> BoxFuture<'a, Invoked> {
        Box::pin(self.run(function, payload))
    }
}
