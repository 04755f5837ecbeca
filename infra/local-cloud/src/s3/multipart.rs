//! Uploads in parts: CreateMultipartUpload, UploadPart, CompleteMultipartUpload.
//!
//! Unfinished ones are kept in memory, their parts as files that no object names: they end with the process. Parts carry
//! no checksum of the whole, as where nobody asks S3 for one of another kind.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use s3s::dto::{
    CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CompletedMultipartUpload,
    CreateMultipartUploadInput, CreateMultipartUploadOutput, ETag, UploadPartInput, UploadPartOutput,
};
use s3s::{S3Error, S3Request, S3Result, s3_error};
use uuid::Uuid;

use super::access::{internal, object_arn};
use super::checksums::Expected;
use super::encryption::Asked;
use super::object::{Details, Object};
use super::preconditions::{only, refused};
use super::service::Service;
use super::signed::text;
use super::store::Draft;
use super::{headers, tags, upload};
use crate::clock::now_millis;
use crate::iam::Access;
use crate::template::{Bucket, Encryption};

/// S3's bounds on parts: their numbers, and the size of all but the last.
const PARTS: std::ops::RangeInclusive<i32> = 1..=10_000;
const MIN_PART_BYTES: u64 = 5 * 1024 * 1024;

/// Uploads that are not complete, by their ids.
#[derive(Clone, Default)]
pub(super) struct Unfinished(Arc<Mutex<BTreeMap<String, Upload>>>);

struct Upload {
    bucket: String,
    key: String,
    details: Details,
    parts: BTreeMap<i32, Part>,
}

struct Part {
    draft: Draft,
    size: u64,
    etag: String,
}

impl Unfinished {
    fn uploads(&self) -> MutexGuard<'_, BTreeMap<String, Upload>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something of an upload, if it is there and of that object.
    fn find<T>(
        &self,
        (id, bucket, key): (&str, &str, &str),
        part: impl FnOnce(&mut Upload) -> T,
    ) -> S3Result<T> {
        let mut uploads = self.uploads();
        let found = uploads.get_mut(id).filter(|upload| upload.bucket == bucket && upload.key == key);
        found.map(part).ok_or_else(no_such_upload)
    }
}

impl Service {
    pub(super) async fn create_multipart(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<CreateMultipartUploadOutput> {
        let visit = self.visit(&request)?;
        let input = request.input;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let tags = tags::from_header(input.tagging.as_deref())?;
        let asked = Asked {
            algorithm: input.server_side_encryption.as_ref(),
            key: input.ssekms_key_id.as_deref(),
            bucket_key: input.bucket_key_enabled,
        };
        let Encryption { key, bucket_key } = self.encryption(bucket, &asked)?;
        let arn = object_arn(bucket, &input.key);
        visit.may(asked.carried(tags::requested(Access::new("s3:PutObject", &arn), &tags)))?;
        if !tags.is_empty() {
            visit.may(tags::requested(Access::new("s3:PutObjectTagging", arn), &tags))?;
        }
        visit.may_encrypt(bucket, &input.key, &Encryption { key: key.clone(), bucket_key })?;
        let details = Details { tags, key, bucket_key, ..headers::of_multipart(&input)? };
        let told = details.encryption();
        let upload =
            Upload { bucket: input.bucket.clone(), key: input.key.clone(), details, parts: BTreeMap::new() };
        let id = Uuid::new_v4().simple().to_string();
        self.unfinished.uploads().insert(id.clone(), upload);
        Ok(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            server_side_encryption: told.algorithm,
            ssekms_key_id: told.key,
            bucket_key_enabled: told.bucket_key,
            ..CreateMultipartUploadOutput::default()
        })
    }

    pub(super) async fn upload_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<UploadPartOutput> {
        let visit = self.visit(&request)?;
        let S3Request { mut input, headers, trailing_headers, .. } = request;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        visit.may(Access::new("s3:PutObject", object_arn(bucket, &input.key)))?;
        let id = (input.upload_id.as_str(), input.bucket.as_str(), input.key.as_str());
        let details = self.unfinished.find(id, |upload| upload.details.clone())?;
        visit.may_decrypt(bucket, &input.key, &details)?;
        if !PARTS.contains(&input.part_number) {
            return Err(s3_error!(
                InvalidArgument,
                "Part number must be an integer between 1 and 10000, inclusive"
            ));
        }
        let expected = Expected::of_part(&input)?;
        let decoded = text(&headers, "x-amz-decoded-content-length").and_then(|length| length.parse().ok());
        let length = decoded.or_else(|| input.content_length.and_then(|length| u64::try_from(length).ok()));
        let length = length.filter(|length| *length <= upload::MAX_BYTES).ok_or_else(|| {
            s3_error!(MissingContentLength, "You must provide the Content-Length HTTP header.")
        })?;
        let draft = self.store.draft();
        let computed = upload::receive(input.body.take(), length, &draft, expected.hasher()).await?;
        let trailers = trailing_headers.and_then(|trailers| trailers.take());
        expected.check(&computed, trailers.as_ref())?;
        visit.heard.bytes(length);
        let part = Part { draft, size: length, etag: Uuid::new_v4().simple().to_string() };
        let etag = part.etag.clone();
        self.unfinished.find(id, |upload| upload.parts.insert(input.part_number, part))?;
        Ok(UploadPartOutput { e_tag: Some(ETag::Strong(etag)), ..UploadPartOutput::default() })
    }

    pub(super) async fn complete_multipart(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let visit = self.visit(&request)?;
        let input = request.input;
        let bucket: &Bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        visit.may(Access::new("s3:PutObject", object_arn(bucket, &input.key)))?;
        let only = only(input.if_match.as_ref(), input.if_none_match.as_ref())?;
        let id = (input.upload_id.as_str(), input.bucket.as_str(), input.key.as_str());
        let listed = input.multipart_upload.as_ref();
        let details = self
            .unfinished
            .find(id, |upload| listed_parts(upload, listed).map(|_| upload.details.clone()))??;
        visit.may_decrypt(bucket, &input.key, &details)?;
        let upload = self.unfinished.uploads().remove(id.0).ok_or_else(no_such_upload)?;

        let numbers = listed_parts(&upload, listed)?;
        let size = numbers.iter().map(|number| upload.parts[number].size).sum();
        let draft = self.store.draft();
        let parts = numbers.iter().map(|number| upload.parts[number].draft.path.clone()).collect::<Vec<_>>();
        let whole = draft.path.clone();
        let joined = tokio::task::spawn_blocking(move || {
            let mut whole = File::create(whole)?;
            for part in parts {
                std::io::copy(&mut File::open(part)?, &mut whole)?;
            }
            std::io::Result::Ok(())
        });
        let joined =
            joined.await.context("a join panicked").and_then(|done| done.context("cannot join parts"));
        joined.map_err(internal)?;
        let object = Object {
            file: draft.name.clone(),
            size,
            etag: format!("{}-{}", Uuid::new_v4().simple(), numbers.len()),
            modified_at: now_millis(),
            details,
        };
        let stored = self.store.put(&input.bucket, &input.key, object.clone(), draft, only).await;
        stored.map_err(internal)?.map_err(refused)?;
        let told = object.details.encryption();
        Ok(CompleteMultipartUploadOutput {
            e_tag: Some(object.e_tag()),
            server_side_encryption: told.algorithm,
            ssekms_key_id: told.key,
            bucket_key_enabled: told.bucket_key,
            bucket: Some(input.bucket),
            key: Some(input.key),
            ..CompleteMultipartUploadOutput::default()
        })
    }
}

/// The numbers of the parts that make the object, once they are what the caller says.
fn listed_parts(upload: &Upload, listed: Option<&CompletedMultipartUpload>) -> S3Result<Vec<i32>> {
    let listed = listed.and_then(|listed| listed.parts.as_ref()).filter(|parts| !parts.is_empty());
    let listed = listed.ok_or_else(|| s3_error!(MalformedXML, "You must specify at least one part"))?;
    let numbers: Vec<i32> = listed.iter().filter_map(|part| part.part_number).collect();
    if !numbers.is_sorted_by(|one, next| one < next) {
        return Err(s3_error!(InvalidPartOrder, "The list of parts was not in ascending order."));
    }
    for part in listed {
        let there = part.part_number.and_then(|number| upload.parts.get(&number));
        let same = there.zip(part.e_tag.as_ref()).is_some_and(|(there, etag)| there.etag == etag.value());
        if !same {
            return Err(s3_error!(InvalidPart, "One or more of the specified parts could not be found."));
        }
    }
    let all_but_last = &numbers[..numbers.len() - 1];
    if all_but_last.iter().any(|number| upload.parts[number].size < MIN_PART_BYTES) {
        return Err(s3_error!(
            EntityTooSmall,
            "Your proposed upload is smaller than the minimum allowed size"
        ));
    }
    Ok(numbers)
}

fn no_such_upload() -> S3Error {
    s3_error!(
        NoSuchUpload,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."
    )
}
