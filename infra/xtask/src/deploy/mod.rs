//! `cargo xtask deploy dev`: builds, deploys the stack, uploads the page, and tries what is there then.

pub(crate) mod ministack;
mod page;
mod settings;
pub(crate) mod smoke;

use std::{collections::BTreeMap, fs, io::stdin, path::Path, process::Command};

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
    let architecture = settings.architecture();
    let parameter = format!("Architecture={architecture}");
    let options = ["--config-env", environment, "--parameter-overrides", &parameter];
    sam::build(Path::new("."), architecture, &options)?;
    let template = fs::read_to_string("template.yaml")?;
    let deploy = |origin: Option<&str>, options: &[&str]| -> Result<()> {
        run(sam::sam()?
            .args(["deploy", "--config-env", environment, "--no-confirm-changeset"])
            .args(options)
            .arg("--parameter-overrides")
            .args(settings.overrides(&template, origin))
            .envs(stack.environment.iter().cloned()))
    };
    if settings.asks {
        deploy(None, &["--no-execute-changeset"])?;
        ensure!(agreed("Deploy this?")?, "nothing was deployed");
    }
    deploy(None, &[])?;
    let mut outputs = stack.outputs()?;
    if let Some(address) = outputs.get("CloudFrontAddress").filter(|_| outputs["WebAddress"] == NOT_YET) {
        say(format!("CloudFront calls the page {address}: telling the stack"));
        deploy(Some(address), &[])?;
        outputs = stack.outputs()?;
    }
    page::upload(&stack, &outputs)?;
    for (what, output) in [
        ("the page", "WebAddress"),
        ("its DNS points at", "CloudFrontAddress"),
        ("events go to", "EventBusArn"),
        ("alarms and figures", "DashboardUrl"),
    ] {
        if let Some(value) = outputs.get(output) {
            say(format!("{what}: {value}"));
        }
    }
    smoke::smoke(&outputs)
}

/// Asks whoever is at the terminal; who says nothing has not agreed.
fn agreed(question: &str) -> Result<bool> {
    say(format!("{question} [y/N]"));
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(["y", "yes"].contains(&answer.trim()))
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
