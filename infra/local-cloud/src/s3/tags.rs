//! Tags, within S3's bounds.

use std::collections::BTreeMap;

use s3s::dto::{Tag, TagSet};
use s3s::{S3Error, S3Result, s3_error};

use crate::iam::{Access, Carried};

/// An object's tags.
pub(super) type Tags = BTreeMap<String, String>;

const MAX_TAGS: usize = 10;
const MAX_KEY_CHARS: usize = 128;
const MAX_VALUE_CHARS: usize = 256;

/// Reads `x-amz-tagging`.
pub(super) fn from_header(header: Option<&str>) -> S3Result<Tags> {
    let pairs = url::form_urlencoded::parse(header.unwrap_or_default().as_bytes());
    collect(pairs.map(|(key, value)| (key.into_owned(), value.into_owned())))
}

/// Reads a request's document.
pub(super) fn from_set(set: TagSet) -> S3Result<Tags> {
    collect(set.into_iter().map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())))
}

pub(super) fn to_set(tags: &Tags) -> TagSet {
    let tag = |(key, value): (&String, &String)| Tag { key: Some(key.clone()), value: Some(value.clone()) };
    tags.iter().map(tag).collect()
}

/// The access with what conditions may ask of the tags that are there.
pub(super) fn existing(mut access: Access, tags: Option<&Tags>) -> Access {
    for (key, value) in tags.into_iter().flatten() {
        access = access.with(format!("s3:ExistingObjectTag/{key}"), value.as_str());
    }
    access
}

/// The access with what conditions may ask of the tags that are to be.
pub(super) fn requested(mut access: Access, tags: &Tags) -> Access {
    for (key, value) in tags {
        access = access.with(format!("s3:RequestObjectTag/{key}"), value.as_str());
    }
    if tags.is_empty() {
        return access;
    }
    access.with("s3:RequestObjectTagKeys", Carried::Texts(tags.keys().cloned().collect()))
}

fn collect(pairs: impl Iterator<Item = (String, String)>) -> S3Result<Tags> {
    let mut tags = Tags::new();
    for (key, value) in pairs {
        if key.is_empty() || key.chars().count() > MAX_KEY_CHARS {
            return Err(s3_error!(InvalidTag, "The TagKey you have provided is invalid"));
        }
        if value.chars().count() > MAX_VALUE_CHARS {
            return Err(s3_error!(InvalidTag, "The TagValue you have provided is invalid"));
        }
        if tags.insert(key, value).is_some() {
            return Err(s3_error!(InvalidTag, "Cannot provide multiple Tags with the same key"));
        }
    }
    if tags.len() > MAX_TAGS {
        let mut error: S3Error = s3_error!(InvalidRequest, "Object tags cannot be greater than 10");
        error.set_code(s3s::S3ErrorCode::Custom("BadRequest".into()));
        error.set_status_code(axum::http::StatusCode::BAD_REQUEST);
        return Err(error);
    }
    Ok(tags)
}
