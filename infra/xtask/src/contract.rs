//! What infra/openapi.yaml allows and forbids, asked of the running stack with requests that schemathesis makes up.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
    browser::Cloud,
    command::{root, run, say},
    python::{self, SCHEMATHESIS},
};

const DOCUMENT: &str = "infra/openapi.yaml";
/// What is checked, and how often.
const CONFIG: &str = "tests/contract/schemathesis.toml";
/// Where the tool leaves what it remembers.
const FOLDER: &str = "target/contract";

/// As fast as the tool asks, and as much.
const UNBOUNDED: [&str; 8] = [
    "--parameter",
    "PostsBurst=100000",
    "--parameter",
    "PostsPerSecond=10000",
    "--parameter",
    "UploadsPerHour=100000",
    "--parameter",
    "ExportsPerHour=100000",
];

/// Asks a cloud of its own, where there is Python to ask with, as somebody with two cases; the same requests every time.
pub(crate) fn test() -> Result<()> {
    if !python::is_there() {
        say("No requests by schemathesis: it needs Python 3 with venv");
        return Ok(());
    }
    let tool = SCHEMATHESIS.program()?;
    let cloud = Cloud::start(&UNBOUNDED)?;
    let endpoints: Value = serde_json::from_slice(&fs::read(cloud.directory().join("endpoints.json"))?)?;
    let endpoint = |name: &str| endpoints[name].as_str().with_context(|| format!("no {name} is running"));
    fs::create_dir_all(FOLDER)?;
    run(Command::new(tool)
        .arg("--config-file")
        .arg(root().join(CONFIG))
        .arg("run")
        .arg(root().join(DOCUMENT))
        .args(["--url", endpoint("http")?])
        .env("TOKEN", token(endpoint("issuer")?, "amira")?)
        .current_dir(Path::new(FOLDER)))
    .with_context(|| format!("{DOCUMENT} and the stack are of two opinions"))
}

/// Signs in at the local issuer.
fn token(issuer: &str, user: &str) -> Result<String> {
    let host = issuer.strip_prefix("http://").context("the local issuer has no TLS")?;
    let form = format!("grant_type=password&username={user}");
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "POST /oauth2/token HTTP/1.0\r\nhost: {host}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").context("the issuer does not speak HTTP")?;
    let body: Value = serde_json::from_str(body)?;
    Ok(body["access_token"].as_str().context("the issuer gives no token")?.to_owned())
}
