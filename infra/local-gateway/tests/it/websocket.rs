//! A WebSocket API for the tests beside this one: its routes, its clients and its management API.

use std::net::SocketAddr;
use std::sync::Arc;

use case_chat_local_gateway::{Sockets, WebSocketApi, WebSocketLimits, WebSocketRoute, WebSocketTarget};
use futures::{SinkExt, StreamExt};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Response};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Response as Handshake;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};
use tokio_tungstenite::tungstenite::{Error, http::Request};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{DEADLINE, Functions, serve};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) struct Api {
    pub(crate) sockets: Sockets,
    pub(crate) address: SocketAddr,
    pub(crate) management: SocketAddr,
    pub(crate) functions: Arc<Functions>,
}

pub(crate) fn function(key: &str, responds: bool) -> WebSocketRoute {
    let name = key.trim_start_matches('$').to_owned();
    WebSocketRoute { key: key.to_owned(), target: WebSocketTarget::Function(name), responds }
}

pub(crate) fn mock(key: &str, response: &str) -> WebSocketRoute {
    let target = WebSocketTarget::Mock { response: Some(response.to_owned()) };
    WebSocketRoute { key: key.to_owned(), target, responds: true }
}

/// The routes of this project's stack.
pub(crate) fn usual() -> Vec<WebSocketRoute> {
    vec![
        function("$connect", false),
        function("$disconnect", false),
        mock("ping", r#"{"type":"pong"}"#),
        mock("$default", r#"{"type":"error"}"#),
    ]
}

impl Api {
    pub(crate) async fn start(functions: Arc<Functions>) -> Self {
        Self::with(functions, usual(), WebSocketLimits::default()).await
    }

    pub(crate) async fn with(
        functions: Arc<Functions>,
        routes: Vec<WebSocketRoute>,
        limits: WebSocketLimits,
    ) -> Self {
        let api = WebSocketApi {
            api_id: "ws1".into(),
            stage: "live".into(),
            region: "eu-central-1".into(),
            route_selection_expression: "$request.body.action".into(),
            routes,
            limits,
        };
        let sockets = Sockets::new(api, functions.clone());
        let address = serve(sockets.router()).await;
        let management = serve(sockets.management()).await;
        Self { sockets, address, management, functions }
    }

    pub(crate) fn request(&self) -> Request<()> {
        format!("ws://{}/live", self.address).into_client_request().unwrap()
    }

    pub(crate) async fn try_connect(&self, request: Request<()>) -> Result<(Socket, Handshake), Error> {
        connect_async(request).await
    }

    /// A client, and its connection's id as `$connect` saw it.
    pub(crate) async fn connect(&self) -> (Socket, String) {
        let (socket, _) = self.try_connect(self.request()).await.unwrap();
        let event = self.functions.events("connect").pop().unwrap();
        (socket, event["requestContext"]["connectionId"].as_str().unwrap().to_owned())
    }

    pub(crate) fn connection_url(&self, id: &str) -> String {
        format!("http://{}/live/@connections/{}", self.management, utf8_percent_encode(id, NON_ALPHANUMERIC))
    }

    pub(crate) async fn post(&self, id: &str, body: impl Into<reqwest::Body>) -> Response {
        Client::new().post(self.connection_url(id)).body(body).send().await.unwrap()
    }

    pub(crate) async fn delete(&self, id: &str) -> Response {
        Client::new().delete(self.connection_url(id)).send().await.unwrap()
    }
}

pub(crate) async fn next(socket: &mut Socket) -> Message {
    tokio::time::timeout(DEADLINE, socket.next()).await.expect("a frame in time").unwrap().unwrap()
}

pub(crate) async fn text(socket: &mut Socket) -> String {
    match next(socket).await {
        Message::Text(text) => text.to_string(),
        other => panic!("not text: {other:?}"),
    }
}

pub(crate) async fn closed(socket: &mut Socket) -> CloseFrame {
    match next(socket).await {
        Message::Close(Some(frame)) => frame,
        other => panic!("not a close frame: {other:?}"),
    }
}

pub(crate) async fn say(socket: &mut Socket, text: impl Into<String>) {
    socket.send(Message::text(text.into())).await.unwrap();
}
