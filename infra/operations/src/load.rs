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

use crate::{Say, count};

/// EventBridge's bound on a request's entries.
const BATCH: usize = 10;

/// Ten of them fit into the 256 KB that EventBridge takes at once; a case has less than two.
const MAX_LINE_BYTES: usize = 24 * 1024;

/// What the bus says of what it may take later; whatever else it says, it would say again.
const LATER: [&str; 2] = ["ThrottlingException", "InternalFailure"];

/// How often that is put again, and the first wait, each as long again as the one before.
const ATTEMPTS: u32 = 8;
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// How often to say how far it is.
const LINES_BETWEEN_WORDS: u64 = 1000;

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    /// Lines that are on the bus.
    pub put: u64,
    /// Lines that the bus could not take.
    pub failed: u64,
}

/// Why a file was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It cannot be read.
    #[error("the file cannot be read")]
    File(#[from] io::Error),
    /// Lines are wrong, and nothing was put.
    #[error("{}; nothing was put", count(*.0, "wrong line"))]
    Wrong(u64),
    /// The bus refuses or cannot be reached. Whatever was put before may be put again.
    #[error("stopped at line {line}, with {put} put")]
    Bus {
        /// The first that it did not take.
        line: usize,
        /// Lines that are on the bus.
        put: u64,
        /// What it said.
        #[source]
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
        if batch.is_empty() {
            return Ok(load);
        }
        put(&client, bus, batch, &mut load, say).await?;
        let so_far = load.put + load.failed;
        if so_far.is_multiple_of(LINES_BETWEEN_WORDS) {
            say(&format!("{so_far} lines so far"));
        }
    }
}

/// Those that say something.
fn lines(file: &Path) -> io::Result<impl Iterator<Item = io::Result<Line>>> {
    let lines = BufReader::new(File::open(file)?).lines();
    let lines = lines.enumerate().map(|(index, line)| Ok((index + 1, line?)));
    Ok(lines.filter(|line| !matches!(line, Ok((_, line)) if line.trim().is_empty())))
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

/// Puts lines until the bus has taken them all, for a while; names those that it could not take, each with its last word on
/// it.
async fn put(
    client: &Client,
    bus: &str,
    mut lines: Vec<Line>,
    load: &mut Load,
    say: Say<'_>,
) -> Result<(), LoadError> {
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
        let line = lines.first().map_or(0, |(number, _)| *number);
        let answer = answer.map_err(StoreError::request("PutEvents")).map_err(|error| LoadError::Bus {
            line,
            put: load.put,
            error,
        })?;
        let (size, codes) = (lines.len(), answer.entries.into_iter().flatten().map(|entry| entry.error_code));
        let refused = lines.into_iter().zip(codes).filter_map(|(line, code)| Some((line, code?)));
        let refused: Vec<(Line, String)> = refused.collect();
        load.put += (size - refused.len()) as u64;
        if let Some(((line, _), code)) = refused.iter().find(|(_, code)| !LATER.contains(&code.as_str())) {
            let error = StoreError::Request { operation: "PutEvents", kind: "refused", code: code.clone() };
            return Err(LoadError::Bus { line: *line, put: load.put, error });
        }
        if refused.is_empty() || attempt == ATTEMPTS {
            for ((number, _), code) in &refused {
                say(&format!("line {number}: the bus could not take it: {code}"));
            }
            load.failed += refused.len() as u64;
            return Ok(());
        }
        lines = refused.into_iter().map(|(line, _)| line).collect();
        tokio::time::sleep(wait).await;
        (attempt, wait) = (attempt + 1, wait * 2);
    }
}
