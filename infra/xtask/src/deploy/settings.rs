//! What samconfig.toml says of a deployment.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

const FILE: &str = "samconfig.toml";

/// A deployment, as `sam deploy` reads it too.
#[derive(Deserialize)]
pub(super) struct Settings {
    pub(super) stack_name: String,
    pub(super) region: String,
    /// `Name=value`, each.
    #[serde(rename = "parameter_overrides")]
    pub(super) parameters: Vec<String>,
}

impl Settings {
    /// Of one environment, everything filled in.
    pub(super) fn read(environment: &str) -> Result<Self> {
        Self::parse(&fs::read_to_string(FILE)?, environment)
    }

    /// What the functions are built for: the template's own choice unless it says otherwise.
    pub(super) fn architecture(&self) -> &str {
        self.parameters
            .iter()
            .find_map(|parameter| parameter.strip_prefix("Architecture="))
            .unwrap_or("arm64")
    }

    fn parse(text: &str, environment: &str) -> Result<Self> {
        let config: toml::Table = text.parse().with_context(|| format!("{FILE} is not TOML"))?;
        let of = config.get(environment).and_then(|of| of.get("deploy")?.get("parameters"));
        let of = of.with_context(|| format!("{FILE} has no [{environment}.deploy.parameters]"))?;
        let settings: Self = of.clone().try_into()?;
        let empty: Vec<_> =
            settings.parameters.iter().filter_map(|parameter| parameter.strip_suffix('=')).collect();
        ensure!(
            empty.is_empty(),
            "{FILE}, [{environment}.deploy.parameters]: fill in {}, or take out what has a default",
            empty.join(", ")
        );
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_filled_in_is_named() {
        let text = std::fs::read_to_string(crate::command::root().join(FILE)).expect("samconfig.toml");
        for environment in ["dev", "prod"] {
            let error = Settings::parse(&text, environment).err().expect("nothing is filled in").to_string();
            assert!(error.contains("HostPrincipal, SenderAddress, SenderIdentity"), "{error}");
        }
        assert!(Settings::parse(&text, "live").is_err());
        let filled = text.replace("=\",", "=x\",");
        let settings = Settings::parse(&filled, "prod").expect("filled in");
        assert_eq!((settings.stack_name.as_str(), settings.region.as_str()), ("case-chat", "eu-central-1"));
        assert!(settings.parameters.contains(&"AlarmEmail=x".to_owned()));
    }
}
