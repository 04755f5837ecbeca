//! `$connect` decides before protocols are switched.

use std::sync::Arc;

use case_chat_local_gateway::{Invoked, WebSocketLimits};
use futures::FutureExt;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Error;

use crate::support::{Functions, eventually, returned};
use crate::websocket::{Api, mock, say, text};

async fn refused(functions: Arc<Functions>) -> u16 {
    let api = Api::start(functions).await;
    let status = match api.try_connect(api.request()).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("not refused: {other:?}"),
    };
    assert!(api.functions.events("disconnect").is_empty(), "what never opened does not end");
    status
}

#[tokio::test]
async fn connect_sees_the_handshake_and_selects_the_subprotocol() {
    let functions = Functions::new(|_, _| {
        returned(json!({ "statusCode": 200, "headers": { "Sec-WebSocket-Protocol": "case-chat.v1" } }))
    });
    let api = Api::start(functions).await;
    let mut request = api.request();
    *request.uri_mut() = format!("ws://{}/live?a=1&a=2", api.address).parse().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", "case-chat.v1, bearer.abc".parse().unwrap());
    request.headers_mut().insert("Origin", "http://web.test".parse().unwrap());
    request.headers_mut().insert("User-Agent", "test/1".parse().unwrap());
    let (_socket, handshake) = api.try_connect(request).await.unwrap();
    assert_eq!(handshake.headers()["sec-websocket-protocol"], "case-chat.v1");

    let event = api.functions.events("connect").remove(0);
    assert_eq!(event["headers"]["Sec-WebSocket-Protocol"], "case-chat.v1, bearer.abc");
    assert_eq!(event["multiValueHeaders"]["Origin"], json!(["http://web.test"]));
    assert_eq!(event["queryStringParameters"], json!({ "a": "2" }));
    assert_eq!(event["multiValueQueryStringParameters"], json!({ "a": ["1", "2"] }));
    assert_eq!(event["isBase64Encoded"], false);
    let context = &event["requestContext"];
    for (name, value) in [
        ("routeKey", "$connect"),
        ("eventType", "CONNECT"),
        ("messageDirection", "IN"),
        ("stage", "live"),
        ("apiId", "ws1"),
        ("domainName", "ws1.execute-api.eu-central-1.amazonaws.com"),
    ] {
        assert_eq!(context[name], value);
    }
    assert_eq!(context["identity"], json!({ "sourceIp": "127.0.0.1", "userAgent": "test/1" }));
    assert!(context["connectionId"].as_str().unwrap().ends_with('='));
    assert!(context["connectedAt"].is_u64() && context["requestTimeEpoch"].is_u64());
    assert!(context["requestId"].is_string() && context["extendedRequestId"].is_string());
}

#[tokio::test]
async fn a_refusal_has_the_status_that_connect_gave() {
    assert_eq!(refused(Functions::new(|_, _| returned(json!({ "statusCode": 401 })))).await, 401);
    assert_eq!(refused(Functions::new(|_, _| returned(json!({ "statusCode": 503 })))).await, 503);
}

#[tokio::test]
async fn a_connect_that_fails_is_a_bad_gateway() {
    assert_eq!(refused(Functions::new(|_, _| Invoked::Failed("{}".into()))).await, 502);
    assert_eq!(refused(Functions::new(|_, _| returned(Value::Null))).await, 502);
}

#[tokio::test]
async fn without_a_connect_route_everybody_is_let_in() {
    let routes = vec![mock("ping", "pong")];
    let api = Api::with(Functions::fine(), routes, WebSocketLimits::default()).await;
    let (mut socket, _) = api.try_connect(api.request()).await.unwrap();
    say(&mut socket, r#"{"action":"ping"}"#).await;
    assert_eq!(text(&mut socket).await, "pong");
}

#[tokio::test]
async fn a_client_that_leaves_during_connect_is_still_disconnected() {
    let (asked, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let functions = Functions::waiting({
        let (asked, leave) = (asked.clone(), leave.clone());
        move |function, _| {
            let (asked, leave) = (asked.clone(), leave.clone());
            async move {
                if function == "connect" {
                    asked.notify_one();
                    leave.notified().await;
                }
                returned(json!({ "statusCode": 200 }))
            }
            .boxed()
        }
    });
    let api = Api::start(functions).await;
    let mut line = tokio::net::TcpStream::connect(api.address).await.unwrap();
    let request = "GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    line.write_all(request.as_bytes()).await.unwrap();
    asked.notified().await;
    drop(line);
    leave.notify_one();
    eventually("$disconnect", || api.functions.events("disconnect").len() == 1).await;
}
