//! If-Match and its kin, in the order in which HTTP has them.

use s3s::dto::{ETagCondition, Timestamp};
use s3s::{S3Error, S3Result, s3_error};

use super::object::Object;
use super::store::{Only, Refused};

/// What a request says of the object that it is about.
#[derive(Default)]
pub(super) struct Preconditions<'a> {
    pub(super) matches: Option<&'a ETagCondition>,
    pub(super) none_matches: Option<&'a ETagCondition>,
    pub(super) modified_since: Option<&'a Timestamp>,
    pub(super) unmodified_since: Option<&'a Timestamp>,
}

impl Preconditions<'_> {
    /// Whether it may be read; `unchanged` is what to say if the caller has it already.
    pub(super) fn check(&self, object: &Object, unchanged: fn() -> S3Error) -> S3Result<()> {
        let modified = object.last_modified();
        match (self.matches, self.unmodified_since) {
            (Some(condition), _) if !is(condition, object) => return Err(failed()),
            (None, Some(since)) if modified > *since => return Err(failed()),
            _ => {}
        }
        match (self.none_matches, self.modified_since) {
            (Some(condition), _) if is(condition, object) => Err(unchanged()),
            (None, Some(since)) if modified <= *since => Err(unchanged()),
            _ => Ok(()),
        }
    }
}

/// When an object may take its place.
pub(super) fn only(matches: Option<&ETagCondition>, none_matches: Option<&ETagCondition>) -> S3Result<Only> {
    match (matches, none_matches) {
        (None, None) => Ok(Only::Always),
        (None, Some(ETagCondition::Any)) => Ok(Only::IfNone),
        (Some(ETagCondition::ETag(etag)), None) => Ok(Only::IfMatch(etag.value().to_owned())),
        _ => Err(s3_error!(
            NotImplemented,
            "A header you provided implies functionality that is not implemented"
        )),
    }
}

pub(super) fn refused(refused: Refused) -> S3Error {
    match refused {
        Refused::Condition => failed(),
        Refused::Missing => s3_error!(NoSuchKey, "The specified key does not exist."),
    }
}

pub(super) fn failed() -> S3Error {
    s3_error!(PreconditionFailed, "At least one of the pre-conditions you specified did not hold")
}

fn is(condition: &ETagCondition, object: &Object) -> bool {
    condition.as_etag().is_none_or(|etag| etag.value() == object.etag)
}
