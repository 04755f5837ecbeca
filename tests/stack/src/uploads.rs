use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Client, Reply};

/// A file that somebody wants to send.
#[derive(Clone)]
pub struct Sample {
    /// As its owner calls it.
    pub name: String,
    /// As its owner declares it.
    pub content_type: &'static str,
    /// What is in it.
    pub content: Vec<u8>,
}

impl Sample {
    /// A file of that name and type.
    #[must_use]
    pub fn new(name: &str, content_type: &'static str, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), content_type, content: content.into() }
    }

    /// A small PDF.
    #[must_use]
    pub fn pdf() -> Self {
        Self::new(
            "Befund.pdf",
            "application/pdf",
            *b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
        )
    }

    /// A small PNG, as far as its first bytes go.
    #[must_use]
    pub fn png() -> Self {
        Self::new("knee.png", "image/png", *b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0")
    }

    /// A small JPEG, as far as its first bytes go.
    #[must_use]
    pub fn jpeg() -> Self {
        Self::new(
            "knee.jpg",
            "image/jpeg",
            *b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9",
        )
    }

    /// A DICOM file that begins like that.
    #[must_use]
    pub fn dicom(preamble: &[u8]) -> Self {
        let mut content = preamble.to_vec();
        content.resize(128, 0);
        content.extend_from_slice(b"DICM\x02\0\0\0UL\x04\0\0\0\0\0");
        Self::new("scan.dcm", "application/dicom", content)
    }

    /// What is said of it before it is sent.
    #[must_use]
    pub fn declaration(&self) -> Value {
        json!({
            "name": self.name,
            "contentType": self.content_type,
            "size": self.content.len(),
            "sha256": BASE64_STANDARD.encode(Sha256::digest(&self.content)),
        })
    }

    /// Its hash as records say it.
    #[must_use]
    pub fn hash(&self) -> String {
        Sha256::digest(&self.content).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Client {
    /// Asks for a link.
    pub async fn request_upload(&self, case_id: &str, declaration: &Value) -> Reply {
        self.post_raw(&format!("/cases/{case_id}/attachments"), declaration.to_string()).await
    }

    /// Uploads through a link, as a browser does, and gives the status and the answer.
    pub async fn put(&self, granted: &Value, content: Vec<u8>) -> (u16, String) {
        self.put_with(granted, content, |_, value| Some(value.to_owned())).await
    }

    /// The same with headers changed, or left out.
    pub async fn put_with(
        &self,
        granted: &Value,
        content: Vec<u8>,
        header: impl Fn(&str, &str) -> Option<String>,
    ) -> (u16, String) {
        let upload = &granted["upload"];
        assert_eq!(upload["method"], "PUT");
        let mut request = self.anonymous().put(upload["url"].as_str().expect("a URL"));
        for (name, value) in upload["headers"].as_object().expect("headers") {
            if let Some(value) = header(name, value.as_str().expect("a value")) {
                request = request.header(name, value);
            }
        }
        let response = request.body(content).send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.unwrap_or_default())
    }

    /// Asks whether what arrived is what was declared.
    pub async fn verify(&self, case_id: &str, attachment_id: &str) -> Reply {
        self.post_raw(&format!("/cases/{case_id}/attachments/{attachment_id}/verify"), "").await
    }

    /// Asks for a link to a file.
    pub async fn open(&self, case_id: &str, attachment_id: &str) -> Reply {
        self.get(&format!("/cases/{case_id}/attachments/{attachment_id}")).await
    }

    /// Asks for the whole thread in a format.
    pub async fn export(&self, case_id: &str, format: &str) -> Reply {
        self.post_raw(&format!("/cases/{case_id}/export"), json!({ "format": format }).to_string()).await
    }

    /// Follows a link.
    pub async fn download(&self, link: &str) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
        let response = self.anonymous().get(link).send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.bytes().await.expect("a body").to_vec())
    }

    /// Uploads a file and has it verified: its id.
    pub async fn upload(&self, case_id: &str, sample: &Sample) -> String {
        let granted = self.request_upload(case_id, &sample.declaration()).await;
        assert_eq!(granted.status, 201, "{}", granted.text);
        let (status, said) = self.put(&granted.body, sample.content.clone()).await;
        assert_eq!(status, 200, "{said}");
        let id = granted.body["attachmentId"].as_str().expect("an id").to_owned();
        let verified = self.verify(case_id, &id).await;
        assert_eq!((verified.status, &verified.body["status"]), (200, &json!("ready")), "{}", verified.text);
        id
    }

    /// Writes to a case and takes files along.
    pub async fn send_files(&self, case_id: &str, after: u64, text: &str, ids: &[&str]) -> Reply {
        let id = crate::new_id();
        self.post(case_id, &json!({ "clientId": id, "after": after, "body": text, "attachments": ids })).await
    }
}
