//! AWS's own client, as functions use it: what it says is understood, and what it hears.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_s3::config::{BehaviorVersion, Region};
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumMode, CompletedMultipartUpload, CompletedPart, MetadataDirective,
    TaggingDirective,
};
use aws_sdk_s3::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

use super::client::{Cloud, HELLO_SHA256, deliver};

/// What carries its requests.
#[derive(Debug)]
struct Transport;

impl HttpConnector for Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let (parts, body) = request.into_parts();
            let body =
                ByteStream::new(body).collect().await.map_err(|error| ConnectorError::io(error.into()))?;
            let answer = deliver(http::Request::from_parts(parts, body.to_vec())).await;
            let mut response = http::Response::builder().status(answer.status);
            response.headers_mut().unwrap().extend(answer.headers);
            let response = response.body(SdkBody::from(answer.body)).unwrap();
            HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Nothing is configured that is not on AWS, but for the endpoint: at an address, the client's URLs have the path style.
fn client(cloud: &Cloud, by: &str) -> Client {
    let token = (by != "local").then(|| "local".to_owned());
    let transport = SharedHttpConnector::new(Transport);
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new(by, "local", token, None, "test"))
        .http_client(http_client_fn(move |_, _| transport.clone()))
        .endpoint_url(cloud.base());
    Client::from_conf(config.build())
}

#[tokio::test]
async fn an_attachment_goes_its_way() {
    let cloud = Cloud::start().await;
    let (quarantine, attachments) = ("case-chat-quarantine", "case-chat-attachments");
    let for_a_minute = || PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    let upload = client(&cloud, "LOCALUpload").put_object().bucket(quarantine).key("case-1/a b");
    let upload =
        upload.content_type("image/png").content_length(5).checksum_sha256(HELLO_SHA256).if_none_match("*");
    let upload = upload.presigned(for_a_minute()).await.unwrap();
    assert!(
        upload.uri().starts_with(&format!("{}/{quarantine}/case-1/a%20b?", cloud.base())),
        "{}",
        upload.uri()
    );
    let mut request = http::Request::put(upload.uri());
    for (name, value) in upload.headers().filter(|(name, _)| *name != "content-length") {
        request = request.header(name, value);
    }
    let put = deliver(request.body(b"hello".to_vec()).unwrap()).await;
    assert_eq!(put.status, 200, "{}", put.text());

    let verify = client(&cloud, "LOCALVerify");
    let head = verify.head_object().bucket(quarantine).key("case-1/a b").checksum_mode(ChecksumMode::Enabled);
    let head = head.send().await.unwrap();
    assert_eq!((head.content_length(), head.checksum_sha256()), (Some(5), Some(HELLO_SHA256)));
    let etag = head.e_tag().unwrap();
    let first =
        verify.get_object().bucket(quarantine).key("case-1/a b").range("bytes=0-65535").if_match(etag);
    let first = first.send().await.unwrap();
    assert_eq!(first.body.collect().await.unwrap().to_vec(), b"hello");
    let copy = |etag: &str| {
        let copy = verify.copy_object().bucket(attachments).key("case-1/a b");
        let copy = copy.copy_source(format!("{quarantine}/case-1/a%20b")).copy_source_if_match(etag);
        let copy = copy.metadata_directive(MetadataDirective::Replace).content_type("image/png");
        let copy = copy.checksum_algorithm(ChecksumAlgorithm::Sha256).content_disposition("inline");
        copy.tagging_directive(TaggingDirective::Replace).tagging("state=unattached").send()
    };
    let replaced = copy("\"other\"").await.unwrap_err();
    assert_eq!(replaced.raw_response().unwrap().status().as_u16(), 412);
    let copied = copy(etag).await.unwrap();
    assert_eq!(copied.copy_object_result().unwrap().checksum_sha256(), Some(HELLO_SHA256));

    let open = client(&cloud, "LOCALOpen");
    open.delete_object_tagging().bucket(attachments).key("case-1/a b").send().await.unwrap();
    let link =
        open.get_object().bucket(attachments).key("case-1/a b").presigned(for_a_minute()).await.unwrap();
    let got = deliver(http::Request::get(link.uri()).body(Vec::new()).unwrap()).await;
    assert_eq!((got.text().as_str(), got.header("content-disposition")), ("hello", "inline"));
    let missing = open.get_object().bucket(attachments).key("none").send().await.unwrap_err();
    assert!(matches!(missing.into_service_error(), GetObjectError::NoSuchKey(_)));
    cloud.running.stop().await;
}

#[tokio::test]
async fn what_it_uploads_by_itself_is_checked_on_the_way() {
    let cloud = Cloud::start().await;
    let account = client(&cloud, "local");
    let put = account.put_object().bucket("case-chat-attachments").key("transcript");
    let put = put.body(ByteStream::from(vec![7; 300_000])).content_encoding("identity").send().await.unwrap();
    assert!(put.checksum_crc32().is_some(), "it computes one where nobody asks it to");
    let got = account.get_object().bucket("case-chat-attachments").key("transcript").send().await.unwrap();
    assert_eq!(got.content_encoding(), Some("identity"), "how it was sent is not how it is");
    assert_eq!(got.body.collect().await.unwrap().to_vec(), vec![7; 300_000]);
    cloud.running.stop().await;
}

#[tokio::test]
async fn parts_become_one_object_once_they_are_listed_as_they_came() {
    let cloud = Cloud::start().await;
    let (bucket, key) = ("case-chat-attachments", "transcript");
    let account = client(&cloud, "local");
    let begun = account.create_multipart_upload().bucket(bucket).key(key).content_type("application/json");
    let id = begun.send().await.unwrap().upload_id().unwrap().to_owned();
    let put = async |number: i32, content: Vec<u8>| {
        let part = account.upload_part().bucket(bucket).key(key).upload_id(&id).part_number(number);
        let etag = part.body(content.into()).send().await.unwrap().e_tag().unwrap().to_owned();
        CompletedPart::builder().part_number(number).e_tag(etag).build()
    };
    let first = put(1, vec![b'a'; 5 * 1024 * 1024]).await;
    let second = put(2, b"b".to_vec()).await;
    let third = put(3, b"c".to_vec()).await;
    let complete = async |parts: &[&CompletedPart]| {
        let parts = parts.iter().map(|part| (*part).clone()).collect();
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = account.complete_multipart_upload().bucket(bucket).key(key).upload_id(&id);
        complete
            .multipart_upload(parts)
            .send()
            .await
            .map_err(|error| error.into_service_error().meta().code().unwrap_or_default().to_owned())
    };
    let other = CompletedPart::builder().part_number(2).e_tag("\"other\"").build();
    assert_eq!(complete(&[&first, &other]).await.unwrap_err(), "InvalidPart");
    assert_eq!(complete(&[&second, &first]).await.unwrap_err(), "InvalidPartOrder");
    assert_eq!(complete(&[&first, &second, &third]).await.unwrap_err(), "EntityTooSmall");
    let missing = account.get_object().bucket(bucket).key(key).send().await.unwrap_err();
    assert!(
        matches!(missing.into_service_error(), GetObjectError::NoSuchKey(_)),
        "nothing before it is whole"
    );
    complete(&[&first, &third]).await.unwrap();
    assert_eq!(complete(&[&first, &third]).await.unwrap_err(), "NoSuchUpload");
    let got = account.get_object().bucket(bucket).key(key).send().await.unwrap();
    assert_eq!(got.content_type(), Some("application/json"));
    let content = got.body.collect().await.unwrap().to_vec();
    assert_eq!((content.len(), content.last()), (5 * 1024 * 1024 + 1, Some(&b'c')));
    assert_eq!(cloud.files(), 1, "parts are gone");
    let denied = client(&cloud, "LOCALUpload").create_multipart_upload().bucket(bucket).key(key).send().await;
    assert_eq!(denied.unwrap_err().into_service_error().meta().code(), Some("AccessDenied"));
    cloud.running.stop().await;
}
