//! A DynamoDB that others run, in the place of dynoxide: AWS's own DynamoDB Local, whose opinion counts beside ours.
//!
//! Every local cloud has a store of its own there, empty at its start: DynamoDB Local keeps apart what different access
//! keys write, so all that goes there goes under one key, made for the occasion. Who may do what was decided before.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use axum::http::{HeaderValue, header};
use serde_json::{Value, json};

use super::StreamPage;
use crate::template::Table;

/// Where it is, and how it knows us.
pub(super) struct Elsewhere {
    url: String,
    client: reqwest::Client,
    credentials: HeaderValue,
    /// What it calls the streams of our tables.
    streams: BTreeMap<String, String>,
}

impl Elsewhere {
    /// Creates the tables.
    pub(super) async fn open(url: &str, client: reqwest::Client, tables: &[Table]) -> Result<Self> {
        // Nobody checks the signature; access keys are letters and digits.
        let key = uuid::Uuid::new_v4().simple();
        let credentials = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260101/elsewhere/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
        );
        let streams = BTreeMap::new();
        let mut opened = Self { url: url.to_owned(), client, credentials: credentials.parse()?, streams };
        for table in tables {
            opened.create(table).await.with_context(|| format!("table {}", table.id))?;
        }
        Ok(opened)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn credentials(&self) -> &HeaderValue {
        &self.credentials
    }

    async fn create(&mut self, table: &Table) -> Result<()> {
        let created = self.call("DynamoDB_20120810.CreateTable", &table.create).await?;
        if let Some(arn) = created["TableDescription"]["LatestStreamArn"].as_str() {
            self.streams.insert(table.name.clone(), arn.to_owned());
        }
        if let Some(attribute) = &table.time_to_live {
            let specification = json!({ "AttributeName": attribute, "Enabled": true });
            let wanted = json!({ "TableName": table.name, "TimeToLiveSpecification": specification });
            self.call("DynamoDB_20120810.UpdateTimeToLive", &wanted).await?;
        }
        Ok(())
    }

    /// As [`super::DynamoDb::read_stream`].
    pub(super) async fn read_stream(
        &self,
        table: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<StreamPage> {
        let arn = self.streams.get(table).with_context(|| format!("{table} has no stream"))?;
        let described = self.stream("DescribeStream", &json!({ "StreamArn": arn })).await?;
        let shards = described["StreamDescription"]["Shards"].as_array().context("no shards")?;
        // It begins a second one after hours, which is longer than anyone asks its opinion.
        ensure!(shards.len() == 1, "the stream of {table} has {} shards", shards.len());
        let mut wanted = json!({
            "StreamArn": arn,
            "ShardId": shards[0]["ShardId"],
            "ShardIteratorType": "TRIM_HORIZON",
        });
        if let Some(after) = after {
            wanted["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
            wanted["SequenceNumber"] = json!(after);
        }
        let iterator = self.stream("GetShardIterator", &wanted).await?;
        let wanted = json!({ "ShardIterator": iterator["ShardIterator"], "Limit": limit });
        let mut page = self.stream("GetRecords", &wanted).await?;
        match page["Records"].take() {
            Value::Array(records) => Ok(StreamPage { records }),
            _ => bail!("no records"),
        }
    }

    async fn stream(&self, operation: &str, body: &Value) -> Result<Value> {
        self.call(&format!("DynamoDBStreams_20120810.{operation}"), body).await
    }

    async fn call(&self, target: &str, body: &Value) -> Result<Value> {
        let request = self
            .client
            .post(&self.url)
            .header(header::AUTHORIZATION, &self.credentials)
            .header(header::CONTENT_TYPE, "application/x-amz-json-1.0")
            .header("x-amz-date", "20260101T000000Z")
            .header("x-amz-target", target)
            .body(body.to_string());
        let answer = request.send().await.with_context(|| format!("{} does not answer", self.url))?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{target}: {status} {text}");
        serde_json::from_str(&text).with_context(|| format!("{target}: {text}"))
    }
}
