//! Each function beside the smallest Lambda there is: from its start to its first request for work, the most memory
//! that it had after some work, its binary, and that in a zip.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use case_chat_stack_tests::Cloud;
use flate2::{Compression, write::DeflateEncoder};
use serde_json::{Value, json};

use crate::{
    cloud::{self, Person},
    lambda::{self, ALWAYS, Launch},
    paths,
    report::{Line, Report},
    statistics::{median, megabytes, millis},
};

const RUNS: usize = 41;
/// Invocations before its memory is looked at.
const WORK: usize = 100;
const BASELINE: &str = "hello-world";
/// The case in the samples of `events/`.
const CASE: &str = "mso-2026-0001";

const START: f64 = 1.3;
const START_WITH_S3: f64 = 1.45;
const MEMORY_MB: f64 = 10.0;
const BINARY_MB: f64 = 7.0;
const BINARY_WITH_S3_MB: f64 = 7.5;
const ZIP_MB: f64 = 3.6;

/// What a start does that the smallest Lambda's does not.
const PROFILE: &str = "the SDK reads its table of partitions, and a binary five times as large is relocated";

pub(super) async fn measure() -> Result<Report> {
    // It may export as often as it works.
    let cloud = cloud::start(&[("ExportsPerHour", "1000")]).await;
    cloud::open(&cloud, &[(CASE.into(), "amira".into(), "chen".into())]).await?;
    let amira = cloud::sign_in(&cloud, "amira");
    let mut launches = BTreeMap::new();
    for package in packages()? {
        launches.insert(package.clone(), Launch::of(&cloud, &package));
    }
    let hello = Launch {
        program: paths::function(BASELINE),
        arguments: Vec::new(),
        environment: ALWAYS.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
    };
    let mut starts: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let all =
        || launches.iter().map(|(package, launch)| (package.as_str(), launch)).chain([(BASELINE, &hello)]);
    // Interleaved, so that a machine whose speed drifts slows all alike.
    for round in 0..=RUNS {
        for (package, launch) in all() {
            let took = until_first_next(launch).with_context(|| format!("{package} does not start"))?;
            // The first round fills the page cache and is not counted.
            if round > 0 {
                starts.entry(package).or_default().push(took);
            }
        }
    }
    let starts: BTreeMap<&str, f64> =
        starts.into_iter().map(|(package, times)| (package, millis(median(times)))).collect();
    let baseline = starts[BASELINE];

    let mut report = Report::default();
    let hello_memory = peak_memory(&hello, (0..WORK).map(|_| json!({}))).await?;
    let sizes = sizes(&hello.program)?;
    report.say(Line::new(
        format!("`{BASELINE}`: start to the first `/next`; memory after {WORK} invocations; binary; zip"),
        format!("{baseline:.1} ms; {}", shown(hello_memory, &sizes)),
    ));
    let mut slow = false;
    for (package, launch) in &launches {
        let memory = peak_memory(launch, work(&cloud, package, &amira)?).await.context(package.clone())?;
        let ratio = starts[package.as_str()] / baseline;
        let sizes = self::sizes(&launch.program)?;
        let with_s3 = launch.environment.keys().any(|name| name.ends_with("_BUCKET"));
        let (start, binary) = if with_s3 { (START_WITH_S3, BINARY_WITH_S3_MB) } else { (START, BINARY_MB) };
        slow |= ratio > start;
        let met = [
            (ratio, start),
            (megabytes(memory), MEMORY_MB),
            (megabytes(sizes.binary), binary),
            (megabytes(sizes.zip), ZIP_MB),
        ];
        let line = Line::new(format!("`{package}`"), format!("{ratio:.2}x; {}", shown(memory, &sizes)));
        let target = format!("{start}x; {MEMORY_MB}; {binary}; {ZIP_MB} MB");
        report.say(line.target(target, met.iter().all(|(is, at_most)| is <= at_most)));
    }
    if slow {
        report.say(Line::new("where a start is slower than wanted, by an earlier profile", PROFILE));
    }
    Ok(report)
}

/// Each folder of `functions/` is a package of that name.
fn packages() -> Result<Vec<String>> {
    let folders = fs::read_dir(paths::root().join("functions"))?.collect::<Result<Vec<_>, _>>()?;
    let packages = folders.iter().filter(|folder| folder.path().join("Cargo.toml").exists());
    Ok(packages.map(|folder| folder.file_name().to_string_lossy().into_owned()).collect())
}

/// From the process's start until it asks for its first invocation, without what it does ahead of that by the warm-up.
fn until_first_next(launch: &Launch) -> Result<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let runtime_api = listener.local_addr()?.to_string();
    let begun = Instant::now();
    let mut process = Command::new(&launch.program)
        .env_clear()
        .envs(&launch.environment)
        .env("WARM_UP", "off")
        .env("AWS_LAMBDA_RUNTIME_API", &runtime_api)
        .stdout(Stdio::null())
        .spawn()?;
    let (stream, _) = listener.accept()?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    let took = begun.elapsed();
    process.kill()?;
    process.wait()?;
    ensure!(line.contains("/invocation/next"), "it asked for {line:?} first");
    Ok(took)
}

async fn peak_memory(launch: &Launch, work: impl IntoIterator<Item = Value>) -> Result<u64> {
    let mut sandbox = launch.start().await?;
    sandbox.invoke_each(work).await?;
    sandbox.peak_memory()
}

/// Its sample over and over; new messages where it posts.
fn work(cloud: &Cloud, package: &str, amira: &Person) -> Result<Vec<Value>> {
    let event = |after: usize| match package {
        "post-message" => lambda::http(cloud, package, amira, CASE, "", Some(&cloud::message(after as u64))),
        _ => lambda::sample(cloud, package, &amira.token),
    };
    (0..WORK).map(event).collect()
}

struct Sizes {
    binary: u64,
    zip: u64,
}

/// What is deployed: the binary, and nothing else, deflated.
fn sizes(program: &Path) -> Result<Sizes> {
    let binary = fs::read(program)?;
    let mut zip = DeflateEncoder::new(Vec::new(), Compression::default());
    zip.write_all(&binary)?;
    Ok(Sizes { binary: binary.len() as u64, zip: zip.finish()?.len() as u64 })
}

fn shown(memory: u64, sizes: &Sizes) -> String {
    let [memory, binary, zip] = [memory, sizes.binary, sizes.zip].map(megabytes);
    format!("{memory:.1}; {binary:.2}; {zip:.2} MB")
}
