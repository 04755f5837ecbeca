//! How long the longest transcript that is exported takes: `cargo bench -p verify-transcript`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "it prints a figure, or fails")]

#[path = "../tests/it/transcripts.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod transcripts;

use std::time::{Duration, Instant};

use transcripts::{Signer, thread};
use verify_transcript::verify;

const RECORDS: usize = 100_000;
const BOUND: Duration = Duration::from_secs(2);
const RUNS: usize = 5;

fn main() {
    let signer = Signer::new();
    let texts: Vec<String> =
        (1..RECORDS).map(|number| format!("Message {number}: {}", "word ".repeat(30))).collect();
    let transcript = signer.transcript("case-1", &thread("case-1", &texts)).to_string();
    let key = signer.public();
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            assert_eq!(verify(transcript.as_bytes(), &key).unwrap().head, RECORDS as u64 - 1);
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let (median, megabytes) = (times[RUNS / 2], transcript.len() / 1_000_000);
    println!("{RECORDS} records, {megabytes} MB: {median:.2?} (median of {RUNS}), {BOUND:?} at most");
    assert!(median < BOUND, "too slow");
}
