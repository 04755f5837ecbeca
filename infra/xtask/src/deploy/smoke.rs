//! What is deployed, tried from outside.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Outputs;
use crate::{
    browser::Cloud,
    command::{run, say},
};

/// As a browser without a token would.
pub(super) fn smoke(outputs: &Outputs) -> Result<()> {
    let told = Path::new("target/outputs.json");
    fs::write(told, serde_json::to_vec_pretty(outputs)?)?;
    run(Command::new("node").arg("tests/smoke/smoke.mjs").arg(told))
        .context("what was deployed does not answer as it should")
}

/// The same of a local cloud: what is tried must hold where it can be known to.
pub(crate) fn here() -> Result<()> {
    say("Trying the local cloud as a deployment would be");
    let cloud = Cloud::start(&[])?;
    let endpoints: Value = serde_json::from_slice(&fs::read(cloud.directory().join("endpoints.json"))?)?;
    let mut outputs = Outputs::from([("PageClientId".to_owned(), "case-chat-web".to_owned())]);
    for (output, endpoint) in [
        ("WebAddress", "web"),
        // Where the stack's own page is.
        ("CloudFrontAddress", "web"),
        ("HttpEndpoint", "http"),
        ("WebSocketEndpoint", "websocket"),
        ("TokenIssuer", "issuer"),
    ] {
        let value = endpoints[endpoint].as_str().with_context(|| format!("no endpoint {endpoint}"))?;
        outputs.insert(output.to_owned(), value.to_owned());
    }
    smoke(&outputs)
}
