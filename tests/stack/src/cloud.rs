use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use case_chat_local_issuer::Signer;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::{Account, Client};

/// What a test asks of its cloud.
#[derive(Default)]
pub struct Setting {
    /// Parameters of template.yaml.
    pub parameters: Vec<(&'static str, &'static str)>,
    /// Another template than the repository's.
    pub template: Option<PathBuf>,
    /// Where to find the binaries of the functions, if not where cargo puts them.
    pub functions: Option<PathBuf>,
    /// Another local cloud than the one that the tests build.
    pub local_cloud: Option<PathBuf>,
    /// For how many milliseconds after a handshake pushes find the socket gone.
    pub settling: Option<u32>,
    /// How many mails a second go out at most.
    pub mail_per_second: Option<u32>,
}

/// A local cloud with data of its own. Ends, with its functions, when dropped.
pub struct Cloud {
    process: Child,
    directory: TempDir,
    setting: Setting,
    port: u16,
    endpoints: Value,
    http: reqwest::Client,
}

impl Cloud {
    /// Starts one on ports that the system chooses, with no cases.
    pub async fn start() -> Self {
        Self::with(Setting::default()).await
    }

    /// The same, with parameters.
    pub async fn with(setting: Setting) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let process = spawn(directory.path(), &setting, 0);
        let http = reqwest::Client::new();
        let mut cloud = Self { process, directory, setting, port: 0, endpoints: Value::Null, http };
        cloud.wait().await;
        cloud
    }

    /// Starts one that can start again where it was: its ports stay the same.
    pub async fn on_fixed_ports() -> Self {
        let mut cloud = Self::start().await;
        // Six consecutive ports are needed; where the system has just put one, the next are mostly free.
        for _ in 0..20 {
            let probe = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
            let base = probe.local_addr().expect("bound").port().min(65_000);
            drop(probe);
            if (base..base + 6).all(|port| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok()) {
                cloud.port = base;
                cloud.kill().await;
                cloud.restart().await;
                return cloud;
            }
        }
        panic!("no six consecutive ports are free");
    }

    /// Ends it as a crash would: SIGKILL, at once.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("it was running");
    }

    /// Asks it to end and waits until it has.
    pub async fn interrupt(&mut self) {
        let id = self.process.id().expect("it is running").to_string();
        let asked = Command::new("kill").args(["-INT", &id]).status().await.expect("kill");
        assert!(asked.success());
        let status = self.process.wait().await.expect("it ends");
        assert!(status.success(), "it ended with {status}");
    }

    /// Starts it again over the same data.
    pub async fn restart(&mut self) {
        self.process = spawn(self.directory.path(), &self.setting, self.port);
        self.wait().await;
    }

    async fn wait(&mut self) {
        let file = self.directory.path().join("endpoints.json");
        let deadline = Instant::now() + Duration::from_secs(60);
        let endpoints = loop {
            if let Ok(text) = std::fs::read(&file) {
                break text;
            }
            let ended = self.process.try_wait().expect("its state");
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "the local cloud did not start:\n{}",
                self.log()
            );
            sleep(Duration::from_millis(10)).await;
        };
        self.endpoints = serde_json::from_slice(&endpoints).expect("JSON");
        // A crash leaves the file; this one belongs to the process that has just started.
        std::fs::remove_file(&file).expect("removable");
    }

    /// A URL by its name in endpoints.json.
    #[must_use]
    pub fn url(&self, name: &str) -> &str {
        self.endpoints[name].as_str().expect("an endpoint")
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }

    /// The ids of its child processes.
    #[must_use]
    pub fn children(&self) -> Vec<u32> {
        let Some(id) = self.process.id() else {
            return Vec::new();
        };
        let tasks = format!("/proc/{id}/task");
        let tasks = std::fs::read_dir(tasks).into_iter().flatten().flatten();
        tasks
            .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
            .flat_map(|ids| ids.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
            .collect()
    }

    /// Someone who signs in.
    pub async fn sign_in(&self, user_id: &str) -> Client {
        let token = format!("{}/oauth2/token", self.url("issuer"));
        let form = format!("grant_type=password&username={user_id}");
        let request =
            self.http.post(token).header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        self.client(answer["access_token"].as_str().expect("a token"))
    }

    /// Whoever holds that token.
    #[must_use]
    pub fn client(&self, token: &str) -> Client {
        Client::new(
            self.http.clone(),
            self.url("http").to_owned(),
            self.url("websocket").to_owned(),
            token.to_owned(),
        )
    }

    /// The issuer's own key, for tokens that it would never issue.
    #[must_use]
    pub fn signer(&self) -> Signer {
        Signer::load_or_create(&self.directory.path().join("data/issuer")).expect("the issuer's key")
    }

    /// The account's own credentials, for what no function does.
    #[must_use]
    pub fn account(&self) -> Account {
        Account::new(self.http.clone(), self.url("aws").to_owned(), "local".to_owned())
    }

    /// A function's credentials, by its name in template.yaml.
    #[must_use]
    pub fn credentials_of(&self, function: &str) -> Account {
        Account::new(self.http.clone(), self.url("aws").to_owned(), format!("LOCAL{function}"))
    }

    /// The environment of a function, by its name in template.yaml, for who runs it beside the cloud.
    #[must_use]
    pub fn environment_of(&self, function: &str) -> BTreeMap<String, String> {
        let file = std::fs::read(self.directory.path().join("functions.json")).expect("environments");
        let mut each: BTreeMap<String, _> = serde_json::from_slice(&file).expect("JSON");
        each.remove(function).expect("a function of the template")
    }

    /// Requests of nobody in particular.
    pub(crate) fn anonymous(&self) -> &reqwest::Client {
        &self.http
    }

    /// Puts a host event on the bus, as it is.
    pub async fn host_says(&self, detail: Value) {
        let entry = json!({
            "EventBusName": self.url("eventBus"),
            "Source": "mso.cases",
            "DetailType": "CaseChanged",
            "Detail": detail.to_string(),
        });
        let answer = self.account().call("AWSEvents.PutEvents", json!({ "Entries": [entry] })).await;
        assert_eq!(answer["FailedEntryCount"], 0, "{answer}");
    }

    /// Opens a case and waits until its requester can read it.
    pub async fn open(&self, case_id: &str, requester: &str, provider: &str) {
        self.host_says(case(case_id, 1, requester, provider, "open")).await;
        self.sign_in(requester).await.shares(case_id).await;
    }
}

/// A whole-case event.
#[must_use]
pub fn case(case_id: &str, version: u64, requester: &str, provider: &str, status: &str) -> Value {
    let person = |id: &str| json!({ "userId": id, "name": format!("Name of {id}"), "email": format!("{id}@example.org"), "locale": "en" });
    json!({
        "caseId": case_id,
        "version": version,
        "occurredAt": "2026-11-22T10:00:00.000Z",
        "reference": case_id.to_uppercase(),
        "status": status,
        "requester": person(requester),
        "provider": person(provider),
    })
}

fn spawn(directory: &Path, setting: &Setting, port: u16) -> Child {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository");
    let binaries = root.join("target/debug");
    let log = File::options().create(true).append(true).open(directory.join("log")).expect("a log");
    let local_cloud = setting.local_cloud.clone().unwrap_or_else(|| binaries.join("case-chat-local-cloud"));
    let mut command = Command::new(local_cloud);
    command
        .arg("--template")
        .arg(setting.template.clone().unwrap_or_else(|| root.join("template.yaml")))
        .arg("--functions")
        .arg(setting.functions.as_ref().unwrap_or(&binaries))
        .arg("--web")
        .arg(root.join("web/dist"))
        .arg("--data")
        .arg(directory.join("data"))
        .arg("--endpoints")
        .arg(directory.join("endpoints.json"))
        .args(["--no-seed", "--port", &port.to_string()])
        .stdout(log.try_clone().expect("a log"))
        .stderr(log)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    // What the tests of the repository's own template use of what it grants, for the report.
    if setting.template.is_none() {
        command.arg("--grants").arg(root.join("target/local/grants.jsonl"));
    }
    if let Some(mails) = setting.mail_per_second {
        command.args(["--mail-per-second", &mails.to_string()]);
    }
    if let Some(millis) = setting.settling {
        command.args(["--socket-settling", &millis.to_string()]);
    }
    if let Some(url) = second_opinion() {
        command.arg("--dynamodb-endpoint").arg(url);
    }
    for (name, value) in &setting.parameters {
        command.args(["--parameter", &format!("{name}={value}")]);
    }
    command.spawn().expect("the local cloud is built: run `cargo xtask test`")
}

/// Another DynamoDB than the embedded one, for every cloud of this run: `cargo xtask test` says so.
#[expect(clippy::disallowed_methods, reason = "a run as a whole is configured by its environment")]
fn second_opinion() -> Option<std::ffi::OsString> {
    std::env::var_os("CASE_CHAT_DYNAMODB")
}
