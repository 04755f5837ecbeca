//! Event source mappings: from a table's stream to a function, in order, at least once; queues are [`queue`]'s.
//!
//! Owns the position of each mapping of a stream. A position moves only when the records before it are done with: handled by the
//! function, filtered out, or discarded and reported.

mod batch;
mod discard;
mod queue;
mod record;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use case_chat_local_gateway::Invoke;
use rusqlite::{OptionalExtension, Transaction, params};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::dynamodb::{DynamoDb, Passed};
use crate::iam::Iam;
use crate::queues::Queues;
use crate::state::State;
use crate::template::{Function, Mapping, StartingPosition, Table};
use record::Record;

pub use queue::QueueSource;

/// How often to look without having been woken: something else may write to the database's file.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long to rest after the stream or the state could not be read.
const TROUBLE: Duration = Duration::from_secs(1);
/// Lambda's bound on an event; a batch ends before it.
const MAX_EVENT_BYTES: usize = 6 * 1024 * 1024;

/// A mapping and all that it needs.
pub struct Source {
    /// What the template says.
    pub mapping: Mapping,
    /// The function that it feeds.
    pub function: Function,
    /// AWS_REGION, as records tell it.
    pub region: String,
    /// Where the stream is.
    pub dynamodb: DynamoDb,
    /// Where the position is kept.
    pub state: State,
    /// Where discarded batches are reported.
    pub queues: Queues,
    /// What the function's role may do: the stream is read with it.
    pub iam: Iam,
    /// What runs functions.
    pub invoke: Arc<dyn Invoke>,
}

impl Source {
    /// Follows the stream until the task is aborted; a stream that the function's role may not read is not followed.
    pub fn start(self) -> JoinHandle<()> {
        tokio::spawn(async move {
            if let Err(denied) = self.iam.check_stream(&self.function.id, &self.mapping.stream_arn) {
                tracing::error!("{} does not follow its stream: {denied}", self.mapping.id);
                return;
            }
            loop {
                if let Err(error) = self.follow().await {
                    tracing::error!("{}: {error:#}", self.mapping.id);
                    tokio::time::sleep(TROUBLE).await;
                }
            }
        })
    }

    async fn follow(&self) -> Result<()> {
        let mut position = self.first_position().await?;
        loop {
            let wake = self.dynamodb.next_write();
            tokio::pin!(wake);
            wake.as_mut().enable();
            let records = self.gather(position.as_deref()).await?;
            let Some(last) = records.last().map(|record| record.sequence_number.clone()) else {
                let _ = tokio::time::timeout(LOOK_AGAIN, wake).await;
                continue;
            };
            let wanted: Vec<_> = records.into_iter().filter(|record| self.lets_through(record)).collect();
            self.process(wanted).await?;
            self.move_to(&last).await?;
            position = Some(last);
        }
    }

    /// The next batch, gathered for as long as the mapping's window says.
    async fn gather(&self, position: Option<&str>) -> Result<Vec<Record>> {
        let mut records = self.read(position).await?;
        let deadline = Instant::now() + self.mapping.window;
        while !records.is_empty() && records.len() < self.mapping.batch_size && Instant::now() < deadline {
            let _ = tokio::time::timeout_at(deadline, self.dynamodb.next_write()).await;
            records = self.read(position).await?;
        }
        let mut bytes = 0;
        let fitting = records.iter().take_while(|record| {
            bytes += record.bytes;
            bytes <= MAX_EVENT_BYTES
        });
        let fitting = fitting.count().max(1);
        records.truncate(fitting);
        Ok(records)
    }

    async fn read(&self, position: Option<&str>) -> Result<Vec<Record>> {
        let mapping = &self.mapping;
        let page = self
            .dynamodb
            .read_stream(&mapping.stream_arn, &mapping.table, position, mapping.batch_size)
            .await?;
        page.records.into_iter().map(|value| Record::new(value, &mapping.stream_arn, &self.region)).collect()
    }

    fn lets_through(&self, record: &Record) -> bool {
        let filters = &self.mapping.filters;
        filters.is_empty() || filters.iter().any(|filter| filter.matches(&record.value))
    }

    async fn first_position(&self) -> Result<Option<String>> {
        let id = self.mapping.id.clone();
        let known = self.state.transact(move |tx| position_of(tx, &id)).await?;
        if known.is_some() || self.mapping.start == StartingPosition::TrimHorizon {
            return Ok(known);
        }
        let newest = self.dynamodb.newest(&self.mapping.stream_arn, &self.mapping.table).await?;
        if let Some(newest) = &newest {
            self.move_to(newest).await?;
        }
        Ok(newest)
    }

    async fn move_to(&self, sequence_number: &str) -> Result<()> {
        let (id, sequence_number) = (self.mapping.id.clone(), sequence_number.to_owned());
        self.state.transact(move |tx| set_position(tx, &id, &sequence_number)).await
    }
}

fn position_of(tx: &Transaction<'_>, mapping: &str) -> Result<Option<String>> {
    let query = "SELECT sequence_number FROM positions WHERE mapping = ?1";
    Ok(tx.query_row(query, [mapping], |row| row.get(0)).optional()?)
}

fn set_position(tx: &Transaction<'_>, mapping: &str, sequence_number: &str) -> Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO positions (mapping, sequence_number) VALUES (?1, ?2)",
        params![mapping, sequence_number],
    )
    .context("a position cannot be kept")?;
    Ok(())
}

/// How far each table's stream has been read by all of its mappings; tables with a mapping that has read nothing are
/// left out.
pub async fn passed(state: &State, tables: &[Table], mappings: &[Mapping]) -> Result<Passed> {
    let streaming = tables.iter().filter(|table| table.stream_arn.is_some());
    let readers: Vec<(String, Vec<String>)> = streaming
        .map(|table| {
            let of_table = mappings.iter().filter(|mapping| mapping.table == table.name);
            (table.name.clone(), of_table.map(|mapping| mapping.id.clone()).collect())
        })
        .collect();
    state
        .transact(move |tx| {
            let mut passed = Passed::new();
            for (table, mappings) in readers {
                let positions: Result<Option<Vec<String>>> =
                    mappings.iter().map(|id| position_of(tx, id)).collect();
                // Sequence numbers have one length, so they sort as text.
                if let Some(positions) = positions? {
                    passed.insert(table, positions.into_iter().min());
                }
            }
            Ok(passed)
        })
        .await
}
