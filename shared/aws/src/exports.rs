use std::time::Duration;

use aws_sdk_s3::{
    Client,
    presigning::PresigningConfig,
    types::{CompletedMultipartUpload, CompletedPart},
};
use case_chat_domain::{CaseId, Participant};
use uuid::Uuid;

use crate::{LazyClient, StoreError};

/// What a sandbox holds of a file at a time, and one request carries. S3 takes 10,000 parts of at least 5 MiB.
const PART_BYTES: usize = 8 * 1024 * 1024;

/// The bucket of exported threads, where nothing stays longer than a day. What is begun and not finished is seen by
/// nobody, and goes by itself.
#[derive(Clone)]
pub struct ExportStore {
    client: LazyClient<Client>,
    bucket: String,
}

/// What kind of file is exported.
#[derive(Debug, Clone, Copy)]
pub struct ExportKind {
    /// Its media type.
    pub content_type: &'static str,
    /// What its name says that it is, such as `transcript`.
    pub name: &'static str,
}

/// A file that is being written: of it, a part at most is in memory.
pub struct Export<'a> {
    store: &'a ExportStore,
    key: String,
    upload: String,
    parts: Vec<CompletedPart>,
    pending: Vec<u8>,
    written: u64,
}

impl ExportStore {
    /// Over the bucket of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, bucket: String) -> Self {
        Self { client, bucket }
    }

    /// Begins a file of a case that the participant shares: one request. It will be saved under the case's id.
    pub async fn begin(&self, participant: &Participant, kind: ExportKind) -> Result<Export<'_>, StoreError> {
        let case_id: &CaseId = participant.case_id();
        let key = format!("{case_id}/{}", Uuid::new_v4());
        let begun = self
            .client
            .create_multipart_upload()
            .bucket(&self.bucket)
            .key(&key)
            .content_type(kind.content_type)
            // A case's id has no characters that would need quoting.
            .content_disposition(format!("attachment; filename=\"{case_id}-{}.json\"", kind.name))
            .cache_control("private, no-store")
            .send()
            .await
            .map_err(StoreError::request("CreateMultipartUpload exports"))?;
        let upload = begun.upload_id.ok_or(StoreError::Item("an upload"))?;
        Ok(Export { store: self, key, upload, parts: Vec::new(), pending: Vec::new(), written: 0 })
    }

    /// A link to a finished file, good for a short while and for whoever has it. No request.
    pub async fn link(&self, key: &str, good_for: Duration) -> Result<String, StoreError> {
        let signed = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .presigned(PresigningConfig::expires_in(good_for).map_err(|_| StoreError::Item("a link"))?)
            .await
            .map_err(StoreError::request("presign GetObject"))?;
        Ok(signed.uri().to_owned())
    }
}

impl Export<'_> {
    /// Adds text: a request for each 8 MiB.
    pub async fn write(&mut self, text: &str) -> Result<(), StoreError> {
        self.pending.extend_from_slice(text.as_bytes());
        self.written += text.len() as u64;
        if self.pending.len() >= PART_BYTES {
            self.send().await?;
        }
        Ok(())
    }

    /// How many bytes have been added.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Makes the file whole: two requests. Its key.
    pub async fn finish(mut self) -> Result<String, StoreError> {
        self.send().await?;
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts)).build();
        self.store
            .client
            .complete_multipart_upload()
            .bucket(&self.store.bucket)
            .key(&self.key)
            .upload_id(&self.upload)
            .multipart_upload(parts)
            .send()
            .await
            .map_err(StoreError::request("CompleteMultipartUpload exports"))?;
        Ok(self.key)
    }

    async fn send(&mut self) -> Result<(), StoreError> {
        let number = i32::try_from(self.parts.len() + 1).map_err(|_| StoreError::Item("a part"))?;
        let content = std::mem::replace(&mut self.pending, Vec::with_capacity(PART_BYTES));
        let sent = self
            .store
            .client
            .upload_part()
            .bucket(&self.store.bucket)
            .key(&self.key)
            .upload_id(&self.upload)
            .part_number(number)
            .body(content.into())
            .send()
            .await
            .map_err(StoreError::request("UploadPart exports"))?;
        self.parts.push(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build());
        Ok(())
    }
}
