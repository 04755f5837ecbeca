//! What dynoxide leaves to its host: indexes on stream records, their removal, and expired items.
//!
//! Every write to a table with a stream asks for the highest sequence number; without an index that is a scan. The
//! numbers are stored as text and compared as integers, hence the indexes on an expression.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use rusqlite::{Connection, params};

use super::DynamoDb;
use crate::clock::now_millis;

/// How long to wait for dynoxide's own connection.
const BUSY: Duration = Duration::from_secs(5);
/// How long AWS keeps stream records: those that no mapping reads are kept as long.
const STREAM_RETENTION_SECONDS: i64 = 24 * 60 * 60;
/// What dynoxide adds to a stored sequence number before it shows it.
const SHOWN_OFFSET: u128 = 100_000_000_000_000_000_000;

const INDEXES: &str = "
    CREATE INDEX IF NOT EXISTS local_cloud_stream_records
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
    CREATE INDEX IF NOT EXISTS local_cloud_stream_records_by_shard
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));";

/// For each table with a stream: the sequence number that every mapping has passed, or none where none reads it.
pub type Passed = BTreeMap<String, Option<String>>;

pub(super) fn create_indexes(file: &Path) -> Result<()> {
    connect(file)?.execute_batch(INDEXES).context("cannot index the stream records")
}

impl DynamoDb {
    /// Removes stream records that every mapping has passed.
    pub async fn prune(&self, passed: Passed) -> Result<usize> {
        let Some((_, file)) = self.embedded() else {
            return Ok(0);
        };
        let file = file.to_owned();
        tokio::task::spawn_blocking(move || {
            let connection = connect(&file)?;
            let too_old = now_millis() / 1000 - STREAM_RETENTION_SECONDS;
            let mut removed = 0;
            for (table, passed) in passed {
                let (through, before) = match passed.as_deref().map(stored).transpose()? {
                    Some(through) => (through, i64::MAX),
                    None => (i64::MAX, too_old),
                };
                // The newest record stays: the next sequence number is made from it.
                removed += connection.execute(
                    "DELETE FROM _stream_records WHERE table_name = ?1 AND created_at < ?3
                       AND CAST(sequence_number AS INTEGER) <= ?2
                       AND CAST(sequence_number AS INTEGER) <
                           (SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1)",
                    params![table, through, before],
                )?;
            }
            Ok(removed)
        })
        .await?
    }

    /// Deletes items whose time to live is over.
    pub async fn sweep_expired(&self) -> Result<usize> {
        let Some((database, _)) = self.embedded() else {
            return Ok(0);
        };
        let database = database.clone();
        let swept = tokio::task::spawn_blocking(move || database.sweep_ttl()).await?;
        let swept = swept.map_err(|error| anyhow!("{error}"))?;
        if swept > 0 {
            self.announce_write();
        }
        Ok(swept)
    }
}

fn connect(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

fn stored(shown: &str) -> Result<i64> {
    let number: u128 = shown.parse().context("a position must be a sequence number")?;
    let stored = number.checked_sub(SHOWN_OFFSET).and_then(|number| i64::try_from(number).ok());
    stored.with_context(|| format!("{shown} is no sequence number of dynoxide's"))
}
