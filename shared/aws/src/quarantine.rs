use std::{collections::BTreeMap, time::Duration};

use aws_sdk_s3::{
    Client,
    operation::{get_object::GetObjectError, head_object::HeadObjectError},
    presigning::PresigningConfig,
    types::ChecksumMode,
};
use case_chat_domain::{HEAD_BYTES, Hash, Upload};

use crate::{LazyClient, StoreError, base64, object_key};

/// The tag in which AWS's scanner says what it found, and its word for nothing.
const SCAN_TAG: &str = "GuardDutyMalwareScanStatus";
const SCAN_CLEAN: &str = "NO_THREATS_FOUND";

/// The signed headers that a page sets. The browser itself sets the length and the host.
const SET_BY_BROWSER: [&str; 3] = ["content-type", "if-none-match", "x-amz-checksum-sha256"];

/// The bucket that browsers upload to. What is in it is not trusted, and goes after a day.
#[derive(Clone)]
pub struct Quarantine {
    client: LazyClient<Client>,
    bucket: String,
}

/// A request that a browser can make: a URL, and the headers that it must set.
#[derive(Debug, Clone)]
pub struct SignedRequest {
    /// Signed; what it says cannot be changed.
    pub url: String,
    /// Signed as well.
    pub headers: BTreeMap<String, String>,
}

/// What was uploaded, as the service saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// In bytes.
    pub size: u64,
    /// Of the content; none if the uploader sent none.
    pub sha256: Option<Hash>,
    /// Of this very content: whatever replaced it would have another.
    pub etag: String,
}

/// What the malware scanner says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// Nothing yet.
    Pending,
    /// Nothing was found.
    Clean,
    /// Something was, or it could not look.
    Suspect,
}

impl Quarantine {
    /// Over the bucket of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, bucket: String) -> Self {
        Self { client, bucket }
    }

    /// The one request that may put this upload there: its type, its exact length and its hash are
    /// signed, and so is that nothing stands there yet. No request.
    pub async fn upload_link(
        &self,
        upload: &Upload,
        good_for: Duration,
    ) -> Result<SignedRequest, StoreError> {
        let not_signed = || StoreError::Item("a link");
        let length = i64::try_from(upload.declared.size).map_err(|_| not_signed())?;
        let signed = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(object_key(upload))
            .content_type(&upload.declared.content_type)
            .content_length(length)
            .checksum_sha256(base64::encode(&upload.declared.sha256.to_bytes()))
            .if_none_match("*")
            .presigned(PresigningConfig::expires_in(good_for).map_err(|_| not_signed())?)
            .await
            .map_err(StoreError::request("presign PutObject"))?;
        let headers = signed.headers().filter(|(name, _)| SET_BY_BROWSER.contains(name));
        Ok(SignedRequest {
            url: signed.uri().to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        })
    }

    /// What arrived of an upload, if anything has: one request.
    pub async fn arrived(&self, upload: &Upload) -> Result<Option<Arrived>, StoreError> {
        let head = self
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(object_key(upload))
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await;
        let head = match head {
            Ok(head) => head,
            Err(error) if matches!(error.as_service_error(), Some(HeadObjectError::NotFound(_))) => {
                return Ok(None);
            }
            Err(error) => return Err(StoreError::request("HeadObject quarantine")(error)),
        };
        let unreadable = StoreError::Item("an uploaded object");
        let (Some(size), Some(etag)) = (head.content_length, head.e_tag) else {
            return Err(unreadable);
        };
        Ok(Some(Arrived {
            size: u64::try_from(size).map_err(|_| unreadable)?,
            sha256: head.checksum_sha256.as_deref().and_then(base64::decode_hash),
            etag,
        }))
    }

    /// The first bytes of what arrived: one request, at most [`HEAD_BYTES`]. None if it has been
    /// replaced since.
    pub async fn first_bytes(
        &self,
        upload: &Upload,
        arrived: &Arrived,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let got = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(object_key(upload))
            .range(format!("bytes=0-{}", HEAD_BYTES - 1))
            .if_match(&arrived.etag)
            .send()
            .await;
        let object = match got {
            Ok(object) => object,
            Err(error) if error.raw_response().is_some_and(|raw| raw.status().as_u16() == 412) => {
                return Ok(None);
            }
            Err(error) if matches!(error.as_service_error(), Some(GetObjectError::NoSuchKey(_))) => {
                return Ok(None);
            }
            Err(error) => return Err(StoreError::request("GetObject quarantine")(error)),
        };
        let bytes = object.body.collect().await.map_err(|_| StoreError::Item("an uploaded object"))?;
        Ok(Some(bytes.to_vec()))
    }

    /// What the scanner says of it: one request.
    pub async fn scanned(&self, upload: &Upload) -> Result<Scan, StoreError> {
        let tags = self
            .client
            .get_object_tagging()
            .bucket(&self.bucket)
            .key(object_key(upload))
            .send()
            .await
            .map_err(StoreError::request("GetObjectTagging quarantine"))?;
        let result = tags.tag_set.iter().find(|tag| tag.key == SCAN_TAG);
        Ok(match result.map(|tag| tag.value.as_str()) {
            None => Scan::Pending,
            Some(SCAN_CLEAN) => Scan::Clean,
            Some(_) => Scan::Suspect,
        })
    }

    /// As CopyObject wants its source to be written.
    pub(crate) fn copy_source(&self, upload: &Upload) -> String {
        format!("{}/{}", self.bucket, object_key(upload))
    }
}
