use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};
use rustls_pki_types::{SubjectPublicKeyInfoDer, pem::PemObject};
use sha2::{Digest, Sha256};

use crate::record::hex;

/// Not a PEM file with a public key on the curve P-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no public key on the curve P-256, in PEM")]
pub struct UnusableKey;

/// The public half of the key that signs a deployment's transcripts.
pub struct PublicKey {
    key: ParsedPublicKey,
    fingerprint: String,
}

impl PublicKey {
    /// From PEM (`BEGIN PUBLIC KEY`).
    pub fn from_pem(pem: &[u8]) -> Result<Self, UnusableKey> {
        let der = SubjectPublicKeyInfoDer::from_pem_slice(pem).map_err(|_| UnusableKey)?;
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, der.as_ref()).map_err(|_| UnusableKey)?;
        Ok(Self { key, fingerprint: hex(&Sha256::digest(&der)) })
    }

    /// The SHA-256 of the key in DER, in hexadecimal: what a deployment's own can be compared with.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whether it signed that: ECDSA with SHA-256, the signature in DER.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}
