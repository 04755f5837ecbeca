//! What the emulated services counted.

use std::{
    iter::Sum,
    ops::{Add, Mul},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use case_chat_stack_tests::Cloud;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// So long without a request, and nothing more comes.
const QUIET: Duration = Duration::from_millis(400);
const PATIENCE: Duration = Duration::from_secs(600);
/// What changes nothing is charged as reading.
const READING: [&str; 4] = ["BatchGetItem", "GetItem", "Query", "Scan"];

/// A request to a service.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    n: u64,
    pub(crate) function: String,
    service: String,
    operation: String,
    capacity_units: f64,
}

/// Requests, by what is paid for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Count {
    /// To DynamoDB.
    pub(crate) table: f64,
    /// Its read units.
    pub(crate) read: f64,
    /// Its write units.
    pub(crate) write: f64,
    /// To sockets.
    pub(crate) pushes: f64,
    /// To queues.
    pub(crate) queue: f64,
    /// Mails.
    pub(crate) mails: f64,
}

impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            table: self.table + other.table,
            read: self.read + other.read,
            write: self.write + other.write,
            pushes: self.pushes + other.pushes,
            queue: self.queue + other.queue,
            mails: self.mails + other.mails,
        }
    }
}

impl Mul<f64> for Count {
    type Output = Self;

    fn mul(self, by: f64) -> Self {
        Self {
            table: self.table * by,
            read: self.read * by,
            write: self.write * by,
            pushes: self.pushes * by,
            queue: self.queue * by,
            mails: self.mails * by,
        }
    }
}

impl Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Add::add)
    }
}

impl Count {
    fn of(request: &Request) -> Self {
        let units = request.capacity_units;
        let reads = READING.contains(&request.operation.as_str());
        match request.service.as_str() {
            "dynamodb" if reads => Self { table: 1.0, read: units, ..Self::default() },
            "dynamodb" => Self { table: 1.0, write: units, ..Self::default() },
            "execute-api" => Self { pushes: 1.0, ..Self::default() },
            "sqs" => Self { queue: 1.0, ..Self::default() },
            "ses" => Self { mails: 1.0, ..Self::default() },
            _ => Self::default(),
        }
    }

    /// All requests.
    pub(crate) fn requests(&self) -> f64 {
        self.table + self.pushes + self.queue + self.mails
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [
            (self.requests(), "requests"),
            (self.read, "read units"),
            (self.write, "write units"),
            (self.pushes, "pushes"),
            (self.queue, "queue requests"),
            (self.mails, "mails"),
        ];
        let said = parts.iter().filter(|(count, _)| *count > 0.0);
        let said: Vec<String> = said
            .map(|(count, what)| {
                format!("{count} {}", if *count == 1.0 { what.trim_end_matches('s') } else { what })
            })
            .collect();
        write!(to, "{}", said.join(", "))
    }
}

/// A place in the services' log.
#[derive(Default)]
pub(crate) struct Mark(u64);

/// The log's end, once nothing is under way any more.
pub(crate) async fn quiet(cloud: &Cloud, since: &Mark) -> Result<Mark> {
    let begun = Instant::now();
    let mut newest = since.0;
    loop {
        sleep(QUIET).await;
        match since_then(cloud, &Mark(newest)).await?.last() {
            Some(last) => newest = last.n,
            None => return Ok(Mark(newest)),
        }
        ensure!(begun.elapsed() < PATIENCE, "the cloud does not come to rest");
    }
}

/// What a function asked of the services since then.
pub(crate) async fn count(cloud: &Cloud, function: &str, since: &Mark) -> Result<Count> {
    let requests = since_then(cloud, since).await?;
    ensure!(requests.first().is_none_or(|first| first.n == since.0 + 1), "the log has forgotten some");
    Ok(requests.iter().filter(|request| request.function == function).map(Count::of).sum())
}

async fn since_then(cloud: &Cloud, since: &Mark) -> Result<Vec<Request>> {
    let url = format!("{}/_local/requests?since={}", cloud.url("aws"), since.0);
    Ok(reqwest::get(url).await?.json().await?)
}
