//! The tests of the append rule, and of what hangs on it, over AWS's own DynamoDB Local: what holds must not hang on the
//! emulator that the local cloud embeds.

use std::{
    fs::{self, File},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::command::{cargo, program, root, run, say};

/// Names the version; Maven fetches it with all that it needs, the native SQLite included.
const POM: &str = "infra/dynamodb-local/pom.xml";
const FOLDER: &str = "target/tools/dynamodb-local";
const LOG: &str = "target/dynamodb-local.log";
const MAIN: &str = "software.amazon.dynamodb.services.local.main.ServerRunner";

/// What is asked twice: appending and reading, and what the streams bring about.
const MODULES: [&str; 7] =
    ["posting::", "reading::", "inbox::", "pushes::", "host::", "refusals::", "operations::"];

/// Tests that count requests by what each consumed, which DynamoDB Local does not tell of a statement.
const METERED: [&str; 2] = [
    "posting::a_post_takes_two_round_trips_and_one_write_unit",
    "host::each_step_reads_the_thread_before_it_asks_what_the_newest_version_is",
];

/// A JVM that does not answer by then never will.
const START: Duration = Duration::from_secs(60);

/// Asks, where Java and Maven are there to ask with.
pub(crate) fn test() -> Result<()> {
    if program("java").is_none() || program("mvn").is_none() {
        say("No second opinion from DynamoDB Local: it needs Java 17 and Maven");
        return Ok(());
    }
    fetch()?;
    say("Testing over AWS's DynamoDB Local");
    let server = Server::start()?;
    let listed = tests().arg("--list").output().context("cargo could not be started")?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    for name in MODULES.iter().chain(&METERED) {
        ensure!(listed.lines().any(|line| line.starts_with(name)), "there is no test {name} any more");
    }
    let skipped = METERED.iter().flat_map(|name| ["--skip", name]);
    run(tests().args(MODULES).args(skipped).env("CASE_CHAT_DYNAMODB", &server.url))
        .with_context(|| format!("DynamoDB Local is of another opinion; its log is {LOG}"))
}

fn tests() -> Command {
    let mut tests = cargo();
    tests.args(["test", "--quiet", "--package", "case-chat-stack-tests", "--test", "it", "--"]);
    tests
}

/// Fetches what the pom names, unless that was done before.
fn fetch() -> Result<()> {
    let stamp = Path::new(FOLDER).join(".installed");
    let wanted = fs::read(POM).with_context(|| format!("{POM} is not there"))?;
    if fs::read(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    say("Fetching DynamoDB Local from Maven Central");
    if Path::new(FOLDER).exists() {
        fs::remove_dir_all(FOLDER)?;
    }
    // In Maven a folder is the pom's, not the caller's.
    let folder = format!("-DoutputDirectory={}", root().join(FOLDER).display());
    run(Command::new("mvn").args(["-q", "-B", "-f", POM, "dependency:copy-dependencies", &folder]))?;
    Ok(fs::write(stamp, wanted)?)
}

/// It runs in memory, and ends with this value.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start() -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = File::create(LOG)?;
        let process = Command::new("java")
            .arg(format!("-Djava.library.path={FOLDER}"))
            .args(["-cp", &format!("{FOLDER}/*"), MAIN])
            .args(["-inMemory", "-disableTelemetry", "-port", &port.to_string()])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("Java could not be started")?;
        let mut server = Self { process, url: format!("http://127.0.0.1:{port}") };
        let deadline = Instant::now() + START;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > deadline || server.process.try_wait()?.is_some() {
                bail!("DynamoDB Local did not start; its log is {LOG}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
