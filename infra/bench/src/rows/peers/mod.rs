//! From one person's message to the other one's socket: ours, and other chat servers on the same machine, over loopback,
//! without TLS and without other servers to tell.

mod matrix;
mod ours;
mod server;
mod xmpp;

use std::time::Duration;

use anyhow::Result;

use crate::{
    Beside,
    report::{Line, Report},
    say,
    statistics::{millis, percentile},
};

/// The first ones wake everything up.
const WARMING: usize = 20;
const MESSAGES: usize = 200;

pub(super) async fn measure(beside: &Beside) -> Result<Report> {
    let mut report = Report::default();
    let times = ours::times().await?;
    report.say(line("case chat in the local cloud: acknowledged once it is stored, chained by hashes and never changed; pushed from the stream of what is stored; folded into both inboxes", &times));
    match &beside.prosody {
        Some(program) => {
            let times = xmpp::times(program).await?;
            report.say(line("Prosody (XMPP): forwarded and archived in a file (mam); not acknowledged to the sender, who may still alter nothing but is told of no order", &times));
        }
        None => say("Prosody is left out: `sudo apt-get install prosody`"),
    }
    match &beside.synapse {
        Some(program) => {
            let times = matrix::times(program).await?;
            report.say(line("Synapse (Matrix), over SQLite: acknowledged once it is stored, signed and ordered in the room's graph; redacted on demand", &times));
        }
        None => say("Synapse is left out: Python 3 with venv is needed"),
    }
    Ok(report)
}

fn line(what: &str, times: &[Duration]) -> Line {
    let [half, most, all] = [0.5, 0.95, 1.0].map(|share| millis(percentile(times, share)));
    Line::new(what, format!("p50 {half:.1} ms, p95 {most:.1} ms, longest {all:.1} ms"))
}

/// Sends one message after the other, each once the one before has come, and says how long each was on its way.
async fn timed(mut deliver: impl AsyncFnMut(usize) -> Result<Duration>) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for number in 0..WARMING + MESSAGES {
        times.push(deliver(number).await?);
    }
    Ok(times.split_off(WARMING))
}
