//! The gateway through its public face: routers on port 0, HTTP and WebSocket clients, functions as closures.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod authorizer;
mod endings;
mod handshake;
mod http_api;
mod limits;
mod management;
mod messages;
mod support;
mod websocket;
