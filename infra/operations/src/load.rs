use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
    time::Duration,
};

use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};
use case_chat_aws::{Settings, StoreError};
use case_chat_domain::Snapshot;
use case_chat_wire::CaseChanged;

use crate::Say;

/// EventBridge's bound on a request's entries.
const BATCH: usize = 10;

/// Ten of them fit into the 256 KB that EventBridge takes at once; a case has less than two.
const MAX_LINE_BYTES: usize = 24 * 1024;

/// How often what the bus could not take is put again, and the first wait, each as long again as the one before.
const ATTEMPTS: u32 = 8;
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// How often to say how far it is.
const LINES_BETWEEN_WORDS: usize = 1000;

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    /// Lines that are on the bus.
    pub put: usize,
    /// Lines that the bus did not take.
    pub failed: usize,
}

/// Why a file was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    File(#[from] io::Error),
    /// Lines are wrong, and nothing was put.
    #[error("{0} lines are wrong; nothing was put")]
    Wrong(usize),
    /// The bus refuses or cannot be reached. Whatever was put before may be put again.
    #[error("after {put} lines: {error}")]
    Bus {
        /// Lines that are on the bus.
        put: usize,
        /// What it said.
        error: StoreError,
    },
}

/// A line with its number, from 1.
type Line = (usize, String);

/// Puts the cases of a file on the bus, a line each: the detail of a `CaseChanged`. Checks them all before the first.
pub async fn load(settings: &Settings, file: &Path, bus: &str, say: Say<'_>) -> Result<Load, LoadError> {
    let mut wrong = 0;
    for line in lines(file)? {
        let (number, line) = line?;
        if let Err(why) = check(&line) {
            say(&format!("line {number}: {why}"));
            wrong += 1;
        }
    }
    if wrong > 0 {
        return Err(LoadError::Wrong(wrong));
    }
    let (client, mut load) = (Client::new(&settings.sdk()), Load::default());
    let mut lines = lines(file)?;
    loop {
        let batch: Vec<Line> = lines.by_ref().take(BATCH).collect::<Result<_, _>>()?;
        let Some((last, _)) = batch.last() else {
            return Ok(load);
        };
        let (last, size) = (*last, batch.len());
        let left = put(&client, bus, batch).await;
        let left = left.map_err(|error| LoadError::Bus { put: load.put, error })?;
        for (number, code) in &left {
            say(&format!("line {number}: the bus did not take it: {code}"));
        }
        load.put += size - left.len();
        load.failed += left.len();
        if last.is_multiple_of(LINES_BETWEEN_WORDS) {
            say(&format!("{last} lines so far"));
        }
    }
}

fn lines(file: &Path) -> io::Result<impl Iterator<Item = io::Result<Line>>> {
    let lines = BufReader::new(File::open(file)?).lines();
    Ok(lines.enumerate().map(|(index, line)| Ok((index + 1, line?))))
}

/// What sync-case would say of it, which is never what stands there.
fn check(line: &str) -> Result<(), String> {
    if line.len() > MAX_LINE_BYTES {
        return Err(format!("longer than {MAX_LINE_BYTES} bytes"));
    }
    let event: CaseChanged = serde_json::from_str(line)
        .map_err(|error| format!("not a whole case (column {})", error.column()))?;
    Snapshot::try_from(event).map(drop).map_err(|error| error.to_string())
}

/// Puts lines until the bus has taken them all, for a while; gives the numbers of those that it did not take, each with its
/// last word on it.
async fn put(client: &Client, bus: &str, mut lines: Vec<Line>) -> Result<Vec<(usize, String)>, StoreError> {
    let (mut attempt, mut wait) = (1, FIRST_WAIT);
    loop {
        let entries = lines.iter().map(|(_, line)| {
            PutEventsRequestEntry::builder()
                .event_bus_name(bus)
                .source("mso.cases")
                .detail_type("CaseChanged")
                .detail(line)
                .build()
        });
        let answer = client.put_events().set_entries(Some(entries.collect())).send().await;
        let answer = answer.map_err(StoreError::request("PutEvents"))?;
        let codes = answer.entries.into_iter().flatten().map(|entry| entry.error_code);
        let refused = lines.into_iter().zip(codes).filter_map(|(line, code)| Some((line, code?)));
        let refused: Vec<(Line, String)> = refused.collect();
        if refused.is_empty() || attempt == ATTEMPTS {
            return Ok(refused.into_iter().map(|((number, _), code)| (number, code)).collect());
        }
        lines = refused.into_iter().map(|(line, _)| line).collect();
        tokio::time::sleep(wait).await;
        (attempt, wait) = (attempt + 1, wait * 2);
    }
}
