//! The ports, all on the loopback interface, bound before anything else so that URLs are known.

use std::io::ErrorKind;

use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;

/// Offsets from the base port.
const WEB: u16 = 0;
const HTTP: u16 = 1;
const WEBSOCKET: u16 = 2;
const ISSUER: u16 = 3;
const MAILBOX: u16 = 4;
const AWS: u16 = 5;

/// A listener for each of the things that answer.
pub(crate) struct Ports {
    /// The web client.
    pub(crate) web: TcpListener,
    /// The HTTP API.
    pub(crate) http: TcpListener,
    /// The WebSocket API.
    pub(crate) websocket: TcpListener,
    /// The issuer.
    pub(crate) issuer: TcpListener,
    /// The mailbox.
    pub(crate) mailbox: TcpListener,
    /// The emulated services.
    pub(crate) aws: TcpListener,
}

impl Ports {
    /// Binds them all, or says which one is taken.
    pub(crate) async fn bind(base: u16) -> Result<Self> {
        Ok(Self {
            web: bind(base, WEB, "web client").await?,
            http: bind(base, HTTP, "HTTP API").await?,
            websocket: bind(base, WEBSOCKET, "WebSocket API").await?,
            issuer: bind(base, ISSUER, "issuer").await?,
            mailbox: bind(base, MAILBOX, "mailbox").await?,
            aws: bind(base, AWS, "AWS services").await?,
        })
    }
}

/// `scheme://127.0.0.1:port` of a listener.
pub(crate) fn url(scheme: &str, listener: &TcpListener) -> Result<String> {
    Ok(format!("{scheme}://{}", listener.local_addr()?))
}

async fn bind(base: u16, offset: u16, what: &str) -> Result<TcpListener> {
    let port = match base {
        0 => 0,
        base => base.checked_add(offset).context("--port is too high: six ports are needed from it on")?,
    };
    match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "port {port} ({what}) is taken: is another local cloud running? End it, or choose others with --port {}",
            base.saturating_add(100)
        ),
        Err(error) => Err(error).with_context(|| format!("cannot listen on port {port} ({what})")),
    }
}
