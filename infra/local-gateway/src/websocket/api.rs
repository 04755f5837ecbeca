//! What a WebSocket API is made of, as the template describes it, and the bounds it keeps.

use std::time::Duration;

/// A WebSocket API and its one stage.
#[derive(Debug, Clone)]
pub struct WebSocketApi {
    /// Its id, as events show it.
    pub api_id: String,
    /// Its stage, the path that clients connect to.
    pub stage: String,
    /// Its region, part of the domain name that events show.
    pub region: String,
    /// Where a message names its route: `$request.body.action`.
    pub route_selection_expression: String,
    /// Its routes, `$connect`, `$disconnect` and `$default` among them.
    pub routes: Vec<WebSocketRoute>,
    /// Its bounds.
    pub limits: WebSocketLimits,
}

/// A route with what answers it.
#[derive(Debug, Clone)]
pub struct WebSocketRoute {
    /// `$connect`, `$disconnect`, `$default`, or what the selection expression yields.
    pub key: String,
    /// What answers.
    pub target: WebSocketTarget,
    /// Whether the answer goes back to the client: the route has a RouteResponse.
    pub responds: bool,
}

/// What answers a route.
#[derive(Debug, Clone)]
pub enum WebSocketTarget {
    /// A function, in a proxy integration.
    Function(String),
    /// The gateway itself.
    Mock {
        /// The rendered response template, where there is one.
        response: Option<String>,
    },
}

/// The bounds of a WebSocket API; the defaults are AWS's where AWS has one.
#[derive(Debug, Clone)]
pub struct WebSocketLimits {
    /// Bytes in a frame from a client.
    pub frame_bytes: usize,
    /// Bytes in a message, in either direction.
    pub message_bytes: usize,
    /// How long a connection may say and hear nothing.
    pub idle: Duration,
    /// How long a connection may live.
    pub lifetime: Duration,
    /// For how long after its handshake a connection is still gone to whoever pushes, as AWS lets happen now and then.
    pub settling: Duration,
    /// How long a function may take to answer.
    pub integration: Duration,
    /// Connections at once. AWS has no such bound; a development machine needs one.
    pub connections: usize,
    /// Frames that may wait for a slow reader; the next one is refused with 429.
    pub queued_frames: usize,
    /// How long one frame may take to leave before its reader counts as gone.
    pub write: Duration,
    /// Messages of one connection that functions may work on at once; its next ones wait unread.
    pub messages_in_flight: usize,
    /// `$disconnect` invocations at once, so that a burst of closing sockets does not flood the functions.
    pub disconnects_in_flight: usize,
}

impl Default for WebSocketLimits {
    fn default() -> Self {
        Self {
            frame_bytes: 32 * 1024,
            message_bytes: 128 * 1024,
            idle: Duration::from_secs(10 * 60),
            lifetime: Duration::from_secs(2 * 60 * 60),
            settling: Duration::ZERO,
            integration: Duration::from_secs(29),
            connections: 10_000,
            queued_frames: 256,
            write: Duration::from_secs(30),
            messages_in_flight: 8,
            disconnects_in_flight: 16,
        }
    }
}
