//! CopyObject and tags.

use reqwest::Method;

use super::client::{ACCOUNT, ATTACHMENTS, Ask, Cloud, HELLO_SHA256, QUARANTINE, ask, upload};

/// A verified upload on its way out of quarantine, as a function copies it.
fn release(etag: &str) -> Ask<'static> {
    ask("LOCALVerify", Method::PUT, format!("{ATTACHMENTS}/a/1"))
        .header("x-amz-copy-source", format!("{}/a", &QUARANTINE[1..]))
        .header("x-amz-copy-source-if-match", etag)
        .header("x-amz-metadata-directive", "REPLACE")
        .header("content-type", "image/png")
        .header("x-amz-tagging-directive", "REPLACE")
        .header("x-amz-tagging", "state=unattached")
}

async fn uploaded() -> (Cloud, String) {
    let cloud = Cloud::start().await;
    let put = cloud.by_url(upload("LOCALUpload", "a")).await;
    assert_eq!(put.status, 200, "{}", put.text());
    let etag = put.header("etag").to_owned();
    (cloud, etag)
}

#[tokio::test]
async fn a_copy_is_of_what_was_looked_at() {
    let (cloud, etag) = uploaded().await;
    let other = cloud.send(release("\"5d41402abc4b2a76b9719d911017c592\"")).await;
    assert_eq!(other.code(), (412, "PreconditionFailed".to_owned()));
    let copied = cloud.send(release(&etag)).await;
    assert_eq!(copied.status, 200, "{}", copied.text());
    assert!(
        copied.text().contains(&format!("<ChecksumSHA256>{HELLO_SHA256}</ChecksumSHA256>")),
        "{}",
        copied.text()
    );
    let path = format!("{ATTACHMENTS}/a/1");
    let head =
        cloud.send(ask("LOCALOpen", Method::HEAD, &path).header("x-amz-checksum-mode", "ENABLED")).await;
    assert_eq!(head.header("x-amz-checksum-sha256"), HELLO_SHA256);
    assert_eq!(
        (head.header("content-type"), head.header("x-amz-server-side-encryption")),
        ("image/png", "AES256")
    );
    assert_eq!(head.header("etag"), "\"5d41402abc4b2a76b9719d911017c592\"", "S3's own key: it is the MD5");
    let gone = cloud.send(ask(ACCOUNT, Method::DELETE, format!("{QUARANTINE}/a"))).await;
    assert_eq!(gone.status, 204);
    assert_eq!(cloud.send(ask("LOCALOpen", Method::GET, &path)).await.text(), "hello");
    let missing = cloud.send(release(&etag)).await;
    assert_eq!(
        missing.code(),
        (403, "AccessDenied".to_owned()),
        "whoever may not list does not hear that it is gone"
    );
    cloud.running.stop().await;
}

#[tokio::test]
async fn a_copy_to_where_something_is_can_be_refused_and_to_itself_it_is() {
    let (cloud, etag) = uploaded().await;
    let once = || release(&etag).header("if-none-match", "*");
    assert_eq!(cloud.send(once()).await.status, 200);
    assert_eq!(cloud.send(once()).await.code(), (412, "PreconditionFailed".to_owned()));
    let path = format!("{ATTACHMENTS}/a/1");
    let itself = ask(ACCOUNT, Method::PUT, &path).header("x-amz-copy-source", &path[1..]);
    assert_eq!(cloud.send(itself).await.code(), (400, "InvalidRequest".to_owned()));
    cloud.running.stop().await;
}

#[tokio::test]
async fn tags_are_read_replaced_and_removed() {
    let (cloud, etag) = uploaded().await;
    assert_eq!(cloud.send(release(&etag)).await.status, 200);
    let path = format!("{ATTACHMENTS}/a/1?tagging");
    let tags = async || cloud.send(ask(ACCOUNT, Method::GET, &path)).await.text();
    assert!(
        tags().await.contains("<Tag><Key>state</Key><Value>unattached</Value></Tag>"),
        "{}",
        tags().await
    );
    let removed = cloud.send(ask("LOCALOpen", Method::DELETE, &path)).await;
    assert_eq!(removed.status, 204);
    assert!(!tags().await.contains("<Tag>"));
    let document = |keys: &[&str]| {
        let tag = |key: &&str| format!("<Tag><Key>{key}</Key><Value>v</Value></Tag>");
        format!("<Tagging><TagSet>{}</TagSet></Tagging>", keys.iter().map(tag).collect::<String>())
    };
    let put =
        async |keys: &[&str]| cloud.send(ask(ACCOUNT, Method::PUT, &path).body(document(keys))).await.code();
    assert_eq!(put(&["a", "b"]).await.0, 200);
    assert_eq!(tags().await.matches("<Tag>").count(), 2);
    assert_eq!(put(&["a", "a"]).await, (400, "InvalidTag".to_owned()));
    assert_eq!(
        put(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]).await,
        (400, "BadRequest".to_owned())
    );
    // A copy that says nothing of tags takes them along.
    let again = ask(ACCOUNT, Method::PUT, format!("{ATTACHMENTS}/b"))
        .header("x-amz-copy-source", format!("{}/a/1", &ATTACHMENTS[1..]));
    assert_eq!(cloud.send(again).await.status, 200);
    let copied = cloud.send(ask(ACCOUNT, Method::GET, format!("{ATTACHMENTS}/b?tagging"))).await;
    assert_eq!(copied.text().matches("<Tag>").count(), 2);
    let missing = cloud.send(ask(ACCOUNT, Method::GET, format!("{ATTACHMENTS}/none?tagging"))).await;
    assert_eq!(missing.code(), (404, "NoSuchKey".to_owned()));
    cloud.running.stop().await;
}
