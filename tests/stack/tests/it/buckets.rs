//! The buckets' own policies: what lies in them is under the stack's key, and what was sent stays as it is, whoever asks.

use std::fmt::Debug;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ServerSideEncryption, Tag, Tagging};
use case_chat_stack_tests::{Account, Cloud, Sample};

use crate::amira_and_chen;

const SENT: &str = "case-chat-attachments";

/// The answer of S3 is that the bucket's policy denies the action.
pub(crate) fn assert_denied<T: Debug, E: Debug>(answer: Result<T, E>, action: &str, what: &str) {
    let said = format!("{answer:?}");
    assert!(answer.is_err(), "{what}: {said}");
    assert!(said.contains(&format!("perform: {action} on resource")), "{what}: {said}");
    assert!(said.contains("with an explicit deny in a resource-based policy"), "{what}: {said}");
}

/// Puts an object that is to be encrypted otherwise than the bucket does it.
async fn put_otherwise(
    account: &Account,
    bucket: &str,
    algorithm: ServerSideEncryption,
    key: Option<&str>,
) -> Result<(), String> {
    let put = account.s3().put_object().bucket(bucket).key("case-1/open").body(ByteStream::from_static(b"x"));
    let put = put.server_side_encryption(algorithm).set_ssekms_key_id(key.map(str::to_owned));
    put.send().await.map(drop).map_err(|error| format!("{error:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_put_into_a_bucket_under_another_key_than_the_stacks() {
    let cloud = Cloud::start().await;
    let other = "arn:aws:kms:eu-central-1:000000000000:key/case-chat-TranscriptKey";
    for (bucket, function) in
        [("quarantine", "RequestUpload"), ("attachments", "VerifyUpload"), ("exports", "ExportThread")]
    {
        for whose in [cloud.account(), cloud.credentials_of(function)] {
            let bucket = format!("case-chat-{bucket}");
            let plain = put_otherwise(&whose, &bucket, ServerSideEncryption::Aes256, None).await;
            assert_denied(plain, "s3:PutObject", &bucket);
            let elsewhere = put_otherwise(&whose, &bucket, ServerSideEncryption::AwsKms, Some(other)).await;
            assert_denied(elsewhere, "s3:PutObject", &bucket);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_do_everything_in_the_account_cannot_change_or_remove_a_file_that_was_sent() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let sample = Sample::pdf();
    let id = amira.upload("case-1", &sample).await;
    assert_eq!(amira.send_files("case-1", 0, "", &[&id]).await.status, 201);
    let (s3, key) = (cloud.account().s3(), format!("case-1/{id}"));
    let put = s3.put_object().bucket(SENT).key(&key).body(ByteStream::from_static(b"%PDF-1.7 another"));
    assert_denied(put.send().await, "s3:PutObject", "another in its place");
    // What is tagged so goes after a week.
    let tag = Tag::builder().key("state").value("unattached").build().expect("a tag");
    let tagging = Tagging::builder().tag_set(tag).build().expect("tags");
    let tagged = s3.put_object_tagging().bucket(SENT).key(&key).tagging(tagging).send().await;
    assert_denied(tagged, "s3:PutObjectTagging", "a tag");
    let untagged = s3.delete_object_tagging().bucket(SENT).key(&key).send().await;
    assert_denied(untagged, "s3:DeleteObjectTagging", "its tags");
    assert_denied(s3.delete_object().bucket(SENT).key(&key).send().await, "s3:DeleteObject", "the file");
    let link = chen.open("case-1", &id).await.body["url"].as_str().expect("a URL").to_owned();
    assert_eq!(chen.download(&link).await.2, sample.content, "it is as it was");
}
