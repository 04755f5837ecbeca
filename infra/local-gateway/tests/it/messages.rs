//! Routes of messages and what comes back.

use case_chat_local_gateway::{Invoked, WebSocketLimits};
use serde_json::{Value, json};

use crate::support::{Functions, eventually, returned};
use crate::websocket::{Api, function, mock, say, text};

#[tokio::test]
async fn mocks_answer_by_themselves() {
    let api = Api::start(Functions::fine()).await;
    let (mut socket, _) = api.connect().await;
    for (said, answer) in [
        (r#"{"action":"ping"}"#, r#"{"type":"pong"}"#),
        (r#"{"action":"unknown"}"#, r#"{"type":"error"}"#),
        (r#"{"action":"$connect"}"#, r#"{"type":"error"}"#),
        ("not json", r#"{"type":"error"}"#),
    ] {
        say(&mut socket, said).await;
        assert_eq!(text(&mut socket).await, answer, "{said}");
    }
    assert_eq!(api.functions.events("connect").len(), 1);
}

#[tokio::test]
async fn functions_answer_where_the_route_responds() {
    let functions = Functions::new(|function, event| match (function, event["body"].as_str()) {
        ("echo" | "quiet", Some(body)) => returned(json!({ "statusCode": 200, "body": body })),
        ("broken", _) => Invoked::Failed("{}".into()),
        _ => returned(json!({ "statusCode": 200 })),
    });
    let routes = vec![
        function("$connect", false),
        function("echo", true),
        function("quiet", false),
        function("broken", false),
    ];
    let api = Api::with(functions, routes, WebSocketLimits::default()).await;
    let (mut socket, id) = api.connect().await;

    say(&mut socket, r#"{"action":"quiet"}"#).await;
    eventually("the quiet function", || api.functions.events("quiet").len() == 1).await;
    say(&mut socket, r#"{"action":"echo"}"#).await;
    assert_eq!(text(&mut socket).await, r#"{"action":"echo"}"#);
    let event = api.functions.events("echo").remove(0);
    let context = &event["requestContext"];
    assert_eq!((&context["eventType"], &context["routeKey"]), (&json!("MESSAGE"), &json!("echo")));
    assert_eq!(context["connectionId"], id);
    assert!(context["messageId"].is_string());
    assert_eq!(event["isBase64Encoded"], false);

    for (said, message) in [(r#"{"action":"broken"}"#, "Internal server error"), ("{}", "Forbidden")] {
        say(&mut socket, said).await;
        let frame: Value = serde_json::from_str(&text(&mut socket).await).unwrap();
        assert_eq!((&frame["message"], &frame["connectionId"]), (&json!(message), &json!(id)));
        assert!(frame["requestId"].is_string());
    }
}

#[tokio::test]
async fn a_function_that_works_holds_up_no_other_message() {
    let functions = Functions::waiting(|function, _| {
        Box::pin(async move {
            if function == "slow" {
                return futures::future::pending().await;
            }
            returned(json!({ "statusCode": 200 }))
        })
    });
    let routes = vec![function("$connect", false), function("slow", true), mock("ping", "pong")];
    let api = Api::with(functions, routes, WebSocketLimits::default()).await;
    let (mut socket, _) = api.connect().await;
    say(&mut socket, r#"{"action":"slow"}"#).await;
    say(&mut socket, r#"{"action":"ping"}"#).await;
    assert_eq!(text(&mut socket).await, "pong");
}
