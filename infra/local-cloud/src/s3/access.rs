//! Whether a caller may do it: each step of an operation asks here, in AWS's words.

use std::collections::BTreeMap;

use s3s::{S3Error, S3Request, S3Result, s3_error};

use super::endpoint::Heard;
use super::object::Object;
use super::service::Service;
use super::signed::{query, text};
use super::tags;
use crate::aws::Caller;
use crate::clock::now_millis;
use crate::iam::{Access, Carried, Denied};
use crate::template::Bucket;

/// A request with whoever makes it.
pub(super) struct Visit<'a> {
    service: &'a Service,
    caller: Caller,
    /// What every access of this request carries for conditions.
    carried: BTreeMap<String, Carried>,
    pub(super) heard: Heard,
}

impl Service {
    /// Who is there, once the signature holds.
    pub(super) fn visit<T>(&self, request: &S3Request<T>) -> S3Result<Visit<'_>> {
        let heard = request.extensions.get::<Heard>().cloned();
        let heard = heard.ok_or_else(|| internal(anyhow::anyhow!("a request that nobody heard of")))?;
        let caller = heard.caller().ok_or_else(|| s3_error!(AccessDenied, "Access Denied"))?;
        let mut carried = BTreeMap::from([("s3:signatureversion".to_owned(), "AWS4-HMAC-SHA256".into())]);
        let signed_at = query(request.uri.query(), "X-Amz-Date");
        let kind = if signed_at.is_some() { "REST-QUERY-STRING" } else { "REST-HEADER" };
        carried.insert("s3:authType".to_owned(), kind.into());
        if let Some(age) = signed_at.as_deref().and_then(age) {
            carried.insert("s3:signatureAge".to_owned(), Carried::Number(age));
        }
        if let Some(sum) = text(&request.headers, "x-amz-content-sha256") {
            carried.insert("s3:x-amz-content-sha256".to_owned(), sum.into());
        }
        Ok(Visit { service: self, caller, carried, heard })
    }

    /// A bucket of the template, which the caller takes to be of this account.
    pub(super) fn bucket(&self, name: &str, expected_owner: Option<&str>) -> S3Result<&Bucket> {
        let bucket = self.surroundings.buckets.iter().find(|bucket| bucket.name == name);
        let bucket = bucket.ok_or_else(|| s3_error!(NoSuchBucket, "The specified bucket does not exist"))?;
        if expected_owner.is_some_and(|owner| owner != self.surroundings.account) {
            return Err(s3_error!(AccessDenied, "Access Denied"));
        }
        Ok(bucket)
    }
}

impl Visit<'_> {
    /// Whether that may be done.
    pub(super) fn may(&self, mut access: Access) -> S3Result<()> {
        access.carried.extend(self.carried.clone());
        self.check(&access).map_err(|denied| {
            let Access { action, resource, .. } = denied.access();
            s3_error!(AccessDenied, "{}", denied.naming(action, &format!("\"{resource}\"")))
        })
    }

    /// Whether that may be done with an object as it is, or as it would be if it were there.
    pub(super) fn may_with(
        &self,
        action: &str,
        bucket: &Bucket,
        key: &str,
        object: Option<&Object>,
    ) -> S3Result<()> {
        let access = Access::new(action, object_arn(bucket, key));
        self.may(tags::existing(access, object.map(|object| &object.details.tags)))
    }

    /// Whether a KMS key may be used on S3's way; that is between the caller and the key.
    pub(super) fn may_use(&self, action: &str, key_arn: &str, encrypted: &str) -> S3Result<()> {
        let surroundings = &self.service.surroundings;
        let access = Access::new(action, key_arn)
            .with("kms:CallerAccount", surroundings.account.as_str())
            .with("kms:ViaService", format!("s3.{}.amazonaws.com", surroundings.region).as_str())
            .with("kms:EncryptionContext:aws:s3:arn", encrypted);
        self.check(&access).map_err(|denied| s3_error!(AccessDenied, "{denied}"))
    }

    /// What to say of an object that is not there: only who may list the bucket hears that it is so.
    pub(super) fn missing(&self, bucket: &Bucket) -> S3Error {
        match self.may(Access::new("s3:ListBucket", bucket.arn.as_str())) {
            Ok(()) => s3_error!(NoSuchKey, "The specified key does not exist."),
            Err(denied) => denied,
        }
    }

    fn check(&self, access: &Access) -> Result<(), Denied> {
        self.service.surroundings.iam.check_caller(&self.caller, access)
    }
}

/// An object's ARN.
pub(super) fn object_arn(bucket: &Bucket, key: &str) -> String {
    format!("{}/{key}", bucket.arn)
}

/// The local cloud's fault; the log says more.
pub(super) fn internal(error: anyhow::Error) -> S3Error {
    tracing::error!("{error:#}");
    s3_error!(InternalError, "We encountered an internal error. Please try again.")
}

/// How long ago a URL was signed, in milliseconds.
fn age(signed_at: &str) -> Option<i32> {
    let format = time::macros::format_description!("[year][month][day]T[hour][minute][second]Z");
    let signed_at = time::PrimitiveDateTime::parse(signed_at, format).ok()?.assume_utc();
    let millis = now_millis() - signed_at.unix_timestamp() * 1000;
    Some(i32::try_from(millis.max(0)).unwrap_or(i32::MAX))
}
