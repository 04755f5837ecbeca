use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest, http::HeaderValue},
};

use crate::contract::assert_frame;

/// What does not come within this time does not come.
const PATIENCE: Duration = Duration::from_secs(15);

/// A handshake that is not made yet.
pub struct Handshake {
    request: tungstenite::handshake::client::Request,
}

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The subprotocol that was agreed on.
    pub protocol: String,
}

impl Handshake {
    pub(crate) fn new(url: &str) -> Self {
        Self { request: url.into_client_request().expect("a URL") }
    }

    /// Offers subprotocols.
    #[must_use]
    pub fn protocols(self, protocols: &[&str]) -> Self {
        self.header("sec-websocket-protocol", &protocols.join(", "))
    }

    /// Says where the page comes from.
    #[must_use]
    pub fn origin(self, origin: &str) -> Self {
        self.header("origin", origin)
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header"));
        self
    }

    /// Makes it; a refusal is its status.
    pub async fn open(self) -> Result<Socket, u16> {
        match connect_async(self.request).await {
            Ok((stream, response)) => {
                let protocol = response.headers().get("sec-websocket-protocol");
                let protocol = protocol.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
                Ok(Socket { stream, protocol })
            }
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("the handshake broke: {error}"),
        }
    }
}

impl Socket {
    /// The next frame.
    pub async fn next(&mut self) -> Value {
        loop {
            let message = timeout(PATIENCE, self.stream.next()).await.expect("a frame in time");
            match message.expect("an open socket").expect("a frame") {
                Message::Text(text) => {
                    let frame = serde_json::from_str(&text).expect("JSON");
                    if cfg!(debug_assertions) {
                        assert_frame(&frame);
                    }
                    return frame;
                }
                Message::Close(frame) => panic!("the socket was closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// The records of messages pushed, until one has that text.
    pub async fn records_until(&mut self, text: &str) -> Vec<Value> {
        let mut records = Vec::new();
        loop {
            let mut frame = self.next().await;
            if frame["type"] != "message" {
                continue;
            }
            let record = frame["record"].take();
            let done = record["body"] == text;
            records.push(record);
            if done {
                return records;
            }
        }
    }

    /// The next frame of that type.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// Every frame that comes before the answer to a ping.
    pub async fn until_pong(&mut self) -> Vec<Value> {
        self.send(r#"{"action":"ping"}"#).await;
        let mut frames = Vec::new();
        loop {
            let frame = self.next().await;
            if frame["type"] == "pong" {
                return frames;
            }
            frames.push(frame);
        }
    }

    /// Sends a frame.
    pub async fn send(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("an open socket");
    }

    /// Sends a frame and gives the next one that comes.
    pub async fn ask(&mut self, text: &str) -> Value {
        self.send(text).await;
        self.next().await
    }
}
