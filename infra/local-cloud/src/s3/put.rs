//! PutObject.

use s3s::dto::{PutObjectInput, PutObjectOutput};
use s3s::{S3Request, S3Result, s3_error};
use uuid::Uuid;

use super::access::{internal, object_arn};
use super::checksums::Expected;
use super::encryption::Asked;
use super::object::{Details, Object};
use super::preconditions::{only, refused};
use super::service::Service;
use super::signed::text;
use super::{headers, tags, upload};
use crate::clock::now_millis;
use crate::iam::Access;

impl Service {
    pub(super) async fn put(&self, request: S3Request<PutObjectInput>) -> S3Result<PutObjectOutput> {
        let visit = self.visit(&request)?;
        let S3Request { mut input, headers, trailing_headers, .. } = request;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let details = headers::of_upload(&input)?;
        let tags = tags::from_header(input.tagging.as_deref())?;
        let only = only(input.if_match.as_ref(), input.if_none_match.as_ref())?;
        let expected = Expected::of(&input)?;
        let asked = Asked {
            algorithm: input.server_side_encryption.as_ref(),
            key: input.ssekms_key_id.as_deref(),
            bucket_key: input.bucket_key_enabled,
        };
        let encryption = self.encryption(bucket, &asked)?;

        let arn = object_arn(bucket, &input.key);
        let mut access = asked.carried(tags::requested(Access::new("s3:PutObject", &arn), &tags));
        for name in ["if-match", "if-none-match"] {
            if let Some(value) = text(&headers, name) {
                access = access.with(format!("s3:{name}"), value);
            }
        }
        visit.may(access)?;
        if !tags.is_empty() {
            visit.may(tags::requested(Access::new("s3:PutObjectTagging", arn), &tags))?;
        }
        visit.may_encrypt(bucket, &input.key, &encryption)?;

        let decoded = text(&headers, "x-amz-decoded-content-length").and_then(|length| length.parse().ok());
        let length = decoded.or_else(|| input.content_length.and_then(|length| u64::try_from(length).ok()));
        let length = length.ok_or_else(|| {
            s3_error!(MissingContentLength, "You must provide the Content-Length HTTP header.")
        })?;
        if length > upload::MAX_BYTES {
            return Err(s3_error!(EntityTooLarge, "Your proposed upload exceeds the maximum allowed size"));
        }
        let draft = self.store.draft();
        let computed = upload::receive(input.body.take(), length, &draft, expected.hasher()).await?;
        let trailers = trailing_headers.and_then(|trailers| trailers.take());
        expected.check(&computed, trailers.as_ref())?;
        visit.heard.bytes(length);

        let md5: String = computed.md5.iter().map(|byte| format!("{byte:02x}")).collect();
        let checksums = computed.checksums;
        let details = Details {
            tags,
            checksums,
            key: encryption.key,
            bucket_key: encryption.bucket_key,
            md5,
            ..details
        };
        let object = Object {
            file: draft.name.clone(),
            size: length,
            etag: details.new_etag(),
            modified_at: now_millis(),
            details,
        };
        let stored = self.store.put(&input.bucket, &input.key, object.clone(), draft, only).await;
        stored.map_err(internal)?.map_err(refused)?;
        Ok(output(&object))
    }
}

impl Details {
    /// An ETag is what was hashed only where S3's own key encrypts: whoever relies on that is found out here.
    pub(super) fn new_etag(&self) -> String {
        match self.key {
            Some(_) => Uuid::new_v4().simple().to_string(),
            None => self.md5.clone(),
        }
    }
}

fn output(object: &Object) -> PutObjectOutput {
    let (checksums, encryption) = (object.details.checksums.to_dto(), object.details.encryption());
    PutObjectOutput {
        e_tag: Some(object.e_tag()),
        checksum_crc32: checksums.checksum_crc32,
        checksum_crc32c: checksums.checksum_crc32c,
        checksum_crc64nvme: checksums.checksum_crc64nvme,
        checksum_sha1: checksums.checksum_sha1,
        checksum_sha256: checksums.checksum_sha256,
        checksum_type: checksums.checksum_type,
        server_side_encryption: encryption.algorithm,
        ssekms_key_id: encryption.key,
        bucket_key_enabled: encryption.bucket_key,
        ..PutObjectOutput::default()
    }
}
