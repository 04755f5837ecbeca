//! `@connections`: pushing, asking, closing, and who is gone.

use std::sync::{Arc, OnceLock};

use case_chat_local_gateway::WebSocketLimits;
use futures::FutureExt;
use reqwest::Client;
use serde_json::{Value, json};

use crate::support::{Functions, eventually, returned};
use crate::websocket::{Api, closed, text, usual};

#[tokio::test]
async fn frames_arrive_in_the_order_in_which_they_were_accepted() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, id) = api.connect().await;
    for number in 0..200 {
        let response = api.post(&id, number.to_string()).await;
        assert_eq!(response.status(), 200);
    }
    for number in 0..200 {
        assert_eq!(text(&mut socket).await, number.to_string());
    }
}

#[tokio::test]
async fn a_connection_is_gone_before_its_handshake_completes() {
    let management = Arc::new(OnceLock::new());
    let (probe, probed) = (management.clone(), Arc::new(OnceLock::new()));
    let status = probed.clone();
    let functions = Functions::waiting(move |function, event| {
        let (probe, status) = (probe.clone(), status.clone());
        async move {
            if function == "connect" {
                let id = event["requestContext"]["connectionId"].as_str().unwrap();
                let url = format!("http://{}/@connections/{id}", probe.get().unwrap());
                status
                    .set(Client::new().post(url).body("early").send().await.unwrap().status().as_u16())
                    .unwrap();
            }
            returned(json!({ "statusCode": 200 }))
        }
        .boxed()
    });
    let api = Api::start(functions).await;
    management.set(api.management).unwrap();
    let (mut socket, id) = api.connect().await;
    assert_eq!(probed.get(), Some(&410));
    assert_eq!(api.post(&id, "on time").await.status(), 200);
    assert_eq!(text(&mut socket).await, "on time");
}

#[tokio::test]
async fn a_connection_is_gone_after_its_end() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, id) = api.connect().await;
    socket.close(None).await.unwrap();
    eventually("$disconnect", || api.functions.events("disconnect").len() == 1).await;
    let response = api.post(&id, "late").await;
    assert_eq!(response.status(), 410);
    assert_eq!(response.headers()["x-amzn-errortype"], "GoneException");
    assert!(response.json::<Value>().await.unwrap()["message"].is_string());
    assert_eq!(api.delete(&id).await.status(), 410);
    assert_eq!(api.post("nonsense", "x").await.status(), 410);
}

#[tokio::test]
async fn deleting_delivers_what_was_accepted_and_closes() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, id) = api.connect().await;
    assert_eq!(api.post(&id, "last").await.status(), 200);
    assert_eq!(api.delete(&id).await.status(), 204);
    assert_eq!(api.post(&id, "too late").await.status(), 410);
    assert_eq!(text(&mut socket).await, "last");
    assert_eq!(u16::from(closed(&mut socket).await.code), 1000);
    eventually("$disconnect", || api.functions.events("disconnect").len() == 1).await;
}

#[tokio::test]
async fn a_connection_tells_who_it_is() {
    let api = Api::start(Functions::fine()).await;
    let (_socket, id) = api.connect().await;
    let about: Value = Client::new().get(api.connection_url(&id)).send().await.unwrap().json().await.unwrap();
    assert_eq!(about["identity"]["sourceIp"], "127.0.0.1");
    assert!(about["connectedAt"].as_str().unwrap().ends_with('Z'));
    assert!(about["lastActiveAt"].as_str().unwrap() >= about["connectedAt"].as_str().unwrap());
}

#[tokio::test]
async fn a_payload_over_128_kilobytes_is_refused() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, id) = api.connect().await;
    let response = api.post(&id, "a".repeat(128 * 1024 + 1)).await;
    assert_eq!(response.status(), 413);
    assert_eq!(response.headers()["x-amzn-errortype"], "PayloadTooLargeException");
    assert_eq!(api.post(&id, "a".repeat(128 * 1024)).await.status(), 200);
    assert_eq!(text(&mut socket).await.len(), 128 * 1024);
}

#[tokio::test]
async fn a_slow_reader_is_refused_frames_and_holds_up_nobody() {
    let limits = WebSocketLimits { queued_frames: 2, ..WebSocketLimits::default() };
    let api = Api::with(Functions::fine(), usual(), limits).await;
    let (_slow, slow) = api.connect().await;
    let (mut other, id) = api.connect().await;
    let mut refused = None;
    // More than any buffer between here and there takes.
    for _ in 0..1_000 {
        let response = api.post(&slow, "a".repeat(128 * 1024)).await;
        if response.status() != 200 {
            refused = Some(response);
            break;
        }
    }
    let refused = refused.expect("a full queue");
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["x-amzn-errortype"], "LimitExceededException");
    assert_eq!(api.post(&id, "hello").await.status(), 200);
    assert_eq!(text(&mut other).await, "hello");
}
