//! AWS::S3::Bucket and AWS::S3::BucketPolicy.
//!
//! Versions are not kept, nor unfinished uploads in parts beyond the process, so what a template says of them has no effect and is named. Nothing can
//! be public here, and there are no ACLs: who says nothing else gets what AWS's defaults are today.

use anyhow::{Context, Result, bail, ensure};

use super::names::{attribute, physical_id};
use super::properties::Properties;
use super::{Bucket, CorsRule, Encryption, Expiration, Reader, ResourcePolicy};

/// S3 takes no more of either.
const MAX_RULES: usize = 1_000;

impl Reader<'_> {
    pub(super) fn bucket(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        properties.take("BucketName");
        let mut cors = properties.nested("CorsConfiguration")?;
        let mut lifecycle = properties.nested("LifecycleConfiguration")?;
        let rules = lifecycle.list("Rules")?;
        ensure!(rules.len() <= MAX_RULES, "a bucket has {MAX_RULES} lifecycle rules at most");
        let bucket = Bucket {
            name: physical_id(self.resolver, logical)?,
            arn: attribute(self.resolver, logical, "Arn")?,
            encryption: encryption(properties.nested("BucketEncryption")?)?,
            cors: cors.list("CorsRules")?.into_iter().map(cors_rule).collect::<Result<_>>()?,
            expirations: rules
                .into_iter()
                .filter_map(|rule| expiration(rule).transpose())
                .collect::<Result<_>>()?,
            policies: Vec::new(),
        };
        cors.finish();
        lifecycle.finish();
        properties.finish();
        self.stack.buckets.push(bucket);
        Ok(())
    }

    pub(super) fn bucket_policy(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        let bucket = properties.require_text("Bucket")?;
        let document = properties.require("PolicyDocument")?;
        self.bucket_policies.push((bucket, ResourcePolicy { id: logical.to_owned(), document }));
        properties.finish();
        Ok(())
    }

    /// Puts policies to their buckets and keys to their names, wherever in the template they stand.
    pub(super) fn finish_buckets(&mut self) -> Result<()> {
        self.finish_keys()?;
        for (name, policy) in std::mem::take(&mut self.bucket_policies) {
            let bucket = self.stack.buckets.iter_mut().find(|bucket| bucket.name == name);
            bucket
                .with_context(|| format!("{} is of an unknown bucket {name}", policy.id))?
                .policies
                .push(policy);
        }
        for bucket in &mut self.stack.buckets {
            if let Some(reference) = &mut bucket.encryption.key {
                let key = self.stack.keys.iter().find(|key| key.is(reference));
                *reference = key
                    .with_context(|| format!("{}: {reference} is not a key of this template", bucket.name))?
                    .arn
                    .clone();
            }
        }
        Ok(())
    }
}

fn encryption(mut properties: Properties) -> Result<Encryption> {
    let mut encryption = Encryption::default();
    for mut rule in properties.list("ServerSideEncryptionConfiguration")? {
        let mut by_default = rule.nested("ServerSideEncryptionByDefault")?;
        encryption.bucket_key = rule.flag("BucketKeyEnabled")?;
        encryption.key = match by_default.require_text("SSEAlgorithm")?.as_str() {
            "AES256" => None,
            "aws:kms" => Some(by_default.require_text("KMSMasterKeyID")?),
            other => bail!("SSEAlgorithm {other} is not run here"),
        };
        by_default.finish();
        rule.finish();
    }
    properties.finish();
    Ok(encryption)
}

fn cors_rule(mut rule: Properties) -> Result<CorsRule> {
    rule.take("Id");
    let read = CorsRule {
        origins: rule.texts("AllowedOrigins")?,
        methods: rule.texts("AllowedMethods")?,
        headers: rule.texts("AllowedHeaders")?,
        exposed: rule.texts("ExposedHeaders")?,
        max_age: rule.count("MaxAge")?,
    };
    rule.finish();
    let wildcards = |texts: &[String]| texts.iter().all(|text| text.matches('*').count() <= 1);
    ensure!(
        wildcards(&read.origins) && wildcards(&read.headers),
        "a CORS rule has one * at most in each value"
    );
    let known = ["GET", "PUT", "HEAD", "POST", "DELETE"];
    ensure!(read.methods.iter().all(|method| known.contains(&method.as_str())), "CORS methods are {known:?}");
    Ok(read)
}

/// What a rule removes; nothing if it is about versions or uploads alone, or switched off.
fn expiration(mut rule: Properties) -> Result<Option<Expiration>> {
    for unsupported in ["ExpirationDate", "ObjectSizeGreaterThan", "ObjectSizeLessThan"] {
        ensure!(!rule.has(unsupported), "{unsupported} of a lifecycle rule is not run here");
    }
    rule.take("Id");
    let enabled = rule.require_text("Status")? == "Enabled";
    let prefix = rule.text("Prefix")?.unwrap_or_default();
    let mut tags = Vec::new();
    for mut tag in rule.list("TagFilters")? {
        tags.push((tag.require_text("Key")?, tag.require_text("Value")?));
        tag.finish();
    }
    let days = rule.count("ExpirationInDays")?.filter(|_| enabled);
    rule.finish();
    Ok(days.map(|days| Expiration { prefix, tags, days }))
}
