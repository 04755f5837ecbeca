//! What samconfig.toml says of a deployment.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

const FILE: &str = "samconfig.toml";
/// The one parameter that keeps its value where it is not named: CloudFront may have given it.
pub(super) const ORIGIN: &str = "WebOrigin";

/// A deployment, as `sam deploy` reads it too.
#[derive(Deserialize)]
pub(super) struct Settings {
    pub(super) stack_name: String,
    pub(super) region: String,
    /// Whether somebody looks at what would change before it does.
    #[serde(default, rename = "confirm_changeset")]
    pub(super) asks: bool,
    /// `Name=value`, each.
    #[serde(rename = "parameter_overrides")]
    given: Vec<String>,
}

impl Settings {
    /// Of one environment, everything filled in.
    pub(super) fn read(environment: &str) -> Result<Self> {
        Self::parse(&fs::read_to_string(FILE)?, environment)
    }

    /// What the functions are built for: the template's own choice unless it says otherwise.
    pub(super) fn architecture(&self) -> &str {
        self.given().find_map(|(name, value)| (name == "Architecture").then_some(value)).unwrap_or("arm64")
    }

    /// Every parameter of the template, as `sam deploy` takes it: what is not given has its default, since CloudFormation
    /// would keep what was given once. An origin that is found out goes before one that was kept.
    pub(super) fn overrides(&self, template: &str, origin: Option<&str>) -> Vec<String> {
        let mut all = defaults(template);
        all.retain(|(name, _)| name != ORIGIN && !self.given().any(|(given, _)| given == name));
        all.extend(self.given().map(|(name, value)| (name.to_owned(), value.to_owned())));
        all.extend(origin.map(|origin| (ORIGIN.to_owned(), origin.to_owned())));
        all.into_iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect()
    }

    fn given(&self) -> impl Iterator<Item = (&str, &str)> {
        self.given.iter().filter_map(|parameter| parameter.split_once('='))
    }

    fn parse(text: &str, environment: &str) -> Result<Self> {
        let config: toml::Table = text.parse().with_context(|| format!("{FILE} is not TOML"))?;
        let of = config.get(environment).and_then(|of| of.get("deploy")?.get("parameters"));
        let of = of.with_context(|| format!("{FILE} has no [{environment}.deploy.parameters]"))?;
        let settings: Self = of.clone().try_into()?;
        let empty: Vec<_> =
            settings.given().filter(|(_, value)| value.is_empty()).map(|(name, _)| name).collect();
        ensure!(
            empty.is_empty(),
            "{FILE}, [{environment}.deploy.parameters]: fill in {}, or take out what has a default",
            empty.join(", ")
        );
        Ok(settings)
    }
}

/// The template's parameters that have defaults, with these.
fn defaults(template: &str) -> Vec<(String, String)> {
    let section = template.split_once("\nParameters:\n").map_or("", |(_, rest)| rest);
    let mut defaults = Vec::new();
    let mut parameter = "";
    for line in section.lines().take_while(|line| line.is_empty() || line.starts_with(' ')) {
        if let Some(name) = line.strip_prefix("  ").and_then(|line| line.strip_suffix(':')) {
            parameter = name.trim();
        } else if let Some(value) = line.strip_prefix("    Default: ") {
            defaults.push((parameter.to_owned(), value.trim_matches('"').to_owned()));
        }
    }
    defaults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> String {
        std::fs::read_to_string(crate::command::root().join(name)).expect(name)
    }

    #[test]
    fn what_is_to_be_filled_in_is_named() {
        let text = file(FILE);
        for environment in ["dev", "prod"] {
            let error = Settings::parse(&text, environment).err().expect("nothing is filled in").to_string();
            assert!(error.contains("HostPrincipal, SenderAddress, SenderIdentity"), "{error}");
        }
        assert!(Settings::parse(&text, "live").is_err());
        let settings = Settings::parse(&text.replace("=\",", "=x\","), "prod").expect("filled in");
        assert_eq!((settings.stack_name.as_str(), settings.region.as_str()), ("case-chat", "eu-central-1"));
        assert!(settings.asks);
    }

    #[test]
    fn what_is_given_no_more_goes_back_to_its_default() {
        let given = vec!["EmailCeiling=generic".to_owned(), "SignInOrigins=https://a https://b".to_owned()];
        let settings = Settings { stack_name: String::new(), region: String::new(), asks: false, given };
        let template = file("template.yaml");
        let all = settings.overrides(&template, None);
        for parameter in [
            "ErasureRole=\"\"",
            "EmailCeiling=\"generic\"",
            "SignInOrigins=\"https://a https://b\"",
            "PostsBurst=\"60\"",
        ] {
            assert_eq!(all.iter().filter(|one| *one == parameter).count(), 1, "{parameter}: {all:#?}");
        }
        assert!(!all.iter().any(|one| one.starts_with("WebOrigin=")), "what CloudFront gave stays");
        let found = settings.overrides(&template, Some("https://d.example"));
        assert!(found.contains(&"WebOrigin=\"https://d.example\"".to_owned()));
        let every = defaults(&template);
        assert!(every.len() > 30 && every.iter().all(|(name, _)| !name.is_empty()), "{every:#?}");
    }
}
