//! GetObjectTagging, PutObjectTagging, DeleteObjectTagging; and DeleteObject, which is as short.

use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, DeleteObjectTaggingInput, DeleteObjectTaggingOutput,
    GetObjectTaggingInput, GetObjectTaggingOutput, PutObjectTaggingInput, PutObjectTaggingOutput,
};
use s3s::{S3Request, S3Result, s3_error};

use super::access::{internal, object_arn};
use super::get::no_version;
use super::service::Service;
use super::tags::{self, Tags};
use crate::iam::Access;

impl Service {
    pub(super) async fn tags_of(
        &self,
        request: S3Request<GetObjectTaggingInput>,
    ) -> S3Result<GetObjectTaggingOutput> {
        let visit = self.visit(&request)?;
        let input = request.input;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        no_version(input.version_id.as_deref())?;
        let found = self.store.find(&input.bucket, &input.key).await.map_err(internal)?;
        visit.may_with("s3:GetObjectTagging", bucket, &input.key, found.as_ref())?;
        let object = found.ok_or_else(|| visit.missing(bucket))?;
        Ok(GetObjectTaggingOutput { tag_set: tags::to_set(&object.details.tags), version_id: None })
    }

    pub(super) async fn tag(
        &self,
        request: S3Request<PutObjectTaggingInput>,
    ) -> S3Result<PutObjectTaggingOutput> {
        let visit = self.visit(&request)?;
        let input = request.input;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        no_version(input.version_id.as_deref())?;
        let tags = tags::from_set(input.tagging.tag_set)?;
        let found = self.store.find(&input.bucket, &input.key).await.map_err(internal)?;
        let access = Access::new("s3:PutObjectTagging", object_arn(bucket, &input.key));
        let access = tags::existing(access, found.as_ref().map(|object| &object.details.tags));
        visit.may(tags::requested(access, &tags))?;
        if found.is_none() || !self.store.tag(&input.bucket, &input.key, tags).await.map_err(internal)? {
            return Err(visit.missing(bucket));
        }
        Ok(PutObjectTaggingOutput::default())
    }

    pub(super) async fn untag(
        &self,
        request: S3Request<DeleteObjectTaggingInput>,
    ) -> S3Result<DeleteObjectTaggingOutput> {
        let visit = self.visit(&request)?;
        let input = request.input;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        no_version(input.version_id.as_deref())?;
        let found = self.store.find(&input.bucket, &input.key).await.map_err(internal)?;
        visit.may_with("s3:DeleteObjectTagging", bucket, &input.key, found.as_ref())?;
        if found.is_none()
            || !self.store.tag(&input.bucket, &input.key, Tags::new()).await.map_err(internal)?
        {
            return Err(visit.missing(bucket));
        }
        Ok(DeleteObjectTaggingOutput::default())
    }

    pub(super) async fn delete(&self, request: S3Request<DeleteObjectInput>) -> S3Result<DeleteObjectOutput> {
        let visit = self.visit(&request)?;
        let input = request.input;
        let bucket = self.bucket(&input.bucket, input.expected_bucket_owner.as_deref())?;
        no_version(input.version_id.as_deref())?;
        if input.if_match.is_some() {
            return Err(s3_error!(NotImplemented, "Conditional deletes are not run here"));
        }
        visit.may(Access::new("s3:DeleteObject", object_arn(bucket, &input.key)))?;
        self.store.delete(&input.bucket, &input.key).await.map_err(internal)?;
        Ok(DeleteObjectOutput::default())
    }
}
