//! KMS, as far as these functions call it themselves: Sign and GetPublicKey, of keys on the curve P-256.
//!
//! Owns the private keys, each in a file that its owner alone may read; they are made when a template first names them.
//! Who may use which key is `iam`'s. Nothing is encrypted here: S3 only asks whether it might be.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::aws::Refusal;
use crate::template::Key;

/// KMS's bound on a message that it hashes itself.
const MAX_MESSAGE_BYTES: usize = 4096;
/// The only algorithm of the curve.
const ALGORITHM: &str = "ECDSA_SHA_256";
/// As PEM has it.
const PEM_COLUMNS: usize = 64;

/// The template's keys that sign.
#[derive(Clone)]
pub struct Keys(Arc<Vec<(Key, Option<EcdsaKeyPair>)>>);

impl Keys {
    /// Reads the private keys of a directory, and makes those that are not there yet.
    pub fn open(directory: &Path, keys: &[Key]) -> Result<Self> {
        let pairs = keys.iter().map(|key| {
            let pair = key.signs.then(|| load_or_create(directory, &key.id)).transpose();
            Ok((key.clone(), pair.with_context(|| format!("key {}", key.id))?))
        });
        Ok(Self(Arc::new(pairs.collect::<Result<_>>()?)))
    }

    /// Answers an operation.
    pub fn handle(&self, operation: &str, body: &Value) -> Result<Value, Refusal> {
        let reference = body["KeyId"].as_str().unwrap_or_default();
        let (key, pair) =
            self.0.iter().find(|(key, _)| key.is(reference)).ok_or_else(|| not_found(reference))?;
        let pair = pair.as_ref().ok_or_else(|| {
            let message =
                format!("{} key usage is ENCRYPT_DECRYPT which is not valid for {operation}.", key.arn);
            Refusal::client("InvalidKeyUsageException", message)
        })?;
        match operation {
            "Sign" => sign(key, pair, body),
            "GetPublicKey" => Ok(json!({
                "KeyId": key.arn,
                "PublicKey": STANDARD.encode(public_der(pair)),
                "KeySpec": "ECC_NIST_P256",
                "CustomerMasterKeySpec": "ECC_NIST_P256",
                "KeyUsage": "SIGN_VERIFY",
                "SigningAlgorithms": [ALGORITHM],
            })),
            _ => Err(Refusal::client("UnknownOperationException", "This is not emulated here.")),
        }
    }

    /// The public keys as PEM, by key id.
    pub fn public(&self) -> BTreeMap<String, String> {
        let signing = self.0.iter().filter_map(|(key, pair)| Some((key, pair.as_ref()?)));
        signing.map(|(key, pair)| (key.id.clone(), pem(&public_der(pair)))).collect()
    }
}

fn sign(key: &Key, pair: &EcdsaKeyPair, body: &Value) -> Result<Value, Refusal> {
    let invalid = |message: &str| Refusal::client("ValidationException", message);
    if body["SigningAlgorithm"] != ALGORITHM {
        let message =
            format!("Algorithm {} is incompatible with key spec ECC_NIST_P256.", body["SigningAlgorithm"]);
        return Err(Refusal::client("InvalidKeyUsageException", message));
    }
    if body.get("MessageType").is_some_and(|kind| kind != "RAW") {
        return Err(invalid("Only messages of type RAW are signed here"));
    }
    let message = body["Message"].as_str().and_then(|text| STANDARD.decode(text).ok());
    let message = message.filter(|message| (1..=MAX_MESSAGE_BYTES).contains(&message.len()));
    let message = message.ok_or_else(|| invalid("A message has 1 to 4096 bytes, in Base64"))?;
    let signature =
        pair.sign(&SystemRandom::new(), &message).map_err(|_| anyhow!("a signature cannot be made"))?;
    Ok(json!({
        "KeyId": key.arn,
        "Signature": STANDARD.encode(signature.as_ref()),
        "SigningAlgorithm": ALGORITHM,
    }))
}

/// What a reference leads to nothing with.
pub(crate) fn not_found(reference: &str) -> Refusal {
    Refusal::client("NotFoundException", format!("Key '{reference}' does not exist"))
}

fn load_or_create(directory: &Path, id: &str) -> Result<EcdsaKeyPair> {
    fs::create_dir_all(directory)?;
    let file = directory.join(format!("{id}.pk8"));
    let unusable = || anyhow!("{} holds no key that can be used", file.display());
    let bytes = match fs::read(&file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING);
            let made =
                pair.and_then(|pair| pair.to_pkcs8v1()).map_err(|_| anyhow!("a key cannot be made"))?;
            let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file)?;
            new.write_all(made.as_ref())?;
            made.as_ref().to_vec()
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &bytes).map_err(|_| unusable())
}

/// The public key as a SubjectPublicKeyInfo.
fn public_der(pair: &EcdsaKeyPair) -> Vec<u8> {
    let der: Result<PublicKeyX509Der<'_>, _> = pair.public_key().as_der();
    der.expect("a valid public key has a DER form").as_ref().to_vec()
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines =
        text.as_bytes().chunks(PEM_COLUMNS).map(|line| String::from_utf8_lossy(line).into_owned() + "\n");
    format!("-----BEGIN PUBLIC KEY-----\n{}-----END PUBLIC KEY-----\n", lines.collect::<String>())
}
