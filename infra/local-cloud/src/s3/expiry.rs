//! What lifecycle rules remove, as S3 reckons: a rule's days after the object was made, at the midnight that follows.

use anyhow::Result;

use super::object::Object;
use super::store::Store;
use crate::template::{Bucket, Expiration};

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Removes what is over; how many objects that were.
pub(super) async fn sweep(store: &Store, buckets: &[Bucket], now_millis: i64) -> Result<usize> {
    let mut removed = 0;
    for bucket in buckets {
        for rule in &bucket.expirations {
            let listed = store.list(&bucket.name, &rule.prefix).await?;
            let rule = rule.clone();
            let over = move |object: &Object| is_over(&rule, object, now_millis);
            let keys = listed.into_iter().filter(|(_, object)| over(object)).map(|(key, _)| key).collect();
            // Looked at once more as they go: a tag may be gone meanwhile.
            removed += store.delete_if(&bucket.name, keys, over).await?;
        }
    }
    Ok(removed)
}

fn is_over(rule: &Expiration, object: &Object, now_millis: i64) -> bool {
    let tagged = rule.tags.iter().all(|(key, value)| object.details.tags.get(key) == Some(value));
    let kept_until = object.modified_at + i64::from(rule.days) * DAY_MILLIS;
    let midnight = kept_until.div_euclid(DAY_MILLIS) * DAY_MILLIS;
    let midnight = if midnight < kept_until { midnight + DAY_MILLIS } else { midnight };
    tagged && now_millis >= midnight
}
