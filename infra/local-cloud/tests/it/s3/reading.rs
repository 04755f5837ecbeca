//! GetObject, its ranges and conditions; lists and deletes.

use reqwest::Method;

use super::client::{ACCOUNT, ATTACHMENTS, Cloud, ask};

async fn with_greeting(key: &str) -> (Cloud, String, String) {
    let cloud = Cloud::start().await;
    let path = format!("{ATTACHMENTS}/{key}");
    let put = ask(ACCOUNT, Method::PUT, &path)
        .header("content-type", "text/plain")
        .header("x-amz-meta-name", "a greeting")
        .header("x-amz-tagging", "state=unattached")
        .body("hello, world");
    let put = cloud.send(put).await;
    assert_eq!(put.status, 200, "{}", put.text());
    let etag = put.header("etag").to_owned();
    (cloud, path, etag)
}

#[tokio::test]
async fn ranges_are_parts_and_say_so() {
    let (cloud, path, _) = with_greeting("a").await;
    for (range, content_range, text) in [
        ("bytes=0-4", "bytes 0-4/12", "hello"),
        ("bytes=7-", "bytes 7-11/12", "world"),
        ("bytes=-5", "bytes 7-11/12", "world"),
        ("bytes=7-65535", "bytes 7-11/12", "world"),
    ] {
        let part = cloud.send(ask("LOCALOpen", Method::GET, &path).header("range", range)).await;
        assert_eq!(
            (part.status, part.header("content-range"), part.text().as_str()),
            (206, content_range, text)
        );
    }
    let beyond = cloud.send(ask("LOCALOpen", Method::GET, &path).header("range", "bytes=12-")).await;
    assert_eq!(beyond.code(), (416, "InvalidRange".to_owned()));
    let bytes: Vec<_> = cloud.ledger().await.iter().map(|entry| entry["bytes"].as_u64().unwrap()).collect();
    assert_eq!(bytes, [12, 5, 5, 5, 5, 0]);
    cloud.running.stop().await;
}

#[tokio::test]
async fn a_link_says_how_it_wants_to_be_shown() {
    let (cloud, path, etag) = with_greeting("a").await;
    let plain = cloud.by_url(ask("LOCALOpen", Method::GET, &path)).await;
    assert_eq!((plain.header("content-type"), plain.header("etag")), ("text/plain", etag.as_str()));
    assert_eq!((plain.header("x-amz-meta-name"), plain.header("accept-ranges")), ("a greeting", "bytes"));
    let shown = "response-content-disposition=attachment%3B%20filename%3D%22a%20b.pdf%22&response-content-type=application%2Fpdf";
    let link = cloud.by_url(ask("LOCALOpen", Method::GET, format!("{path}?{shown}"))).await;
    assert_eq!(link.header("content-disposition"), r#"attachment; filename="a b.pdf""#);
    assert_eq!((link.header("content-type"), link.text().as_str()), ("application/pdf", "hello, world"));
    cloud.running.stop().await;
}

#[tokio::test]
async fn conditions_are_about_what_is_there() {
    let (cloud, path, etag) = with_greeting("a").await;
    let asked = |name: &'static str, value: &str| {
        let asked = ask(ACCOUNT, Method::GET, &path).header(name, value);
        async { cloud.send(asked).await.status }
    };
    assert_eq!(asked("if-match", &etag).await, 200);
    assert_eq!(asked("if-match", "\"other\"").await, 412);
    assert_eq!(asked("if-none-match", &etag).await, 304);
    assert_eq!(asked("if-none-match", "\"other\"").await, 200);
    assert_eq!(asked("if-unmodified-since", "Mon, 05 Jan 2026 08:00:00 GMT").await, 412);
    cloud.running.stop().await;
}

#[tokio::test]
async fn lists_come_in_pages_and_by_what_keys_begin_with() {
    let cloud = Cloud::start().await;
    for key in ["b/2", "a/1", "b/1", "c", "b/3"] {
        let put = cloud.send(ask(ACCOUNT, Method::PUT, format!("{ATTACHMENTS}/{key}")).body("x")).await;
        assert_eq!(put.status, 200);
    }
    let list = async |query: &str| {
        let list = cloud.send(ask(ACCOUNT, Method::GET, format!("{ATTACHMENTS}?list-type=2{query}"))).await;
        assert_eq!(list.status, 200, "{}", list.text());
        let text = list.text();
        let keys = |tag: &str| {
            let tag = format!("<{tag}>");
            let parts = text.split(&tag).skip(1);
            parts.map(|part| part.split_once('<').unwrap().0.to_owned()).collect::<Vec<_>>()
        };
        (keys("Key"), keys("Prefix"), keys("NextContinuationToken"))
    };
    assert_eq!(list("").await.0, ["a/1", "b/1", "b/2", "b/3", "c"]);
    assert_eq!(list("&prefix=b%2F").await.0, ["b/1", "b/2", "b/3"]);
    let (keys, prefixes, _) = list("&delimiter=%2F").await;
    assert_eq!((keys, prefixes), (vec!["c".to_owned()], vec!["a/".to_owned(), "b/".to_owned()]));
    let (first, _, next) = list("&max-keys=2").await;
    assert_eq!(first, ["a/1", "b/1"]);
    assert_eq!(
        list(&format!("&max-keys=2&continuation-token={}", next[0].replace('/', "%2F"))).await.0,
        ["b/2", "b/3"]
    );
    for key in ["c", "nothing"] {
        let deleted = cloud.send(ask(ACCOUNT, Method::DELETE, format!("{ATTACHMENTS}/{key}"))).await;
        assert_eq!(deleted.status, 204);
    }
    assert_eq!((list("").await.0.len(), cloud.files()), (4, 4));
    let unknown = cloud.send(ask(ACCOUNT, Method::GET, "/no-such-bucket/a")).await;
    assert_eq!(unknown.code(), (404, "NoSuchBucket".to_owned()));
    cloud.running.stop().await;
}
