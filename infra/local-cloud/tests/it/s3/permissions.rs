//! Who may do what: functions, buckets' policies and keys.

use reqwest::Method;

use super::client::{ACCOUNT, ATTACHMENTS, Cloud, QUARANTINE, ask, deliver, now, upload};
use super::template::TEMPLATE;

const DENIED: &str = "AccessDenied";

fn role(function: &str) -> String {
    format!(
        "User: arn:aws:sts::000000000000:assumed-role/case-chat-{function}Role-LOCAL/{function} is not authorized to perform:"
    )
}

#[tokio::test]
async fn a_function_may_do_what_its_policies_say_and_its_urls_no_more() {
    let cloud = Cloud::start().await;
    let by_url = cloud.by_url(upload("LOCALVerify", "a")).await;
    assert_eq!(by_url.code(), (403, DENIED.to_owned()));
    let expected = format!(
        "{} s3:PutObject on resource: &quot;arn:aws:s3:::case-chat-quarantine/a&quot; because no identity-based \
         policy allows the s3:PutObject action",
        role("Verify")
    );
    assert!(by_url.text().contains(&expected), "{}", by_url.text());
    let tagged = upload("LOCALUpload", "a").header("x-amz-tagging", "state=clean");
    let tagged = cloud.by_url(tagged).await;
    assert!(tagged.text().contains("s3:PutObjectTagging"), "tags are another action: {}", tagged.text());
    for (method, path, action) in [
        (Method::GET, "/a", "s3:GetObject"),
        (Method::GET, "/a?tagging", "s3:GetObjectTagging"),
        (Method::DELETE, "/a?tagging", "s3:DeleteObjectTagging"),
        (Method::DELETE, "/a", "s3:DeleteObject"),
        (Method::GET, "?list-type=2", "s3:ListBucket"),
    ] {
        let denied = cloud.send(ask("LOCALUpload", method, format!("{QUARANTINE}{path}"))).await;
        assert_eq!(denied.code(), (403, DENIED.to_owned()));
        assert!(denied.text().contains(&format!("{} {action} on", role("Upload"))), "{}", denied.text());
    }
    let refused = &cloud.ledger().await[0];
    assert_eq!((&refused["function"], &refused["status"]), (&"Verify".into(), &403.into()));
    cloud.running.stop().await;
}

#[tokio::test]
async fn what_is_missing_is_told_to_whoever_may_list() {
    let cloud = Cloud::start().await;
    let may_list = cloud.by_url(ask("LOCALOpen", Method::GET, format!("{ATTACHMENTS}/none"))).await;
    assert_eq!(may_list.code(), (404, "NoSuchKey".to_owned()));
    let may_not = cloud.send(ask("LOCALVerify", Method::GET, format!("{QUARANTINE}/none"))).await;
    assert_eq!(may_not.code(), (403, DENIED.to_owned()));
    assert!(may_not.text().contains("s3:ListBucket"), "{}", may_not.text());
    let head = cloud.send(ask("LOCALVerify", Method::HEAD, format!("{QUARANTINE}/none"))).await;
    assert_eq!(head.status, 403);
    cloud.running.stop().await;
}

#[tokio::test]
async fn a_buckets_policy_denies_even_the_account() {
    let cloud = Cloud::start().await;
    let overwriting = ask(ACCOUNT, Method::PUT, format!("{QUARANTINE}/a")).body("x");
    let denied = cloud.send(overwriting.clone()).await;
    assert_eq!(denied.code(), (403, DENIED.to_owned()));
    assert!(denied.text().contains("with an explicit deny in a resource-based policy"), "{}", denied.text());
    assert_eq!(cloud.send(overwriting.header("if-none-match", "*")).await.status, 200);
    cloud.running.stop().await;
}

#[tokio::test]
async fn tags_decide_where_a_policy_asks_for_them() {
    let cloud = Cloud::start().await;
    assert_eq!(cloud.by_url(upload("LOCALUpload", "a")).await.status, 200);
    let copy = |tags: &str| {
        ask("LOCALVerify", Method::PUT, format!("{ATTACHMENTS}/a"))
            .header("x-amz-copy-source", format!("{}/a", &QUARANTINE[1..]))
            .header("x-amz-tagging-directive", "REPLACE")
            .header("x-amz-tagging", tags)
    };
    for tags in ["state=attached", "state=unattached&more=x"] {
        let denied = cloud.send(copy(tags)).await;
        assert!(denied.text().contains("s3:PutObjectTagging"), "{tags}: {}", denied.text());
    }
    assert_eq!(cloud.send(copy("state=unattached")).await.status, 200);
    let path = format!("{ATTACHMENTS}/a");
    let read = async || cloud.send(ask("LOCALOpen", Method::GET, &path)).await.code();
    assert_eq!(read().await.0, 200);
    let infected = "<Tagging><TagSet><Tag><Key>state</Key><Value>infected</Value></Tag></TagSet></Tagging>";
    assert_eq!(
        cloud.send(ask(ACCOUNT, Method::PUT, format!("{path}?tagging")).body(infected)).await.status,
        200
    );
    assert_eq!(read().await, (403, DENIED.to_owned()));
    cloud.running.stop().await;
}

#[tokio::test]
async fn a_bucket_with_a_key_needs_the_key_as_well() {
    let cloud = Cloud::start().await;
    let writing = cloud.by_url(upload("LOCALKeyless", "a")).await;
    let expected = format!(
        "{} kms:GenerateDataKey on resource: arn:aws:kms:eu-central-1:000000000000:key/case-chat-Key because no \
         identity-based policy allows the kms:GenerateDataKey action",
        role("Keyless")
    );
    assert!(writing.text().contains(&expected), "{}", writing.text());
    assert_eq!(cloud.files(), 0);
    assert_eq!(cloud.by_url(upload("LOCALUpload", "a")).await.status, 200);
    let path = format!("{QUARANTINE}/a");
    let reading = cloud.send(ask("LOCALKeyless", Method::GET, &path)).await;
    assert!(reading.text().contains(&format!("{} kms:Decrypt on", role("Keyless"))), "{}", reading.text());
    assert_eq!(cloud.send(ask("LOCALKeyless", Method::HEAD, &path)).await.status, 200);
    let checksum = ask("LOCALKeyless", Method::HEAD, &path).header("x-amz-checksum-mode", "ENABLED");
    assert_eq!(cloud.send(checksum).await.status, 403, "the checksum is encrypted too");
    cloud.running.stop().await;
}

#[tokio::test]
async fn a_key_is_used_by_whom_its_policy_lets() {
    let root = "{ AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }";
    let keyless = "{ AWS: 'arn:aws:iam::000000000000:role/case-chat-KeylessRole-LOCAL' }";
    assert!(TEMPLATE.contains(root));
    let cloud = Cloud::of(&TEMPLATE.replace(root, keyless)).await;
    assert_eq!(cloud.by_url(upload("LOCALKeyless", "a")).await.status, 200, "named by the key's policy");
    let upload_denied = cloud.by_url(upload("LOCALUpload", "b")).await;
    assert!(
        upload_denied
            .text()
            .contains("because no resource-based policy allows the kms:GenerateDataKey action"),
        "its own policy counts for nothing: {}",
        upload_denied.text()
    );
    assert_eq!(cloud.by_url(upload(ACCOUNT, "b")).await.code(), (403, DENIED.to_owned()));
    cloud.running.stop().await;
}

#[tokio::test]
async fn strangers_are_refused() {
    let cloud = Cloud::start().await;
    let path = format!("{ATTACHMENTS}/a");
    let nobody = reqwest::get(format!("{}{path}", cloud.base())).await.unwrap();
    assert_eq!(nobody.status(), 403);
    let unknown = cloud.by_url(ask("LOCALNobody", Method::GET, &path)).await;
    assert_eq!(unknown.code(), (403, "InvalidAccessKeyId".to_owned()));
    let mut without_token = cloud.presigned(&ask("LOCALOpen", Method::GET, &path), now());
    let uri = without_token.uri().to_string().replace("&X-Amz-Security-Token=local", "");
    *without_token.uri_mut() = uri.parse().unwrap();
    assert_eq!(deliver(without_token).await.code(), (403, "SignatureDoesNotMatch".to_owned()));
    let of_old =
        reqwest::get(format!("{}{path}?AWSAccessKeyId=local&Expires=1&Signature=x", cloud.base())).await;
    assert_eq!(of_old.unwrap().status(), 400);
    cloud.running.stop().await;
}
