//! Events and answers of an HTTP API, its routes and its CORS.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use case_chat_local_gateway::{Cors, HttpApi, HttpRoute, Invoked, http_router};
use futures::FutureExt;
use reqwest::Client;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{Functions, returned, serve};

const ORIGIN: &str = "http://web.test";

pub(crate) fn route(method: &str, path: &str) -> HttpRoute {
    HttpRoute { method: method.into(), path: path.into(), function: "fn".into(), authorizer: None }
}

fn api(routes: Vec<HttpRoute>) -> HttpApi {
    let cors = Cors {
        allow_origins: vec![ORIGIN.into()],
        allow_methods: vec!["GET".into(), "POST".into()],
        allow_headers: vec!["authorization".into()],
        expose_headers: vec!["retry-after".into()],
        max_age_seconds: Some(3600),
        allow_credentials: false,
    };
    HttpApi { routes, cors: Some(cors), api_id: "api1".into() }
}

async fn start(routes: Vec<HttpRoute>, functions: &Arc<Functions>) -> String {
    let address: SocketAddr = serve(http_router(api(routes), functions.clone())).await;
    format!("http://{address}")
}

#[tokio::test]
async fn an_event_has_the_shape_of_payload_format_2() {
    let functions = Functions::fine();
    let url = start(vec![route("POST", "/cases/{caseId}/messages")], &functions).await;
    let request = Client::new()
        .post(format!("{url}/cases/a%20b/messages?x=1&x=2&y=%C3%A9"))
        .header("X-Two", "one")
        .header("X-Two", "two")
        .header("Cookie", "a=1; b=2")
        .header("User-Agent", "test/1")
        .body(r#"{"body":"hi"}"#);
    assert_eq!(request.send().await.unwrap().status(), 200);

    let event = functions.events("fn").remove(0);
    assert_eq!(event["version"], "2.0");
    assert_eq!(event["routeKey"], "POST /cases/{caseId}/messages");
    assert_eq!(event["rawPath"], "/cases/a%20b/messages");
    assert_eq!(event["rawQueryString"], "x=1&x=2&y=%C3%A9");
    assert_eq!(event["queryStringParameters"], json!({ "x": "1,2", "y": "é" }));
    assert_eq!(event["pathParameters"], json!({ "caseId": "a b" }));
    assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
    assert_eq!(event["headers"]["x-two"], "one,two");
    assert_eq!(event["headers"]["cookie"], Value::Null);
    assert_eq!(event["body"], r#"{"body":"hi"}"#);
    assert_eq!(event["isBase64Encoded"], false);
    let context = &event["requestContext"];
    assert_eq!(context["apiId"], "api1");
    assert_eq!(context["stage"], "$default");
    assert_eq!(context["routeKey"], "POST /cases/{caseId}/messages");
    assert_eq!(context["domainName"], "127.0.0.1");
    assert!(context["timeEpoch"].is_u64() && context["time"].is_string() && context["requestId"].is_string());
    assert_eq!(
        context["http"],
        json!({
            "method": "POST",
            "path": "/cases/a%20b/messages",
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "test/1",
        })
    );
    assert_eq!(context["authorizer"], Value::Null);
}

#[tokio::test]
async fn a_body_that_is_not_text_arrives_in_base64() {
    let functions = Functions::fine();
    let url = start(vec![route("ANY", "/x")], &functions).await;
    Client::new().put(format!("{url}/x")).body(vec![0xff, 0x00]).send().await.unwrap();
    let event = functions.events("fn").remove(0);
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("/wA="), &json!(true)));
    assert_eq!(event["routeKey"], "ANY /x");
}

#[tokio::test]
async fn an_answer_carries_status_headers_cookies_and_bytes() {
    let functions = Functions::new(|_, _| {
        returned(json!({
            "statusCode": 201,
            "headers": { "content-type": "image/png", "Retry-After": 3 },
            "cookies": ["a=1", "b=2"],
            "body": "/wA=",
            "isBase64Encoded": true,
        }))
    });
    let url = start(vec![route("GET", "/x")], &functions).await;
    let response = Client::new().get(format!("{url}/x")).send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(response.headers()["retry-after"], "3");
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    assert_eq!(response.bytes().await.unwrap().as_ref(), [0xff, 0x00]);
}

#[tokio::test]
async fn an_answer_without_a_status_is_json() {
    let functions = Functions::new(|_, _| returned(json!({ "hello": "world" })));
    let url = start(vec![route("GET", "/x")], &functions).await;
    let response = Client::new().get(format!("{url}/x")).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    assert_eq!(response.json::<Value>().await.unwrap(), json!({ "hello": "world" }));
}

#[tokio::test]
async fn what_goes_wrong_behind_the_gateway_is_a_500_that_says_nothing() {
    let functions = Functions::new(|_, event| match event["rawPath"].as_str() {
        Some("/failed") => Invoked::Failed(r#"{"errorMessage":"secret"}"#.into()),
        Some("/gone") => Invoked::Unavailable("no process".into()),
        Some("/status") => returned(json!({ "statusCode": 7 })),
        Some("/body") => returned(json!({ "statusCode": 200, "body": { "a": 1 } })),
        _ => Invoked::Returned("not json".into()),
    });
    let url = start(vec![route("GET", "/{way}")], &functions).await;
    for way in ["failed", "gone", "status", "body", "json"] {
        let request = Client::new().get(format!("{url}/{way}")).header("Origin", ORIGIN);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 500, "{way}");
        assert_eq!(response.headers()["access-control-allow-origin"], ORIGIN);
        assert_eq!(response.json::<Value>().await.unwrap(), json!({ "message": "Internal Server Error" }));
    }
}

#[tokio::test(start_paused = true)]
async fn an_integration_slower_than_30_seconds_is_unavailable() {
    let functions = Functions::waiting(|_, _| futures::future::pending().boxed());
    let router = http_router(api(vec![route("GET", "/x")]), functions);
    let response = router.oneshot(Request::get("/x").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 503);
}

#[tokio::test]
async fn the_most_specific_route_answers_and_no_route_is_404() {
    let functions = Functions::new(|_, event| returned(event["routeKey"].clone()));
    let routes = ["/{proxy+}", "/cases/{caseId}", "/cases/open"].map(|path| route("GET", path));
    let url = start([&routes[..], &[route("ANY", "/cases/open")]].concat(), &functions).await;
    let client = Client::new();
    for (path, key) in [
        ("/cases/open", "GET /cases/open"),
        ("/cases/1", "GET /cases/{caseId}"),
        ("/cases/1/x", "GET /{proxy+}"),
    ] {
        assert_eq!(client.get(format!("{url}{path}")).send().await.unwrap().text().await.unwrap(), key);
    }
    let other = client.delete(format!("{url}/cases/open")).send().await.unwrap();
    assert_eq!(other.text().await.unwrap(), "ANY /cases/open");
    let none = client.post(format!("{url}/cases/1")).send().await.unwrap();
    assert_eq!(none.status(), 404);
    assert_eq!(none.json::<Value>().await.unwrap(), json!({ "message": "Not Found" }));
}

#[tokio::test]
async fn the_gateway_answers_preflights_for_its_own_origin_only() {
    let functions = Functions::fine();
    let url = start(vec![route("ANY", "/x")], &functions).await;
    let preflight = |origin: &'static str| {
        let request = Client::new().request(reqwest::Method::OPTIONS, format!("{url}/x"));
        request.header("Origin", origin).header("Access-Control-Request-Method", "POST").send()
    };
    let own = preflight(ORIGIN).await.unwrap();
    assert_eq!(own.status(), 204);
    for (name, value) in [
        ("allow-origin", ORIGIN),
        ("allow-methods", "GET,POST"),
        ("allow-headers", "authorization"),
        ("max-age", "3600"),
    ] {
        assert_eq!(own.headers()[&format!("access-control-{name}")], value);
    }
    let foreign = preflight("http://evil.test").await.unwrap();
    assert_eq!(foreign.status(), 204);
    assert!(foreign.headers().keys().all(|name| !name.as_str().starts_with("access-control-")));
    assert!(functions.events("fn").is_empty());
}

#[tokio::test]
async fn what_a_function_says_about_cors_is_replaced() {
    let functions = Functions::new(|_, _| {
        returned(json!({ "statusCode": 200, "headers": { "access-control-allow-origin": "*" } }))
    });
    let url = start(vec![route("GET", "/x")], &functions).await;
    let client = Client::new();
    let own = client.get(format!("{url}/x")).header("Origin", ORIGIN).send().await.unwrap();
    assert_eq!(own.headers()["access-control-allow-origin"], ORIGIN);
    assert_eq!(own.headers()["access-control-expose-headers"], "retry-after");
    let foreign = client.get(format!("{url}/x")).header("Origin", "http://evil.test").send().await.unwrap();
    assert!(!foreign.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn what_exceeds_a_bound_is_refused_before_a_function_sees_it() {
    let functions = Functions::fine();
    let url = start(vec![route("POST", "/x")], &functions).await;
    let post = |body: Vec<u8>| Client::new().post(format!("{url}/x")).body(body).send();
    let too_long = post(vec![b'a'; 11 * 1024 * 1024]).await.unwrap();
    assert_eq!(too_long.status(), 413);
    assert_eq!(too_long.json::<Value>().await.unwrap(), json!({ "message": "Request Entity Too Large" }));
    assert_eq!(post(vec![b'a'; 7 * 1024 * 1024]).await.unwrap().status(), 413);
    let head = Client::new().post(format!("{url}/x")).header("x-long", "a".repeat(11 * 1024));
    assert_eq!(head.send().await.unwrap().status(), 431);
    assert!(functions.events("fn").is_empty());
}
