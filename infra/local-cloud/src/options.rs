//! What can be chosen on the command line.

use std::path::PathBuf;
use std::time::Duration;

use case_chat_local_gateway::WebSocketLimits;
use clap::{Args, Parser};

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
    /// Keep the tables at this DynamoDB instead, such as DynamoDB Local, in a store that is empty at each start.
    #[arg(long, value_name = "URL")]
    pub dynamodb_endpoint: Option<String>,
    /// The web client's files.
    #[arg(long, default_value = "web/dist")]
    pub web: PathBuf,
    /// Where to write down what answers where.
    #[arg(long, default_value = "target/local/endpoints.json")]
    pub endpoints: PathBuf,
    /// Append to this file which grants of the template are used.
    #[arg(long, value_name = "FILE")]
    pub grants: Option<PathBuf>,
    /// Take no more than so many mails a second.
    #[arg(long, value_name = "N")]
    pub mail_per_second: Option<u32>,
    /// Open no cases.
    #[arg(long)]
    pub no_seed: bool,
    /// How sockets behave in time.
    #[command(flatten)]
    pub sockets: SocketTimes,
}

/// API Gateway's times, so that nobody has to wait for them.
#[derive(Debug, Clone, Args)]
pub struct SocketTimes {
    /// Close a socket that is silent for this many milliseconds, rather than for ten minutes.
    #[arg(long, value_name = "MILLIS")]
    pub socket_idle: Option<u64>,
    /// Close a socket after this many milliseconds, rather than after two hours.
    #[arg(long, value_name = "MILLIS")]
    pub socket_lifetime: Option<u64>,
    /// Answer 410 to pushes for this many milliseconds after a handshake.
    #[arg(long, value_name = "MILLIS")]
    pub socket_settling: Option<u64>,
}

impl SocketTimes {
    /// AWS's limits, but for the times that were chosen.
    pub(crate) fn limits(&self) -> WebSocketLimits {
        let usual = WebSocketLimits::default();
        let chosen = |millis: Option<u64>, usual| millis.map_or(usual, Duration::from_millis);
        WebSocketLimits {
            idle: chosen(self.socket_idle, usual.idle),
            lifetime: chosen(self.socket_lifetime, usual.lifetime),
            settling: chosen(self.socket_settling, usual.settling),
            ..usual
        }
    }
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
