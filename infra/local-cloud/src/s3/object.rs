//! What is known of an object besides what it holds.

use std::collections::BTreeMap;

use s3s::dto::{Checksum, ChecksumType, ETag, Timestamp};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::tags::Tags;

/// An object as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    /// The file with what it holds, which never changes: another content is another file.
    pub(super) file: String,
    pub(super) size: u64,
    pub(super) etag: String,
    /// In milliseconds.
    pub(super) modified_at: i64,
    pub(super) details: Details,
}

/// What is kept with an object and asked for by no query.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Details {
    pub(super) headers: Headers,
    /// `x-amz-meta-…`.
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) tags: Tags,
    pub(super) checksums: Checksums,
    /// Of what it holds, in hex.
    pub(super) md5: String,
    /// The KMS key's ARN; without one the key is S3's own.
    pub(super) key: Option<String>,
    /// Whether the bucket's data key was used.
    pub(super) bucket_key: bool,
}

/// Headers that come back as they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Headers {
    pub(super) content_type: Option<String>,
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
}

/// Checksums of what an object holds, in Base64.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checksums {
    pub(super) crc32: Option<String>,
    pub(super) crc32c: Option<String>,
    pub(super) crc64nvme: Option<String>,
    pub(super) sha1: Option<String>,
    pub(super) sha256: Option<String>,
}

impl Object {
    pub(super) fn e_tag(&self) -> ETag {
        ETag::Strong(self.etag.clone())
    }

    /// In whole seconds, as S3 tells it.
    pub(super) fn last_modified(&self) -> Timestamp {
        let seconds = self.modified_at.div_euclid(1000);
        OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH).into()
    }
}

impl Checksums {
    /// Whether there is one of that algorithm.
    pub(super) fn has(&self, algorithm: &str) -> bool {
        let one = match algorithm {
            "CRC32" => &self.crc32,
            "CRC32C" => &self.crc32c,
            "CRC64NVME" => &self.crc64nvme,
            "SHA1" => &self.sha1,
            "SHA256" => &self.sha256,
            _ => &None,
        };
        one.is_some()
    }

    pub(super) fn to_dto(&self) -> Checksum {
        let any = *self != Self::default();
        Checksum {
            checksum_crc32: self.crc32.clone(),
            checksum_crc32c: self.crc32c.clone(),
            checksum_crc64nvme: self.crc64nvme.clone(),
            checksum_sha1: self.sha1.clone(),
            checksum_sha256: self.sha256.clone(),
            checksum_type: any.then(|| ChecksumType::from_static(ChecksumType::FULL_OBJECT)),
        }
    }
}

impl From<Checksum> for Checksums {
    fn from(computed: Checksum) -> Self {
        Self {
            crc32: computed.checksum_crc32,
            crc32c: computed.checksum_crc32c,
            crc64nvme: computed.checksum_crc64nvme,
            sha1: computed.checksum_sha1,
            sha256: computed.checksum_sha256,
        }
    }
}
