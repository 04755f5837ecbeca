//! CopyObject.

use s3s::dto::{CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, ETagCondition};
use s3s::{S3Request, S3Result, s3_error};

use super::access::{Visit, internal, object_arn};
use super::encryption::Asked;
use super::get::no_version;
use super::object::{Details, Object};
use super::preconditions::{Preconditions, failed, only, refused};
use super::service::Service;
use super::signed::text;
use super::tags::Tags;
use super::{headers, tags};
use crate::clock::now_millis;
use crate::iam::Access;
use crate::template::Bucket;

const REPLACE: &str = "REPLACE";

impl Service {
    pub(super) async fn copy(&self, request: S3Request<CopyObjectInput>) -> S3Result<CopyObjectOutput> {
        let visit = self.visit(&request)?;
        let none_matches = text(&request.headers, "if-none-match").map(str::parse::<ETagCondition>);
        let none_matches = none_matches.transpose().map_err(|error| s3_error!(error, InvalidArgument))?;
        let input = request.input;
        let CopySource::Bucket { bucket: source_bucket, key: source_key, version_id } = &input.copy_source
        else {
            return Err(s3_error!(NotImplemented, "Copies are made from buckets here"));
        };
        no_version(version_id.as_deref())?;
        let source_bucket = self.bucket(source_bucket, input.expected_source_bucket_owner.as_deref())?;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let described = headers::of_copy(&input)?;

        let found = self.store.find(&source_bucket.name, source_key).await.map_err(internal)?;
        visit.may_with("s3:GetObject", source_bucket, source_key, found.as_ref())?;
        let source = found.ok_or_else(|| visit.missing(source_bucket))?;
        let preconditions = Preconditions {
            matches: input.copy_source_if_match.as_ref(),
            none_matches: input.copy_source_if_none_match.as_ref(),
            modified_since: input.copy_source_if_modified_since.as_ref(),
            unmodified_since: input.copy_source_if_unmodified_since.as_ref(),
        };
        preconditions.check(&source, failed)?;
        visit.may_decrypt(source_bucket, source_key, &source.details)?;
        let tags = copied_tags(&visit, &input, (source_bucket, source_key, &source))?;

        let asked = Asked {
            algorithm: input.server_side_encryption.as_ref(),
            key: input.ssekms_key_id.as_deref(),
            bucket_key: input.bucket_key_enabled,
        };
        let encryption = self.encryption(bucket, &asked)?;
        let replaces =
            input.metadata_directive.as_ref().is_some_and(|directive| directive.as_str() == REPLACE);
        let itself = source_bucket.name == input.bucket && **source_key == *input.key;
        if itself && !replaces && asked.algorithm.is_none() {
            return Err(s3_error!(
                InvalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the \
                 object's metadata, storage class, website redirect location or encryption attributes."
            ));
        }
        let algorithm = input.checksum_algorithm.as_ref().map(|algorithm| algorithm.as_str());
        if algorithm.is_some_and(|algorithm| !source.details.checksums.has(algorithm)) {
            return Err(s3_error!(NotImplemented, "A copy keeps its source's checksum here"));
        }
        let arn = object_arn(bucket, &input.key);
        let mut access = asked.carried(tags::requested(Access::new("s3:PutObject", &arn), &tags));
        if none_matches.is_some() {
            access = access.with("s3:if-none-match", "*");
        }
        visit.may(access)?;
        if !tags.is_empty() {
            visit.may(tags::requested(Access::new("s3:PutObjectTagging", arn), &tags))?;
        }
        visit.may_encrypt(bucket, &input.key, &encryption)?;

        let kept = if replaces { described } else { source.details.clone() };
        let details = Details {
            headers: kept.headers,
            metadata: kept.metadata,
            tags,
            checksums: source.details.checksums.clone(),
            md5: source.details.md5.clone(),
            key: encryption.key,
            bucket_key: encryption.bucket_key,
        };
        let draft = self.store.duplicate(&source).await.map_err(internal)?;
        let draft = draft.ok_or_else(|| visit.missing(source_bucket))?;
        let copy = Object {
            file: draft.name.clone(),
            size: source.size,
            etag: details.new_etag(),
            modified_at: now_millis(),
            details,
        };
        let only = only(None, none_matches.as_ref())?;
        let stored = self.store.put(&input.bucket, &input.key, copy.clone(), draft, only).await;
        stored.map_err(internal)?.map_err(refused)?;
        Ok(output(&copy))
    }
}

/// The tags that the copy gets; those of the source are read only where they are wanted.
fn copied_tags(
    visit: &Visit<'_>,
    input: &CopyObjectInput,
    (bucket, key, source): (&Bucket, &str, &Object),
) -> S3Result<Tags> {
    let replaces = input.tagging_directive.as_ref().is_some_and(|directive| directive.as_str() == REPLACE);
    if replaces {
        return tags::from_header(input.tagging.as_deref());
    }
    if !source.details.tags.is_empty() {
        visit.may_with("s3:GetObjectTagging", bucket, key, Some(source))?;
    }
    Ok(source.details.tags.clone())
}

fn output(copy: &Object) -> CopyObjectOutput {
    let (checksums, encryption) = (copy.details.checksums.to_dto(), copy.details.encryption());
    CopyObjectOutput {
        copy_object_result: Some(CopyObjectResult {
            e_tag: Some(copy.e_tag()),
            last_modified: Some(copy.last_modified()),
            checksum_crc32: checksums.checksum_crc32,
            checksum_crc32c: checksums.checksum_crc32c,
            checksum_crc64nvme: checksums.checksum_crc64nvme,
            checksum_sha1: checksums.checksum_sha1,
            checksum_sha256: checksums.checksum_sha256,
            checksum_type: checksums.checksum_type,
        }),
        server_side_encryption: encryption.algorithm,
        ssekms_key_id: encryption.key,
        bucket_key_enabled: encryption.bucket_key,
        ..CopyObjectOutput::default()
    }
}
