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

/// What each of them keeps, and what its sender is promised.
const OURS: &str = "case chat in the local cloud: stored, numbered densely and chained by hashes before it is \
    acknowledged; never changed; pushed from what is stored, and folded into both inboxes";
const PROSODY: &str =
    "Prosody (XMPP): forwarded, and archived to a file for both (mam); its sender is told nothing";
const SYNAPSE: &str = "Synapse (Matrix) over SQLite: stored as a signed event of the room's graph before it is \
    acknowledged; may be redacted";

pub(super) async fn measure(beside: &Beside) -> Result<Report> {
    let mut report = Report::default();
    report.say(line(OURS, &ours::times().await?));
    match &beside.prosody {
        Some(program) => report.say(line(PROSODY, &xmpp::times(program).await?)),
        None => say("Prosody is left out: `sudo apt-get install prosody`"),
    }
    match &beside.synapse {
        Some(program) => report.say(line(SYNAPSE, &matrix::times(program).await?)),
        None => say("Synapse is left out: `cargo xtask bench peers` installs it"),
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
