//! The template as it would be deployed, deployed to MiniStack: another's emulator of AWS, on this machine's loopback.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::{Stack, page};
use crate::{
    command::{root, run, say},
    npm,
    python::MINISTACK,
    sam::sam,
};

/// What it has no notion of, some only with this property, and what goes untested for that.
const UNKNOWN: [(&str, Option<&str>, &str); 4] = [
    ("AWS::Events::EventBusPolicy", None, "who may put events on the bus"),
    ("AWS::ApiGatewayV2::IntegrationResponse", None, "what the WebSocket API answers by itself"),
    ("AWS::ApiGatewayV2::RouteResponse", None, "and sends back"),
    ("AWS::CloudWatch::Alarm", Some("Metrics"), "alarms over more than one metric"),
];
/// What it takes and does not do.
const IDLE: [&str; 5] = [
    "no policy is evaluated, of a role, a key, a table or a bucket",
    "the HTTP API has no routes: they stand in its OpenAPI body",
    "the threads' stream has nothing of what PartiQL inserts",
    "CloudFront serves nothing, and adds no headers",
    "no metric of the functions' logs, and so no alarm",
];

const LOG: &str = "target/ministack.log";
const STACK: &str = "case-chat";
const CASE: &str = "mso-2026-0001";
/// Whatever does not happen by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// Deploys what `sam build` made in `tree`, and tries what MiniStack emulates of it.
pub(crate) fn check(tree: &Path, architecture: &str) -> Result<()> {
    let cloud = MiniStack::start()?;
    let template = tree.join(".aws-sam/build/template.yaml");
    fs::write(&template, without_unknown(&fs::read_to_string(&template)?))?;
    say("Deploying to MiniStack, which does not know of");
    for (kind, _, untested) in UNKNOWN {
        say(format!("  {kind}: {untested}"));
    }
    run(sam()?
        .args([
            "deploy",
            "--template-file",
            ".aws-sam/build/template.yaml",
            "--stack-name",
            STACK,
            "--resolve-s3",
        ])
        .args([
            "--capabilities",
            "CAPABILITY_IAM",
            "--no-confirm-changeset",
            "--no-progressbar",
            "--parameter-overrides",
        ])
        .arg(format!("Architecture={architecture}"))
        .args(["HostPrincipal=arn:aws:iam::000000000000:role/host", "SenderAddress=chat@example.org"])
        .args(["SenderIdentity=example.org", "AlarmEmail=on-call@example.org", "DeliveryConcurrency=1"])
        .envs(cloud.environment())
        .current_dir(tree))?;
    let stack = Stack { name: STACK.to_owned(), environment: cloud.environment() };
    stack.ask(&["cloudformation", "describe-stacks", "--stack-name", STACK], |said| {
        (said["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE").then_some(())
    })?;
    let outputs = stack.outputs()?;
    npm::build_web()?;
    page::upload(&stack, &outputs)?;
    let bucket = outputs.get("WebBucket").context("it has no bucket for the page")?;
    stack.ask(&["s3api", "head-object", "--bucket", bucket, "--key", "config.json"], |found| {
        (found["ContentType"] == "application/json").then_some(())
    })?;
    let resources = stack.resources()?;
    every_function_answers(&stack, &resources)?;
    an_event_opens_a_case(&stack, &resources)?;
    say(format!("It was deployed to MiniStack: {} resources, CREATE_COMPLETE", resources.len()));
    say("every function started, and answered its sample event; an event of the host's opened a case");
    say("MiniStack takes without doing it:");
    IDLE.iter().for_each(|idle| say(format!("  {idle}")));
    Ok(())
}

/// The template but for the resources that nobody there knows.
fn without_unknown(template: &str) -> String {
    let mut kept = String::new();
    let mut block = String::new();
    let unknown = |block: &str| {
        UNKNOWN.iter().any(|(kind, property, _)| {
            block.contains(&format!("\n    Type: {kind}\n"))
                && property.is_none_or(|property| block.contains(&format!("\n      {property}:\n")))
        })
    };
    for line in template.split_inclusive('\n') {
        // A resource begins at the second column, a section at the first.
        if !line.starts_with("   ") && !line.trim().is_empty() {
            if !unknown(&block) {
                kept.push_str(&block);
            }
            block.clear();
        }
        block.push_str(line);
    }
    kept + &block
}

/// Each is built for what it runs on, has the environment that it needs, and takes the event that is in `events/`.
fn every_function_answers(stack: &Stack, resources: &BTreeMap<String, String>) -> Result<()> {
    let answer = tempfile::NamedTempFile::new()?;
    for event in fs::read_dir("events")? {
        let event = event?.path();
        if event.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = event.file_stem().context("a file")?.to_string_lossy().replace('-', "");
        let function = resources.iter().find(|(logical, _)| logical.to_lowercase() == name);
        let (logical, physical) = function.with_context(|| format!("no function for {}", event.display()))?;
        let mut invoke = stack.aws()?;
        invoke.args(["lambda", "invoke", "--function-name", physical]);
        invoke.arg("--payload").arg(format!("file://{}", event.display())).arg(answer.path());
        let said = invoke.output()?;
        ensure!(said.status.success(), "{logical}: {}", String::from_utf8_lossy(&said.stderr));
        let said: Value = serde_json::from_slice(&said.stdout)?;
        ensure!(said["FunctionError"].is_null(), "{logical}: {}", fs::read_to_string(&answer)?);
    }
    Ok(())
}

/// From the bus through SyncCase to the thread.
fn an_event_opens_a_case(stack: &Stack, resources: &BTreeMap<String, String>) -> Result<()> {
    let event: Value = serde_json::from_str(&fs::read_to_string("events/sync-case.json")?)?;
    let entry = json!([{
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": event["detail"].to_string(),
        "EventBusName": resources.get("Bus").context("it has no bus")?,
    }]);
    stack.ask(&["events", "put-events", "--entries", &entry.to_string()], |put| {
        (put["FailedEntryCount"] == 0).then_some(())
    })?;
    let threads = resources.get("Threads").context("it has no table Threads")?;
    let key = json!({ "caseId": { "S": CASE }, "seq": { "N": "0" } }).to_string();
    stack.ask(&["dynamodb", "get-item", "--table-name", threads, "--key", &key], |found| {
        found["Item"]["record"]["S"].as_str().map(|_| ())
    })
}

impl Stack {
    /// Asks until it is so.
    fn ask<T>(&self, arguments: &[&str], so: impl Fn(&Value) -> Option<T>) -> Result<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let said = self.aws()?.args(arguments).args(["--output", "json"]).output()?;
            let json: Value = serde_json::from_slice(&said.stdout).unwrap_or_default();
            if let Some(found) = so(&json) {
                return Ok(found);
            }
            if Instant::now() > deadline {
                bail!("{}: {json} {}", arguments.join(" "), String::from_utf8_lossy(&said.stderr));
            }
            std::thread::sleep(Duration::from_millis(250));
        }
    }

    fn resources(&self) -> Result<BTreeMap<String, String>> {
        let list = ["cloudformation", "list-stack-resources", "--stack-name", &self.name];
        self.ask(&list, |listed| {
            let text = |resource: &Value, name: &str| resource[name].as_str().map(str::to_owned);
            let resources = listed["StackResourceSummaries"].as_array()?.iter();
            resources
                .map(|one| Some((text(one, "LogicalResourceId")?, text(one, "PhysicalResourceId")?)))
                .collect()
        })
    }
}

/// The emulator; ends with this value.
struct MiniStack {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl MiniStack {
    fn start() -> Result<Self> {
        // The one that is free now is free a moment later, or the start says so.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = tempfile::tempdir()?;
        let process = Command::new(MINISTACK.program()?)
            .envs([
                ("BIND_HOST", "127.0.0.1"),
                ("IOT_MTLS_ENABLED", "0"),
                ("GATEWAY_PORT", &port.to_string()),
            ])
            // Functions are told this one.
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
            .env("TMPDIR", folder.path())
            .current_dir(folder.path())
            .stdout(File::create(root().join(LOG))?)
            .stderr(File::options().append(true).open(root().join(LOG))?)
            .spawn()
            .context("MiniStack could not be started")?;
        let mut cloud = Self { process, port, _folder: folder };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = cloud.process.try_wait()?.is_some();
            ensure!(!ended && Instant::now() < deadline, "MiniStack does not answer; its log is {LOG}");
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(cloud)
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let fixed = [
            ("AWS_ACCESS_KEY_ID", "000000000000"),
            ("AWS_SECRET_ACCESS_KEY", "ministack"),
            ("AWS_DEFAULT_REGION", "eu-central-1"),
        ];
        let mut environment: Vec<_> = fixed.map(|(name, value)| (name, value.to_owned())).into();
        environment.push(("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port)));
        environment
    }
}

impl Drop for MiniStack {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_unknown_there_is_left_out() {
        let template = "Resources:\n  A:\n    Type: AWS::SQS::Queue\n  B:\n    Type: AWS::Events::EventBusPolicy\n    Properties:\n      X: 1\n\n  C:\n    Type: AWS::SQS::Queue\nOutputs:\n  D:\n    Value: 1\n";
        let left = "Resources:\n  A:\n    Type: AWS::SQS::Queue\n  C:\n    Type: AWS::SQS::Queue\nOutputs:\n  D:\n    Value: 1\n";
        assert_eq!(without_unknown(template), left);
    }
}
