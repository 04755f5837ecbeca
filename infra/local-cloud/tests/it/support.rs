//! What the tests share: small templates, a scripted function, waiting with a deadline.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use case_chat_local_cloud::Options;
use case_chat_local_cloud::template::{Stack, Surroundings, read};
use case_chat_local_gateway::{Invoke, Invoked};
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::time::Instant;

/// Long enough for a loaded machine; nothing waits this long when all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks again and again until there is an answer.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + PATIENCE;
    let mut pace = tokio::time::interval(Duration::from_millis(20));
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what} did not happen in {PATIENCE:?}");
        pace.tick().await;
    }
}

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where cargo puts the function of `examples/`.
pub(crate) fn examples() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().parent().unwrap().join("examples")
}

/// The command itself, once it says that it runs, with what it wrote down of where.
pub(crate) fn command(options: &Options) -> (Child, Value) {
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let mut cloud = Command::new(env!("CARGO_BIN_EXE_case-chat-local-cloud"))
        .args(["--template", &path(&options.template), "--port", "0", "--data", &path(&options.data)])
        .args(["--functions", &path(&options.functions), "--endpoints", &path(&options.endpoints)])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let banner = BufReader::new(cloud.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(banner.into_iter().any(|line| line.contains("is running")));
    let endpoints = serde_json::from_slice(&std::fs::read(&options.endpoints).unwrap()).unwrap();
    (cloud, endpoints)
}

/// What the local cloud would tell the template.
pub(crate) fn surroundings() -> Surroundings {
    let texts =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Surroundings {
        known_parameters: texts(&[
            ("Issuer", "http://127.0.0.1:7003"),
            ("Audience", "case-chat-web"),
            ("WebOrigin", "http://127.0.0.1:7000"),
            ("WebHosting", "none"),
            ("HostPrincipal", "arn:aws:iam::000000000000:user/local"),
            ("SenderAddress", "case-chat@example.org"),
            ("SenderIdentity", "example.org"),
        ]),
        given_parameters: texts(&[]),
        pseudo_parameters: texts(&[
            ("AWS::AccountId", "000000000000"),
            ("AWS::Region", "eu-central-1"),
            ("AWS::StackName", "case-chat"),
            ("AWS::Partition", "aws"),
            ("AWS::URLSuffix", "amazonaws.com"),
        ]),
        aws_url: "http://127.0.0.1:7005".to_owned(),
        http_url: "http://127.0.0.1:7001".to_owned(),
    }
}

/// Reads a template that a test spells out.
pub(crate) fn stack(template: &str) -> Stack {
    read(template, &surroundings()).unwrap()
}

type Script = Box<dyn FnMut(&Value) -> Invoked + Send>;

/// A function that answers as its script says, and remembers its events.
pub(crate) struct Scripted {
    script: Mutex<Script>,
    events: Mutex<Vec<Value>>,
}

impl Scripted {
    pub(crate) fn new(script: impl FnMut(&Value) -> Invoked + Send + 'static) -> Self {
        Self { script: Mutex::new(Box::new(script)), events: Mutex::default() }
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        self.events.lock().unwrap().clone()
    }
}

impl Invoke for Scripted {
    fn invoke<'a>(&'a self, _function: &'a str, payload: Bytes) -> BoxFuture<'a, Invoked> {
        let event: Value = serde_json::from_slice(&payload).unwrap();
        let invoked = (self.script.lock().unwrap())(&event);
        self.events.lock().unwrap().push(event);
        Box::pin(std::future::ready(invoked))
    }
}

pub(crate) fn succeeded() -> Invoked {
    Invoked::Returned(Bytes::from_static(b"null"))
}

pub(crate) fn failed() -> Invoked {
    Invoked::Failed(Bytes::from_static(br#"{"errorType":"Oh","errorMessage":"no"}"#))
}
