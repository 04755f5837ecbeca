//! `cargo xtask deploy dev`: builds, deploys the stack, uploads the page, and tries what is there then.

pub(crate) mod ministack;
mod page;
mod settings;
pub(crate) mod smoke;

use std::{collections::BTreeMap, path::Path, process::Command};

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::{
    command::{run, say},
    npm,
    python::AWS,
    sam,
};
use settings::Settings;

/// What WebOrigin is until CloudFront has given a name.
const NOT_YET: &str = "https://not-yet.invalid";

/// What a stack says of itself, by name.
type Outputs = BTreeMap<String, String>;

/// A stack, and what reaches it besides the credentials of the environment.
struct Stack {
    name: String,
    environment: Vec<(&'static str, String)>,
}

/// Builds and deploys what samconfig.toml calls `environment`.
pub(crate) fn deploy(environment: &str) -> Result<()> {
    let settings = Settings::read(environment)?;
    let stack = Stack {
        name: settings.stack_name.clone(),
        environment: vec![("AWS_DEFAULT_REGION", settings.region.clone())],
    };
    npm::build_web()?;
    sam::build(Path::new("."), settings.architecture(), &["--config-env", environment])?;
    let deploy = |more: &[String]| {
        run(sam::sam()?
            .args(["deploy", "--config-env", environment])
            .args(more)
            .envs(stack.environment.iter().cloned()))
    };
    deploy(&[])?;
    let mut outputs = stack.outputs()?;
    if let Some(address) = outputs.get("CloudFrontAddress").filter(|_| outputs["WebAddress"] == NOT_YET) {
        say(format!("CloudFront calls the page {address}: telling the stack"));
        let mut overrides = settings.parameters.clone();
        overrides.retain(|parameter| !parameter.starts_with("WebOrigin="));
        overrides.push(format!("WebOrigin={address}"));
        overrides.insert(0, "--parameter-overrides".to_owned());
        deploy(&overrides)?;
        outputs = stack.outputs()?;
    }
    page::upload(&stack, &outputs)?;
    smoke::smoke(&outputs)?;
    say(format!("It runs: {}", outputs["WebAddress"]));
    for (what, output) in [("alarms and figures", "DashboardUrl"), ("events go to", "EventBusArn")] {
        say(format!("{what}: {}", outputs[output]));
    }
    Ok(())
}

impl Stack {
    fn aws(&self) -> Result<Command> {
        let mut aws = Command::new(AWS.program()?);
        aws.envs(self.environment.iter().cloned());
        Ok(aws)
    }

    fn outputs(&self) -> Result<Outputs> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Output {
            output_key: String,
            output_value: String,
        }
        let mut describe = self.aws()?;
        describe.args(["cloudformation", "describe-stacks", "--stack-name", &self.name]);
        let said = describe.args(["--query", "Stacks[0].Outputs", "--output", "json"]).output()?;
        ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let outputs: Vec<Output> = serde_json::from_slice(&said.stdout)?;
        Ok(outputs.into_iter().map(|output| (output.output_key, output.output_value)).collect())
    }
}
