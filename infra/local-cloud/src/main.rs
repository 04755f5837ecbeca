//! The command: starts a local cloud and ends it when told to.

use std::io::{stderr, stdout};
use std::process::ExitCode;

use anyhow::Result;
use case_chat_local_cloud::{Options, start};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    // dynoxide warns of every condition that does not hold, and s3s of every refusal, which is no news.
    let wanted = Targets::new()
        .with_default(LevelFilter::INFO)
        .with_target("dynoxide", LevelFilter::ERROR)
        .with_target("s3s", LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr).with_target(false);
    tracing_subscriber::registry().with(lines).with(wanted).init();
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let running = tokio::select! {
        running = start(options) => running?,
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };
    // Nobody may be reading, which is no reason to end.
    if let Err(error) = running.endpoints.banner(stdout()) {
        tracing::debug!("the banner cannot be shown: {error}");
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await;
    Ok(())
}
