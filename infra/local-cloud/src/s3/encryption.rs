//! Which key an object would be encrypted with, and whether its reader and its writer may use that key.

use s3s::dto::ServerSideEncryption;
use s3s::{S3ErrorCode, S3Result, s3_error};

use super::access::{Visit, object_arn};
use super::object::Details;
use super::service::Service;
use crate::iam::Access;
use crate::template::{Bucket, Encryption};

/// What a request says of encryption.
pub(super) struct Asked<'a> {
    pub(super) algorithm: Option<&'a ServerSideEncryption>,
    pub(super) key: Option<&'a str>,
    pub(super) bucket_key: Option<bool>,
}

/// What an answer says of it.
pub(super) struct Told {
    pub(super) algorithm: Option<ServerSideEncryption>,
    pub(super) key: Option<String>,
    pub(super) bucket_key: Option<bool>,
}

impl Asked<'_> {
    /// The access with what conditions may ask of it.
    pub(super) fn carried(&self, mut access: Access) -> Access {
        if let Some(algorithm) = self.algorithm {
            access = access.with("s3:x-amz-server-side-encryption", algorithm.as_str());
        }
        if let Some(key) = self.key {
            access = access.with("s3:x-amz-server-side-encryption-aws-kms-key-id", key);
        }
        access
    }
}

impl Service {
    /// What a new object is encrypted with: what the request says, or else the bucket.
    pub(super) fn encryption(&self, bucket: &Bucket, asked: &Asked<'_>) -> S3Result<Encryption> {
        let by_default = &bucket.encryption;
        let bucket_key = asked.bucket_key.unwrap_or(by_default.bucket_key);
        let key = match (asked.algorithm.map(ServerSideEncryption::as_str), asked.key) {
            (None, _) => return Ok(Encryption { bucket_key, ..by_default.clone() }),
            (Some(ServerSideEncryption::AES256), _) => return Ok(Encryption::default()),
            (Some(ServerSideEncryption::AWS_KMS), Some(reference)) => {
                let known = self.surroundings.keys.iter().find(|key| key.is(reference));
                known.map(|key| key.arn.clone()).ok_or_else(|| {
                    let mut error = s3_error!(InvalidArgument, "Key '{reference}' does not exist");
                    error.set_code(S3ErrorCode::Custom("KMS.NotFoundException".into()));
                    error.set_status_code(axum::http::StatusCode::BAD_REQUEST);
                    error
                })?
            }
            (Some(ServerSideEncryption::AWS_KMS), None) if by_default.key.is_some() => {
                by_default.key.clone().unwrap_or_default()
            }
            _ => return Err(s3_error!(NotImplemented, "This encryption is not run here")),
        };
        Ok(Encryption { key: Some(key), bucket_key })
    }
}

impl Visit<'_> {
    /// Whether the caller may encrypt an object like this.
    pub(super) fn may_encrypt(&self, bucket: &Bucket, key: &str, with: &Encryption) -> S3Result<()> {
        match &with.key {
            Some(arn) => self.may_use("kms:GenerateDataKey", arn, &encrypted(bucket, key, with.bucket_key)),
            None => Ok(()),
        }
    }

    /// Whether the caller may decrypt an object.
    pub(super) fn may_decrypt(&self, bucket: &Bucket, key: &str, details: &Details) -> S3Result<()> {
        match &details.key {
            Some(arn) => self.may_use("kms:Decrypt", arn, &encrypted(bucket, key, details.bucket_key)),
            None => Ok(()),
        }
    }
}

/// What KMS is told that it is about.
fn encrypted(bucket: &Bucket, key: &str, bucket_key: bool) -> String {
    if bucket_key { bucket.arn.clone() } else { object_arn(bucket, key) }
}

impl Details {
    pub(super) fn encryption(&self) -> Told {
        let algorithm = match &self.key {
            Some(_) => ServerSideEncryption::AWS_KMS,
            None => ServerSideEncryption::AES256,
        };
        Told {
            algorithm: Some(ServerSideEncryption::from_static(algorithm)),
            key: self.key.clone(),
            bucket_key: (self.key.is_some() && self.bucket_key).then_some(true),
        }
    }
}
