//! What can be chosen on the command line.

use std::path::PathBuf;

use clap::Parser;

/// Runs the serverless stack of a template on this machine.
#[derive(Debug, Clone, Parser)]
#[command(name = "case-chat-local-cloud", version)]
pub struct Options {
    /// The template to run.
    #[arg(long, default_value = "template.yaml")]
    pub template: PathBuf,
    /// The first of six ports: web, HTTP, WebSocket, issuer, mailbox, AWS; 0 lets the system choose them all.
    #[arg(long, default_value_t = 7000)]
    pub port: u16,
    /// Where the data lives.
    #[arg(long, default_value = "target/local/data")]
    pub data: PathBuf,
    /// Start with no data.
    #[arg(long)]
    pub fresh: bool,
    /// Set a parameter of the template; may be repeated.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    pub parameters: Vec<(String, String)>,
    /// Where the functions' binaries are.
    #[arg(long, default_value = "target/debug")]
    pub functions: PathBuf,
    /// Invoke functions at this endpoint instead: `cargo lambda watch`, `sam local start-lambda`.
    #[arg(long, value_name = "URL")]
    pub lambda_endpoint: Option<String>,
    /// That endpoint is SAM local's, which knows functions by their logical ids.
    #[arg(long, requires = "lambda_endpoint")]
    pub sam_local: bool,
    /// The web client's files.
    #[arg(long, default_value = "web/dist")]
    pub web: PathBuf,
    /// Where to write down what answers where.
    #[arg(long, default_value = "target/local/endpoints.json")]
    pub endpoints: PathBuf,
    /// Append to this file which grants of the template are used.
    #[arg(long, value_name = "FILE")]
    pub grants: Option<PathBuf>,
    /// Open no cases.
    #[arg(long)]
    pub no_seed: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self::parse_from(["case-chat-local-cloud"])
    }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
