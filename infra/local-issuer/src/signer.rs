//! Signs JWTs with an RSA key of 2048 bits, which may live in a file.
//!
//! Signs whatever it is given: what a good token says is the business of `tokens`, and what a bad one says that
//! of tests.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, anyhow};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use aws_lc_rs::{digest, hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde_json::{Value, json};

const KEY_FILE: &str = "issuer-key.pk8";

/// A signing key.
pub struct Signer {
    key: KeyPair,
    kid: String,
}

impl Signer {
    /// The key kept in `data_dir`; the first call makes it, readable by its owner alone.
    pub fn load_or_create(data_dir: &Path) -> anyhow::Result<Self> {
        let file = data_dir.join(KEY_FILE);
        match fs::read(&file) {
            Ok(key) => Self::from_pkcs8(&key),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Self::generate()?.keep(&file)?;
                let key = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
                Self::from_pkcs8(&key)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }

    /// A key of its own, kept nowhere: not the issuer's.
    pub fn generate() -> anyhow::Result<Self> {
        let key = KeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("cannot make an RSA key"))?;
        Ok(Self::new(key))
    }

    /// Signs claims as the issuer does: RS256, with its kid.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_with_header(&json!({ "alg": "RS256", "kid": self.kid, "typ": "JWT" }), claims)
    }

    /// Signs claims under any header. `alg` decides: `none` leaves the signature empty, `HS256` takes the public
    /// key's PEM for a secret (the classic confusion), anything else is an RS256 signature whatever it says.
    pub fn sign_with_header(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = match header["alg"].as_str() {
            Some("none") => Vec::new(),
            Some("HS256") => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, self.public_key_pem().as_bytes());
                hmac::sign(&secret, message.as_bytes()).as_ref().to_vec()
            }
            _ => self.signature(message.as_bytes()),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The key's id: its RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key as a SubjectPublicKeyInfo.
    pub fn public_key_der(&self) -> Vec<u8> {
        let der: Result<PublicKeyX509Der<'_>, _> = self.key.public_key().as_der();
        der.expect("a valid public key has a DER form").as_ref().to_vec()
    }

    /// The same in PEM.
    pub fn public_key_pem(&self) -> String {
        let encoded = STANDARD.encode(self.public_key_der());
        let lines: String = encoded
            .as_bytes()
            .chunks(64)
            .flat_map(|line| [line, b"\n"])
            .map(String::from_utf8_lossy)
            .collect();
        format!("-----BEGIN PUBLIC KEY-----\n{lines}-----END PUBLIC KEY-----\n")
    }

    /// The public key as a JWK set has it.
    pub fn jwk(&self) -> Value {
        let (modulus, exponent) = components(&self.key);
        json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": modulus, "e": exponent })
    }

    pub(crate) fn verifying_key(&self) -> DecodingKey {
        let public = self.key.public_key();
        DecodingKey::from_rsa_raw_components(
            public.modulus().big_endian_without_leading_zero(),
            public.exponent().big_endian_without_leading_zero(),
        )
    }

    fn new(key: KeyPair) -> Self {
        let (modulus, exponent) = components(&key);
        // RFC 7638: these members, in this order, without white space.
        let canonical = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
        let thumbprint = digest::digest(&digest::SHA256, canonical.as_bytes());
        Self { kid: URL_SAFE_NO_PAD.encode(thumbprint), key }
    }

    fn from_pkcs8(key: &[u8]) -> anyhow::Result<Self> {
        let key = KeyPair::from_pkcs8(key).map_err(|why| anyhow!("the signing key cannot be used: {why}"))?;
        Ok(Self::new(key))
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        let signed = self.key.sign(&RSA_PKCS1_SHA256, &rand::SystemRandom::new(), message, &mut signature);
        signed.expect("an RSA key of 2048 bits signs any message");
        signature
    }

    /// Writes the key whole or not at all, and leaves one that another process wrote first.
    fn keep(&self, file: &Path) -> anyhow::Result<()> {
        let der: Pkcs8V1Der<'_> = self.key.as_der().map_err(|_| anyhow!("cannot encode the signing key"))?;
        let written = file.with_extension(&self.kid);
        let keeping = || {
            if let Some(dir) = file.parent() {
                fs::create_dir_all(dir)?;
            }
            OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&written)?
                .write_all(der.as_ref())?;
            let linked = fs::hard_link(&written, file);
            fs::remove_file(&written)?;
            linked.or_else(|error| if error.kind() == ErrorKind::AlreadyExists { Ok(()) } else { Err(error) })
        };
        keeping().with_context(|| format!("cannot keep {}", file.display()))
    }
}

fn components(key: &KeyPair) -> (String, String) {
    let public = key.public_key();
    let (modulus, exponent) = (public.modulus(), public.exponent());
    (
        URL_SAFE_NO_PAD.encode(modulus.big_endian_without_leading_zero()),
        URL_SAFE_NO_PAD.encode(exponent.big_endian_without_leading_zero()),
    )
}

/// Something unguessable, for codes and token ids.
pub(crate) fn random() -> String {
    let mut bytes = [0; 24];
    rand::fill(&mut bytes).expect("the system has random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}
