//! A WebSocket API: the handshake, the routes of messages, and the connections between them.
//!
//! Owns the connections and their ends: whoever got past `$connect` gets exactly one `$disconnect`.

mod answer;
pub(crate) mod api;
mod connection;
mod end;
mod event;
mod handshake;
mod management;
mod messages;
mod registry;
mod session;
mod writer;

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get};
use futures::future::join_all;
use tokio::sync::Semaphore;

use crate::invoke::Invoke;
use api::{WebSocketApi, WebSocketTarget};
use end::End;
use registry::Registry;

/// A WebSocket API with its open connections. Clones share them.
#[derive(Clone)]
pub struct Sockets {
    gateway: Arc<Gateway>,
}

struct Gateway {
    api: WebSocketApi,
    domain_name: String,
    invoke: Arc<dyn Invoke>,
    connections: Registry,
    /// One permit a connection, from before `$connect` until its end.
    room: Arc<Semaphore>,
    disconnects: Semaphore,
}

impl Sockets {
    /// An API without connections yet.
    pub fn new(api: WebSocketApi, invoke: Arc<dyn Invoke>) -> Self {
        let gateway = Gateway {
            domain_name: format!("{}.execute-api.{}.amazonaws.com", api.api_id, api.region),
            room: Arc::new(Semaphore::new(api.limits.connections)),
            disconnects: Semaphore::new(api.limits.disconnects_in_flight),
            connections: Registry::default(),
            api,
            invoke,
        };
        Self { gateway: Arc::new(gateway) }
    }

    /// What clients connect to: the handshake, on the path of the stage.
    pub fn router(&self) -> Router {
        let stage = format!("/{}", self.gateway.api.stage);
        Router::new().route(&stage, get(handshake::handshake)).with_state(Arc::clone(&self.gateway))
    }

    /// What functions push through: `@connections`, with the stage before it or without.
    pub fn management(&self) -> Router {
        let staged = format!("/{}/@connections/{{id}}", self.gateway.api.stage);
        Router::new()
            .route("/@connections/{id}", any(management::serve))
            .route(&staged, any(management::serve))
            .with_state(Arc::clone(&self.gateway))
    }

    /// Closes every open connection and waits until each has had its `$disconnect`.
    pub async fn close_all(&self) {
        let connections = self.gateway.connections.all();
        for connection in &connections {
            connection.close(End::going_away());
        }
        join_all(connections.iter().map(|connection| connection.ended())).await;
    }
}

impl Gateway {
    fn target(&self, key: &str) -> Option<&WebSocketTarget> {
        self.api.routes.iter().find(|route| route.key == key).map(|route| &route.target)
    }
}
