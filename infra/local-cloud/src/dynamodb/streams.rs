//! Reading streams: dynoxide has one shard for each table.

use anyhow::{Context, Result, anyhow, bail};
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use serde_json::Value;

use super::{DynamoDb, Engine};

/// Records after a position, oldest first.
#[derive(Debug, Default)]
pub struct StreamPage {
    /// The records, as Lambda delivers them but for region and ARN.
    pub records: Vec<Value>,
}

impl DynamoDb {
    /// The shard of a table's stream.
    pub fn shard_id(table: &str) -> String {
        dynoxide::streams::shard_id(table)
    }

    /// Up to `limit` records after a sequence number, or from the oldest one on.
    pub async fn read_stream(
        &self,
        stream_arn: &str,
        table: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<StreamPage> {
        let database = match &self.engine {
            Engine::Embedded { database, .. } => database.clone(),
            Engine::Elsewhere(elsewhere) => return elsewhere.read_stream(table, after, limit).await,
        };
        let (kind, after) = match after {
            Some(after) => ("AFTER_SEQUENCE_NUMBER", Some(after.to_owned())),
            None => ("TRIM_HORIZON", None),
        };
        let request = GetShardIteratorRequest {
            stream_arn: stream_arn.to_owned(),
            shard_id: Self::shard_id(table),
            shard_iterator_type: kind.to_owned(),
            sequence_number: after,
        };
        tokio::task::spawn_blocking(move || {
            let iterator = database.get_shard_iterator(request).map_err(|error| anyhow!("{error}"))?;
            let shard_iterator = iterator.shard_iterator.context("no shard iterator")?;
            let request = GetRecordsRequest { shard_iterator, limit: Some(limit) };
            let page = database.get_records(request).map_err(|error| anyhow!("{error}"))?;
            let records = page.records.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
            Ok(StreamPage { records })
        })
        .await?
    }

    /// The newest record's sequence number.
    pub async fn newest(&self, stream_arn: &str, table: &str) -> Result<Option<String>> {
        let Engine::Embedded { database, .. } = &self.engine else {
            bail!("streams that others keep are read from their beginning");
        };
        let (database, stream_arn, shard) = (database.clone(), stream_arn.to_owned(), Self::shard_id(table));
        let request =
            dynoxide::actions::describe_stream::DescribeStreamRequest { stream_arn, ..Default::default() };
        tokio::task::spawn_blocking(move || {
            let described = database.describe_stream(request).map_err(|error| anyhow!("{error}"))?;
            let shards = described.stream_description.shards;
            let found = shards.into_iter().find(|candidate| candidate.shard_id == shard);
            Ok(found.and_then(|shard| shard.sequence_number_range.ending_sequence_number))
        })
        .await?
    }
}
