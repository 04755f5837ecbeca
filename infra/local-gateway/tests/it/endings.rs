//! Every connection ends once, however it ends.

use serde_json::Value;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::support::{Functions, eventually};
use crate::websocket::{Api, closed, say, text};

async fn disconnected(api: &Api, id: &str) -> Value {
    eventually("$disconnect", || !api.functions.events("disconnect").is_empty()).await;
    // Nothing is left to end: had there been a second one, this would have waited for it.
    api.sockets.close_all().await;
    let events = api.functions.events("disconnect");
    assert_eq!(events.len(), 1);
    let context = &events[0]["requestContext"];
    assert_eq!(context["connectionId"], id);
    assert_eq!(
        (context["eventType"].as_str(), context["routeKey"].as_str()),
        (Some("DISCONNECT"), Some("$disconnect"))
    );
    context.clone()
}

#[tokio::test]
async fn a_client_that_closes_gives_its_code_and_reason() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, id) = api.connect().await;
    socket.close(Some(CloseFrame { code: 4001.into(), reason: "bye".into() })).await.unwrap();
    assert_eq!(u16::from(closed(&mut socket).await.code), 4001, "the close is answered");
    let context = disconnected(&api, &id).await;
    assert_eq!(
        (context["disconnectStatusCode"].as_u64(), context["disconnectReason"].as_str()),
        (Some(4001), Some("bye"))
    );
}

#[tokio::test]
async fn a_close_without_a_status_is_1005() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, id) = api.connect().await;
    socket.close(None).await.unwrap();
    assert_eq!(disconnected(&api, &id).await["disconnectStatusCode"], 1005);
}

#[tokio::test]
async fn a_line_that_breaks_is_1006() {
    let api = Api::start(Functions::fine()).await;
    let (socket, id) = api.connect().await;
    drop(socket);
    assert_eq!(disconnected(&api, &id).await["disconnectStatusCode"], 1006);
}

#[tokio::test]
async fn deleting_twice_ends_once() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, id) = api.connect().await;
    assert_eq!((api.delete(&id).await.status(), api.delete(&id).await.status()).0, 204);
    closed(&mut socket).await;
    assert_eq!(disconnected(&api, &id).await["disconnectStatusCode"], 1000);
}

#[tokio::test]
async fn closing_all_waits_for_every_disconnect_and_lets_new_clients_in() {
    let api = Api::start(Functions::fine()).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(api.connect().await.0);
    }
    let reading = tokio::spawn(async move {
        for client in &mut clients {
            assert_eq!(u16::from(closed(client).await.code), 1001);
        }
    });
    api.sockets.close_all().await;
    assert_eq!(api.functions.events("disconnect").len(), 20);
    reading.await.unwrap();
    let (mut socket, _) = api.connect().await;
    say(&mut socket, r#"{"action":"ping"}"#).await;
    assert_eq!(text(&mut socket).await, r#"{"type":"pong"}"#);
}
