//! PutObject by a URL that a function signed.

use std::time::Duration;

use futures::future::join_all;
use http::HeaderValue;
use reqwest::Method;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::client::{ACCOUNT, ATTACHMENTS, Cloud, HELLO_SHA256, QUARANTINE, ask, deliver, now, upload};
use crate::support::eventually;

#[tokio::test]
async fn what_is_signed_for_is_stored_and_told_again() {
    let cloud = Cloud::start().await;
    let put = cloud.by_url(upload("LOCALUpload", "a")).await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert_eq!(put.header("x-amz-checksum-sha256"), HELLO_SHA256);
    assert_eq!(put.header("x-amz-server-side-encryption"), "aws:kms");
    assert!(put.header("x-amz-server-side-encryption-aws-kms-key-id").ends_with(":key/case-chat-Key"));
    let path = format!("{QUARANTINE}/a");
    let plain = cloud.send(ask("LOCALKeyless", Method::HEAD, &path)).await;
    assert_eq!((plain.status, plain.header("content-length")), (200, "5"));
    assert_eq!(plain.header("x-amz-checksum-sha256"), "", "nobody asked for it");
    let asked = || ask("LOCALVerify", Method::HEAD, &path).header("x-amz-checksum-mode", "ENABLED");
    let head = cloud.send(asked()).await;
    assert_eq!(head.header("x-amz-checksum-sha256"), HELLO_SHA256);
    assert_eq!((head.header("content-type"), head.header("etag")), ("application/pdf", put.header("etag")));
    let read = cloud.by_url(ask("LOCALVerify", Method::GET, &path)).await;
    assert_eq!((read.status, read.text().as_str()), (200, "hello"));
    let ledger = cloud.ledger().await;
    let (first, last) = (&ledger[0], ledger.last().unwrap());
    assert_eq!((&first["function"], &first["operation"]), (&"Upload".into(), &"PutObject".into()));
    assert_eq!((&first["service"], &first["bucket"]), (&"s3".into(), &"case-chat-quarantine".into()));
    assert_eq!((&last["operation"], &last["bytes"]), (&"GetObject".into(), &5.into()));
    cloud.running.stop().await;
}

#[tokio::test]
async fn nothing_may_be_other_than_it_was_signed() {
    let cloud = Cloud::start().await;
    let signed = || cloud.presigned(&upload("LOCALUpload", "a"), now());
    let listed = signed().uri().query().unwrap().to_owned();
    let all = "content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256";
    assert!(listed.contains(&format!("X-Amz-SignedHeaders={all}")), "{listed}");
    let mismatch = (403, "SignatureDoesNotMatch".to_owned());
    for (name, value) in [
        ("content-type", Some("text/html")),
        ("content-type", None),
        ("if-none-match", None),
        ("x-amz-checksum-sha256", None),
        ("x-amz-checksum-sha256", Some("2jmj7l5rSw0yVb/vlWAYkK/YBwk4AzHy/oDX43RzD6k=")),
    ] {
        let mut request = signed();
        match value {
            Some(value) => drop(request.headers_mut().insert(name, HeaderValue::from_static(value))),
            None => drop(request.headers_mut().remove(name)),
        }
        assert_eq!(deliver(request).await.code(), mismatch, "{name} {value:?}");
    }
    let mut longer = signed();
    *longer.body_mut() = b"hello, world".to_vec();
    longer.headers_mut().insert("content-length", HeaderValue::from_static("12"));
    assert_eq!(deliver(longer).await.code(), mismatch);
    let mut elsewhere = signed();
    *elsewhere.uri_mut() = elsewhere.uri().to_string().replace("/a?", "/b?").parse().unwrap();
    assert_eq!(deliver(elsewhere).await.code(), mismatch);
    let mut tagged = signed();
    tagged.headers_mut().insert("x-amz-tagging", HeaderValue::from_static("state=attached"));
    assert_eq!(deliver(tagged).await.code(), (403, "AccessDenied".to_owned()), "not among the signed");
    let late = cloud.presigned(&upload("LOCALUpload", "a"), now() - Duration::from_secs(61));
    let late = deliver(late).await;
    assert_eq!(late.code(), (403, "AccessDenied".to_owned()));
    assert!(late.text().contains("Request has expired"), "{}", late.text());
    let for_ever = upload("LOCALUpload", "a").sign(cloud.base(), Some(604_801), now());
    assert_eq!(deliver(for_ever).await.code(), (400, "AuthorizationQueryParametersError".to_owned()));
    assert_eq!(cloud.files(), 0);
    assert_eq!(deliver(signed()).await.status, 200, "as it was signed, it is taken");
    cloud.running.stop().await;
}

#[tokio::test]
async fn a_body_that_is_another_leaves_nothing_behind() {
    let cloud = Cloud::start().await;
    let other = cloud.by_url(upload("LOCALUpload", "a").body("jello")).await;
    assert_eq!(other.code(), (400, "BadDigest".to_owned()));
    let mut no_digest = upload("LOCALUpload", "a");
    no_digest.headers[3].1 = "hello".into();
    assert_eq!(cloud.by_url(no_digest).await.code(), (400, "InvalidRequest".to_owned()));
    assert_eq!(cloud.files(), 0);
    let head = cloud.send(ask(ACCOUNT, Method::HEAD, format!("{QUARANTINE}/a"))).await;
    assert_eq!(head.status, 404);
    cloud.running.stop().await;
}

#[tokio::test]
async fn an_upload_that_breaks_leaves_nothing_behind() {
    let cloud = Cloud::start().await;
    let request = cloud.presigned(&upload("LOCALUpload", "a"), now());
    let mut head = format!("PUT {} HTTP/1.1\r\n", request.uri().path_and_query().unwrap());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    let address = cloud.base().trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(format!("{head}\r\nhel").as_bytes()).await.unwrap();
    eventually("the beginning arrives", || async { (cloud.files() == 1).then_some(()) }).await;
    drop(socket);
    eventually("it is gone", || async { (cloud.files() == 0).then_some(()) }).await;
    assert_eq!(deliver(request).await.status, 200, "and the key is free");
    cloud.running.stop().await;
}

#[tokio::test]
async fn of_uploads_to_one_key_one_wins() {
    let cloud = Cloud::start().await;
    let answers = join_all((0..8).map(|_| cloud.by_url(upload("LOCALUpload", "a")))).await;
    let mut codes: Vec<_> = answers.iter().map(super::client::Answer::code).collect();
    codes.sort();
    assert_eq!(codes[0].0, 200);
    assert!(codes[1..].iter().all(|code| *code == (412, "PreconditionFailed".to_owned())), "{codes:?}");
    assert_eq!(cloud.files(), 1);
    // Without the condition, whoever comes last.
    let path = format!("{ATTACHMENTS}/a");
    for text in ["one", "two"] {
        let put = cloud.send(ask(ACCOUNT, Method::PUT, &path).body(text)).await;
        assert_eq!(put.status, 200, "{}", put.text());
    }
    assert_eq!(cloud.send(ask(ACCOUNT, Method::GET, &path)).await.text(), "two");
    assert_eq!(cloud.files(), 2, "what was replaced is gone");
    cloud.running.stop().await;
}

#[tokio::test]
async fn a_large_body_comes_back_as_it_went() {
    let cloud = Cloud::start().await;
    let large: Vec<u8> = (0..12_000_000_u32).map(|n| (n % 251) as u8).collect();
    let path = format!("{ATTACHMENTS}/large");
    let put = cloud.by_url(ask(ACCOUNT, Method::PUT, &path).body(large.clone())).await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert!(cloud.send(ask(ACCOUNT, Method::GET, &path)).await.body == large);
    // A refusal reaches whoever is still sending.
    let refused = cloud.by_url(ask("LOCALOpen", Method::PUT, &path).body(large)).await;
    assert_eq!(refused.code(), (403, "AccessDenied".to_owned()));
    cloud.running.stop().await;
}
