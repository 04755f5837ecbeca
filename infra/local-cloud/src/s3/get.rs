//! GetObject and HeadObject.

use std::io::{Read, Seek, SeekFrom};

use bytes::Bytes;
use futures::Stream;
use s3s::dto::{
    Checksum, ChecksumMode, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, StreamingBlob,
};
use s3s::{S3Error, S3Request, S3Result, s3_error};

use super::access::internal;
use super::headers::metadata;
use super::object::Object;
use super::preconditions::Preconditions;
use super::service::Service;

/// How much is read from a file at once.
const PIECE: usize = 64 * 1024;

impl Service {
    pub(super) async fn get(&self, request: S3Request<GetObjectInput>) -> S3Result<GetObjectOutput> {
        let visit = self.visit(&request)?;
        let input = request.input;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        no_version(input.version_id.as_deref())?;
        let found = self.store.read(&input.bucket, &input.key).await.map_err(internal)?;
        visit.may_with("s3:GetObject", bucket, &input.key, found.as_ref().map(|(object, _)| object))?;
        let (object, file) = found.ok_or_else(|| visit.missing(bucket))?;
        let preconditions = Preconditions {
            matches: input.if_match.as_ref(),
            none_matches: input.if_none_match.as_ref(),
            modified_since: input.if_modified_since.as_ref(),
            unmodified_since: input.if_unmodified_since.as_ref(),
        };
        preconditions.check(&object, || s3_error!(NotModified))?;
        visit.may_decrypt(bucket, &input.key, &object.details)?;
        let range = match input.range {
            None => 0..object.size,
            Some(range) => range
                .check(object.size)
                .map_err(|_| s3_error!(InvalidRange, "The requested range is not satisfiable"))?,
        };
        let length = range.end - range.start;
        visit.heard.bytes(length);
        let whole = input.range.is_none();
        let checksums = match input.checksum_mode {
            Some(mode) if whole && mode.as_str() == ChecksumMode::ENABLED => {
                object.details.checksums.to_dto()
            }
            _ => Checksum::default(),
        };
        let content_range = format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), object.size);
        let (headers, encryption) = (object.details.headers.clone(), object.details.encryption());
        Ok(GetObjectOutput {
            body: Some(StreamingBlob::wrap(pieces(file, range.start, length))),
            accept_ranges: Some("bytes".to_owned()),
            content_length: i64::try_from(length).ok(),
            content_range: (!whole).then_some(content_range),
            e_tag: Some(object.e_tag()),
            last_modified: Some(object.last_modified()),
            metadata: metadata(&object.details),
            content_type: headers.content_type,
            cache_control: headers.cache_control,
            content_disposition: headers.content_disposition,
            content_encoding: headers.content_encoding,
            content_language: headers.content_language,
            checksum_crc32: checksums.checksum_crc32,
            checksum_crc32c: checksums.checksum_crc32c,
            checksum_crc64nvme: checksums.checksum_crc64nvme,
            checksum_sha1: checksums.checksum_sha1,
            checksum_sha256: checksums.checksum_sha256,
            checksum_type: checksums.checksum_type,
            server_side_encryption: encryption.algorithm,
            ssekms_key_id: encryption.key,
            bucket_key_enabled: encryption.bucket_key,
            ..GetObjectOutput::default()
        })
    }

    pub(super) async fn head(&self, request: S3Request<HeadObjectInput>) -> S3Result<HeadObjectOutput> {
        let visit = self.visit(&request)?;
        let input = request.input;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        no_version(input.version_id.as_deref())?;
        let found = self.store.find(&input.bucket, &input.key).await.map_err(internal)?;
        visit.may_with("s3:GetObject", bucket, &input.key, found.as_ref())?;
        let object: Object = found.ok_or_else(|| visit.missing(bucket))?;
        let preconditions = Preconditions {
            matches: input.if_match.as_ref(),
            none_matches: input.if_none_match.as_ref(),
            modified_since: input.if_modified_since.as_ref(),
            unmodified_since: input.if_unmodified_since.as_ref(),
        };
        preconditions.check(&object, || s3_error!(NotModified))?;
        let checksums = match input.checksum_mode {
            Some(mode) if mode.as_str() == ChecksumMode::ENABLED => {
                // The checksum is encrypted too.
                visit.may_decrypt(bucket, &input.key, &object.details)?;
                object.details.checksums.to_dto()
            }
            _ => Checksum::default(),
        };
        let (headers, encryption) = (object.details.headers.clone(), object.details.encryption());
        Ok(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: i64::try_from(object.size).ok(),
            e_tag: Some(object.e_tag()),
            last_modified: Some(object.last_modified()),
            metadata: metadata(&object.details),
            content_type: input.response_content_type.or(headers.content_type),
            cache_control: input.response_cache_control.or(headers.cache_control),
            content_disposition: input.response_content_disposition.or(headers.content_disposition),
            content_encoding: headers.content_encoding,
            content_language: headers.content_language,
            checksum_crc32: checksums.checksum_crc32,
            checksum_crc32c: checksums.checksum_crc32c,
            checksum_crc64nvme: checksums.checksum_crc64nvme,
            checksum_sha1: checksums.checksum_sha1,
            checksum_sha256: checksums.checksum_sha256,
            checksum_type: checksums.checksum_type,
            server_side_encryption: encryption.algorithm,
            ssekms_key_id: encryption.key,
            bucket_key_enabled: encryption.bucket_key,
            ..HeadObjectOutput::default()
        })
    }
}

/// Versions are not kept.
pub(super) fn no_version(version: Option<&str>) -> S3Result<()> {
    match version {
        None | Some("null") => Ok(()),
        Some(_) => Err(s3_error!(InvalidArgument, "Invalid version id specified") as S3Error),
    }
}

/// A part of a file, piece by piece.
fn pieces(
    file: std::fs::File,
    start: u64,
    length: u64,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send + Sync {
    let read = move |(mut file, at, left): (std::fs::File, u64, u64)| {
        let size = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let piece = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; size];
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut piece)?;
            std::io::Result::Ok((file, piece))
        });
        async move {
            if left == 0 {
                return Ok(None);
            }
            let (file, piece) = piece.await.map_err(std::io::Error::other)??;
            let read = piece.len() as u64;
            Ok(Some((Bytes::from(piece), (file, at + read, left - read))))
        }
    };
    futures::stream::try_unfold((file, start, length), read)
}
