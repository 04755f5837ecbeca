//! AWS::KMS::Key and AWS::KMS::Alias: who may use a key. Nothing is encrypted here, but keys that sign do sign.

use anyhow::{Context, Result, bail};

use super::names::{attribute, physical_id};
use super::properties::Properties;
use super::{Key, Reader, ResourcePolicy};

impl Reader<'_> {
    pub(super) fn key(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        let document = properties.require("KeyPolicy")?;
        properties.take("Description");
        let (spec, usage) = (properties.text("KeySpec")?, properties.text("KeyUsage")?);
        let signs = match (spec.as_deref(), usage.as_deref()) {
            (None | Some("SYMMETRIC_DEFAULT"), None | Some("ENCRYPT_DECRYPT")) => false,
            (Some("ECC_NIST_P256"), Some("SIGN_VERIFY")) => true,
            other => bail!("a key of {other:?} is not run here"),
        };
        self.stack.keys.push(Key {
            id: physical_id(self.resolver, logical)?,
            arn: attribute(self.resolver, logical, "Arn")?,
            signs,
            aliases: Vec::new(),
            policy: ResourcePolicy { id: format!("{logical}.KeyPolicy"), document },
        });
        properties.finish();
        Ok(())
    }

    pub(super) fn key_alias(&mut self, mut properties: Properties) -> Result<()> {
        let name = properties.require_text("AliasName")?;
        self.key_aliases.push((name, properties.require_text("TargetKeyId")?));
        properties.finish();
        Ok(())
    }

    pub(super) fn finish_keys(&mut self) -> Result<()> {
        for (name, target) in std::mem::take(&mut self.key_aliases) {
            let key = self.stack.keys.iter_mut().find(|key| key.is(&target));
            key.with_context(|| format!("{name} is of an unknown key {target}"))?.aliases.push(name);
        }
        Ok(())
    }
}
