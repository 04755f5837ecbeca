//! ListObjectsV2.

use s3s::dto::{CommonPrefix, ListObjectsV2Input, ListObjectsV2Output, Object as Listed, ObjectStorageClass};
use s3s::{S3Request, S3Result};

use super::access::internal;
use super::object::Object;
use super::service::Service;
use crate::iam::Access;

/// S3's bound on a page.
const MAX_KEYS: i32 = 1_000;

/// An object, or all that begin alike.
enum Entry {
    Object(Box<(String, Object)>),
    Prefix(String),
}

impl Entry {
    fn name(&self) -> &str {
        match self {
            Self::Object(object) => &object.0,
            Self::Prefix(prefix) => prefix,
        }
    }
}

impl Service {
    pub(super) async fn list(&self, request: S3Request<ListObjectsV2Input>) -> S3Result<ListObjectsV2Output> {
        let visit = self.visit(&request)?;
        let input = request.input;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let mut access = Access::new("s3:ListBucket", bucket.arn.as_str());
        for (key, value) in [("s3:prefix", &input.prefix), ("s3:delimiter", &input.delimiter)] {
            if let Some(value) = value {
                access = access.with(key, value.as_str());
            }
        }
        visit.may(access)?;
        let prefix = input.prefix.clone().unwrap_or_default();
        let objects = self.store.list(&input.bucket, &prefix).await.map_err(internal)?;
        let after = input.continuation_token.as_deref().or(input.start_after.as_deref()).unwrap_or_default();
        let delimiter = input.delimiter.as_deref().filter(|delimiter| !delimiter.is_empty());
        let mut entries = grouped(objects, prefix.len(), delimiter);
        entries.retain(|entry| entry.name() > after);
        let most = input.max_keys.unwrap_or(MAX_KEYS).clamp(0, MAX_KEYS);
        let more = entries.len() > most as usize;
        entries.truncate(most as usize);
        let next = entries.last().filter(|_| more).map(|last| last.name().to_owned());

        let encoded = input.encoding_type.is_some();
        let spelled = |name: &str| match encoded {
            true => url::form_urlencoded::byte_serialize(name.as_bytes()).collect(),
            false => name.to_owned(),
        };
        let key_count = i32::try_from(entries.len()).ok();
        let (mut contents, mut prefixes) = (Vec::new(), Vec::new());
        for entry in &entries {
            match entry {
                Entry::Prefix(prefix) => prefixes.push(CommonPrefix { prefix: Some(spelled(prefix)) }),
                Entry::Object(listed) => contents.push(object(spelled(&listed.0), &listed.1)),
            }
        }
        Ok(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: input.prefix.as_deref().map(spelled),
            delimiter: input.delimiter.as_deref().map(spelled),
            start_after: input.start_after.as_deref().map(spelled),
            encoding_type: input.encoding_type,
            continuation_token: input.continuation_token,
            next_continuation_token: next,
            max_keys: Some(most),
            is_truncated: Some(more),
            key_count,
            contents: Some(contents),
            common_prefixes: Some(prefixes),
            request_charged: None,
        })
    }
}

fn grouped(objects: Vec<(String, Object)>, prefix: usize, delimiter: Option<&str>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (key, object) in objects {
        let group = delimiter.and_then(|delimiter| {
            let end = prefix + key[prefix..].find(delimiter)? + delimiter.len();
            Some(key[..end].to_owned())
        });
        match group {
            Some(group) if entries.last().is_some_and(|last| last.name() == group) => {}
            Some(group) => entries.push(Entry::Prefix(group)),
            None => entries.push(Entry::Object(Box::new((key, object)))),
        }
    }
    entries
}

fn object(key: String, object: &Object) -> Listed {
    Listed {
        key: Some(key),
        size: i64::try_from(object.size).ok(),
        e_tag: Some(object.e_tag()),
        last_modified: Some(object.last_modified()),
        storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
        ..Listed::default()
    }
}
