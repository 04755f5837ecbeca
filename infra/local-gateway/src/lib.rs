//! API Gateway on a development machine: an HTTP API and a WebSocket API as axum routers.
//!
//! Owns what API Gateway does between a client and a function: routes, events, authorizers, CORS, connections
//! and every bound that AWS keeps. Must not know how functions are run (that is [`Invoke`]'s side), what this
//! stack's functions do, or how a template is read.

mod clock;
mod http;
mod ids;
mod invoke;
mod request;
mod websocket;

pub use http::api::{Cors, HttpApi, HttpRoute, JwtAuthorizer};
pub use http::http_router;
pub use invoke::{Invoke, Invoked};
pub use websocket::Sockets;
pub use websocket::api::{WebSocketApi, WebSocketLimits, WebSocketRoute, WebSocketTarget};
