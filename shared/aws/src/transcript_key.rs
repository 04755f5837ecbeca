use aws_sdk_kms::{
    Client,
    primitives::Blob,
    types::{MessageType, SigningAlgorithmSpec},
};

use crate::{LazyClient, StoreError, base64};

/// The KMS key that signs heads of transcripts. Its private half never leaves KMS.
#[derive(Clone)]
pub struct TranscriptKey {
    client: LazyClient<Client>,
    arn: String,
}

impl TranscriptKey {
    /// What it signs with: ECDSA over P-256 with SHA-256.
    pub const ALGORITHM: &'static str = "ECDSA_SHA_256";

    /// The key of that ARN.
    #[must_use]
    pub fn new(client: LazyClient<Client>, arn: String) -> Self {
        Self { client, arn }
    }

    /// The key's ARN, as a statement names it.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Signs a text of at most 4 KiB; the signature in DER, in Base64. One request.
    pub async fn sign(&self, text: &str) -> Result<String, StoreError> {
        let signed = self
            .client
            .sign()
            .key_id(&self.arn)
            .message(Blob::new(text.as_bytes()))
            .message_type(MessageType::Raw)
            .signing_algorithm(SigningAlgorithmSpec::EcdsaSha256)
            .send()
            .await
            .map_err(StoreError::request("Sign"))?;
        let signature = signed.signature.ok_or(StoreError::Item("a signature"))?;
        Ok(base64::encode(signature.as_ref()))
    }
}
