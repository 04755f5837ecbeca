//! The page's files, to the bucket that CloudFront serves them from.

use std::fs;

use anyhow::{Context, Result};
use serde_json::json;

use super::{Outputs, Stack};
use crate::command::{run, say};

const BUILT: &str = "web/dist";
/// Their names say what is in them, so they are never asked for again. None is removed: a page that is open still loads
/// its own parts.
const LASTING: &str = "public, max-age=31536000, immutable";
/// Whoever has it asks whether it has changed.
const CHANGING: &str = "no-cache";

/// Uploads what was built with what it has to know of the stack: parts first, then the page that names them.
pub(super) fn upload(stack: &Stack, outputs: &Outputs) -> Result<()> {
    let Some(bucket) = outputs.get("WebBucket") else {
        say("WebHosting is none: web/dist is for its host to serve");
        return Ok(());
    };
    say("Uploading the page");
    let bucket = format!("s3://{bucket}");
    let s3 = |arguments: &[&str]| run(stack.aws()?.arg("s3").args(arguments).arg("--only-show-errors"));
    s3(&[
        "cp",
        "--recursive",
        &format!("{BUILT}/assets"),
        &format!("{bucket}/assets"),
        "--cache-control",
        LASTING,
    ])?;
    let config = tempfile::NamedTempFile::new()?;
    fs::write(&config, configuration(outputs)?)?;
    let config = config.path().to_str().context("a path that is no text")?;
    s3(&[
        "cp",
        config,
        &format!("{bucket}/config.json"),
        "--content-type",
        "application/json",
        "--cache-control",
        "no-store",
    ])?;
    s3(&["cp", "--recursive", BUILT, &bucket, "--exclude", "assets/*", "--cache-control", CHANGING])?;
    let distribution = outputs.get("WebDistribution").context("no output WebDistribution")?;
    run(stack.aws()?.args(["cloudfront", "create-invalidation", "--distribution-id", distribution]).args([
        "--paths",
        "/",
        "/index.html",
        "/config.json",
        "/service-worker.js",
        "--output",
        "text",
    ]))
}

/// `config.json`: where the page finds everything else.
fn configuration(outputs: &Outputs) -> Result<String> {
    let output = |name: &str| outputs.get(name).with_context(|| format!("the stack has no output {name}"));
    let types: Vec<_> = output("AttachmentTypes")?.split(',').collect();
    let config = json!({
        "http": output("HttpEndpoint")?,
        "websocket": output("WebSocketEndpoint")?,
        "issuer": output("TokenIssuer")?,
        "clientId": output("PageClientId")?,
        "files": { "types": types, "maxBytes": output("AttachmentMaxBytes")?.parse::<u64>()? },
    });
    Ok(config.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_told_what_the_outputs_say() {
        let said = [
            ("HttpEndpoint", "https://h"),
            ("WebSocketEndpoint", "wss://w/live"),
            ("TokenIssuer", "https://i"),
            ("PageClientId", "page"),
            ("AttachmentTypes", "image/png,application/pdf"),
            ("AttachmentMaxBytes", "100"),
        ];
        let outputs: Outputs = said.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let config: serde_json::Value = configuration(&outputs).expect("told").parse().expect("JSON");
        let files = json!({ "types": ["image/png", "application/pdf"], "maxBytes": 100 });
        assert_eq!(
            config,
            json!({ "http": "https://h", "websocket": "wss://w/live", "issuer": "https://i", "clientId": "page", "files": files })
        );
        assert!(configuration(&Outputs::new()).is_err());
    }
}
