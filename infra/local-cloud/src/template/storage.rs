//! A template's buckets and keys as the local cloud runs them.

use super::ResourcePolicy;

/// An S3 bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// How objects are encrypted that do not say so themselves.
    pub encryption: Encryption,
    /// Which pages may use it, the first rule that fits.
    pub cors: Vec<CorsRule>,
    /// What is removed in time.
    pub expirations: Vec<Expiration>,
    /// Its policies, for whoever evaluates them.
    pub policies: Vec<ResourcePolicy>,
}

/// How an object is encrypted: nothing is, here, but who may use which key is decided as if it were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Encryption {
    /// The KMS key's ARN; without one the key is S3's own.
    pub key: Option<String>,
    /// Whether the bucket has a data key of its own, so that KMS hears of the bucket and not of each object.
    pub bucket_key: bool,
}

/// A rule of a bucket's CORS configuration.
#[derive(Debug, Clone, Default)]
pub struct CorsRule {
    /// Origins, with one `*` at most.
    pub origins: Vec<String>,
    /// Methods.
    pub methods: Vec<String>,
    /// Request headers, with one `*` at most.
    pub headers: Vec<String>,
    /// Response headers that a page may read.
    pub exposed: Vec<String>,
    /// How long a preflight's answer holds, in seconds.
    pub max_age: Option<u32>,
}

/// A lifecycle rule that removes objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiration {
    /// What their keys begin with.
    pub prefix: String,
    /// Tags that they must have, all of them.
    pub tags: Vec<(String, String)>,
    /// How many days they are kept.
    pub days: u32,
}

/// A KMS key.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Whether it signs (ECC_NIST_P256) rather than encrypts.
    pub signs: bool,
    /// The names it goes under besides, `alias/…`.
    pub aliases: Vec<String>,
    /// Its policy, for whoever evaluates it.
    pub policy: ResourcePolicy,
}

impl Key {
    /// Whether a reference means this key: an id, an ARN, or an alias as either.
    pub fn is(&self, reference: &str) -> bool {
        let alias = reference.find("alias/").map(|start| &reference[start..]);
        self.id == reference
            || self.arn == reference
            || self.aliases.iter().any(|name| Some(name.as_str()) == alias)
    }
}
