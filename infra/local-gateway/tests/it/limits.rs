//! Frames and messages that are too long or of the wrong kind, and connections that are too old or too quiet.

use std::time::Duration;

use case_chat_local_gateway::WebSocketLimits;
use futures::SinkExt;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::support::{Functions, eventually};
use crate::websocket::{Api, Socket, closed, say, text, usual};

fn fragment(kind: Data, last: bool) -> Message {
    Message::Frame(Frame::message(vec![b' '; 30 * 1024], OpCode::Data(kind), last))
}

async fn ended(api: &Api, socket: &mut Socket) -> u16 {
    let code = closed(socket).await.code.into();
    eventually("$disconnect", || api.functions.events("disconnect").len() == 1).await;
    let event = api.functions.events("disconnect").remove(0);
    assert_eq!(event["requestContext"]["disconnectStatusCode"], code);
    code
}

#[tokio::test]
async fn a_frame_of_32_kilobytes_passes_and_a_longer_one_closes_with_1009() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, _) = api.connect().await;
    say(&mut socket, " ".repeat(32 * 1024)).await;
    assert_eq!(text(&mut socket).await, r#"{"type":"error"}"#);
    say(&mut socket, " ".repeat(200 * 1024)).await;
    assert_eq!(ended(&api, &mut socket).await, 1009);
}

#[tokio::test]
async fn a_message_of_several_frames_passes_up_to_128_kilobytes() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, _) = api.connect().await;
    socket.send(fragment(Data::Text, false)).await.unwrap();
    for last in [false, false, true] {
        socket.send(fragment(Data::Continue, last)).await.unwrap();
    }
    assert_eq!(text(&mut socket).await, r#"{"type":"error"}"#);
    socket.send(fragment(Data::Text, false)).await.unwrap();
    for _ in 0..4 {
        socket.send(fragment(Data::Continue, false)).await.unwrap();
    }
    assert_eq!(ended(&api, &mut socket).await, 1009);
}

#[tokio::test]
async fn a_binary_frame_closes_with_1003() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, _) = api.connect().await;
    socket.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert_eq!(ended(&api, &mut socket).await, 1003);
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let limits = WebSocketLimits { idle: Duration::from_millis(50), ..WebSocketLimits::default() };
    let api = Api::with(Functions::fine(), usual(), limits).await;
    let (mut socket, _) = api.connect().await;
    assert_eq!(ended(&api, &mut socket).await, 1001);
}

#[tokio::test]
async fn an_old_connection_is_closed() {
    let limits = WebSocketLimits { lifetime: Duration::from_millis(50), ..WebSocketLimits::default() };
    let api = Api::with(Functions::fine(), usual(), limits).await;
    let (mut socket, _) = api.connect().await;
    assert_eq!(ended(&api, &mut socket).await, 1001);
}

#[tokio::test]
async fn a_connection_that_has_just_opened_is_gone_to_pushes_for_as_long_as_it_settles() {
    let limits = WebSocketLimits { settling: Duration::from_millis(50), ..WebSocketLimits::default() };
    let api = Api::with(Functions::fine(), usual(), limits).await;
    let (_socket, id) = api.connect().await;
    assert_eq!(api.post(&id, "early").await.status(), 410);
    tokio::time::timeout(crate::support::DEADLINE, async {
        while api.post(&id, "in time").await.status() != 200 {}
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn connections_beyond_the_limit_are_refused_until_one_ends() {
    let limits = WebSocketLimits { connections: 1, ..WebSocketLimits::default() };
    let api = Api::with(Functions::fine(), usual(), limits).await;
    let (first, _) = api.connect().await;
    assert!(api.try_connect(api.request()).await.is_err());
    drop(first);
    eventually("$disconnect", || api.functions.events("disconnect").len() == 1).await;
    tokio::time::timeout(crate::support::DEADLINE, async {
        while api.try_connect(api.request()).await.is_err() {}
    })
    .await
    .unwrap();
}
