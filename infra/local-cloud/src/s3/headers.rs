//! What an upload or a copy says of an object that comes back as it was said.

use s3s::dto::{CopyObjectInput, CreateMultipartUploadInput, Metadata, PutObjectInput};
use s3s::{S3Result, s3_error};

use super::object::{Details, Headers};

/// What an object is without a type of its own.
const NO_TYPE: &str = "binary/octet-stream";

/// The parts of both inputs that are the same, and mean the same.
macro_rules! described {
    ($input:expr) => {{
        let input = $input;
        let content_type = input.content_type.clone().unwrap_or_else(|| NO_TYPE.to_owned());
        let headers = Headers {
            content_type: Some(content_type),
            cache_control: input.cache_control.clone(),
            content_disposition: input.content_disposition.clone(),
            content_encoding: input.content_encoding.clone().and_then(without_chunking),
            content_language: input.content_language.clone(),
        };
        let metadata = input.metadata.iter().flatten();
        let metadata = metadata.map(|(name, value)| (name.clone(), value.clone())).collect();
        Details { headers, metadata, ..Details::default() }
    }};
}

/// Whether the input asks for something that is not run here.
macro_rules! unsupported {
    ($input:expr) => {{
        let input = $input;
        let acl = input.acl.as_ref().map(|acl| acl.as_str());
        let grants =
            [&input.grant_full_control, &input.grant_read, &input.grant_read_acp, &input.grant_write_acp];
        if acl.is_some_and(|acl| acl != "bucket-owner-full-control")
            || grants.iter().any(|grant| grant.is_some())
        {
            return Err(s3_error!(AccessControlListNotSupported, "The bucket does not allow ACLs"));
        }
        if input.sse_customer_algorithm.is_some()
            || input.object_lock_mode.is_some()
            || input.object_lock_legal_hold_status.is_some()
            || input.website_redirect_location.is_some()
            || input.storage_class.as_ref().is_some_and(|class| class.as_str() != "STANDARD")
        {
            return Err(s3_error!(NotImplemented, "A header you provided is not run here"));
        }
    }};
}

/// What an upload says.
pub(super) fn of_upload(input: &PutObjectInput) -> S3Result<Details> {
    unsupported!(input);
    Ok(described!(input))
}

/// What an upload in parts says, when it begins.
pub(super) fn of_multipart(input: &CreateMultipartUploadInput) -> S3Result<Details> {
    unsupported!(input);
    Ok(described!(input))
}

/// What a copy says, for one that does not keep what the source has.
pub(super) fn of_copy(input: &CopyObjectInput) -> S3Result<Details> {
    unsupported!(input);
    Ok(described!(input))
}

/// An object's metadata as answers have it.
pub(super) fn metadata(details: &Details) -> Option<Metadata> {
    let pairs = details.metadata.iter().map(|(name, value)| (name.clone(), value.clone()));
    (!details.metadata.is_empty()).then(|| pairs.collect())
}

/// How a body was sent is nothing that the object has.
fn without_chunking(encoding: String) -> Option<String> {
    let kept: Vec<&str> = encoding.split(',').map(str::trim).filter(|part| *part != "aws-chunked").collect();
    (!kept.is_empty()).then(|| kept.join(","))
}
