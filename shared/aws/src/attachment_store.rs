use std::time::Duration;

use aws_sdk_s3::{
    Client,
    presigning::PresigningConfig,
    types::{ChecksumAlgorithm, MetadataDirective, TaggingDirective},
};
use case_chat_domain::Upload;

use crate::{Arrived, LazyClient, Quarantine, StoreError, disposition::disposition, object_key};

/// What a lifecycle rule removes objects by, as long as no message has taken them along.
const UNATTACHED: &str = "state=unattached";

/// The bucket of files that are what they were said to be.
#[derive(Clone)]
pub struct AttachmentStore {
    client: LazyClient<Client>,
    bucket: String,
}

impl AttachmentStore {
    /// Over the bucket of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, bucket: String) -> Self {
        Self { client, bucket }
    }

    /// Takes over from quarantine exactly what was looked at, marked as not attached yet: one request.
    /// False if it has been replaced since. The name that it will be saved under goes with the object,
    /// so that no link says it.
    pub async fn admit(
        &self,
        quarantine: &Quarantine,
        upload: &Upload,
        arrived: &Arrived,
    ) -> Result<bool, StoreError> {
        let copied = self
            .client
            .copy_object()
            .bucket(&self.bucket)
            .key(object_key(upload))
            .copy_source(quarantine.copy_source(upload))
            .copy_source_if_match(&arrived.etag)
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .metadata_directive(MetadataDirective::Replace)
            .content_type(&upload.declared.content_type)
            .content_disposition(disposition(&upload.declared))
            .cache_control("private, no-store")
            .tagging_directive(TaggingDirective::Replace)
            .tagging(UNATTACHED)
            .send()
            .await;
        match copied {
            Ok(_) => Ok(true),
            Err(error) if error.raw_response().is_some_and(|raw| raw.status().as_u16() == 412) => Ok(false),
            Err(error) => Err(StoreError::request("CopyObject attachments")(error)),
        }
    }

    /// Keeps an object whose message is about to be stored: one request.
    pub async fn keep(&self, upload: &Upload) -> Result<(), StoreError> {
        self.client
            .delete_object_tagging()
            .bucket(&self.bucket)
            .key(object_key(upload))
            .send()
            .await
            .map_err(StoreError::request("DeleteObjectTagging attachments"))?;
        Ok(())
    }

    /// A link to the content, good for a short while and for whoever has it. No request.
    pub async fn link(&self, upload: &Upload, good_for: Duration) -> Result<String, StoreError> {
        let signed = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(object_key(upload))
            .presigned(PresigningConfig::expires_in(good_for).map_err(|_| StoreError::Item("a link"))?)
            .await
            .map_err(StoreError::request("presign GetObject"))?;
        Ok(signed.uri().to_owned())
    }
}
