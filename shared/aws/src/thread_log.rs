use std::ops::RangeInclusive;

use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::query::{QueryError, QueryOutput},
    types::AttributeValue,
};
use aws_smithy_async::future::pagination_stream::PaginationStream;
use case_chat_domain::{Altered, Buckets, CaseId, Participant, SealedRecord, Seq, Stored, Tail};

use crate::{
    LazyClient, StoreError,
    keys::{self, Item, number, string, thread},
};

/// The table `threads`: read from the tail, appended with PartiQL INSERT, which refuses a key that
/// exists. Nothing here can overwrite or delete.
#[derive(Clone)]
pub struct ThreadLog {
    client: LazyClient<Client>,
    table: String,
    insert: String,
    insert_traced: String,
}

/// What DynamoDB says where a record stands already: by the API's model the first, by DynamoDB Local the second.
const TAKEN: [&str; 2] = ["DuplicateItemException", "DuplicateItem"];

/// What became of an insert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Inserted {
    /// The record stands at its seq.
    Stored,
    /// Another record stands there.
    Taken,
}

/// A thread, page by page.
pub struct Pages(PaginationStream<Result<QueryOutput, SdkError<QueryError>>>);

impl Pages {
    /// What stands in the next places; none behind the last.
    pub async fn next(&mut self) -> Result<Option<Vec<Stored>>, StoreError> {
        let Some(page) = self.0.next().await else {
            return Ok(None);
        };
        let items = page.map_err(StoreError::request("Query threads, pages"))?.items;
        items
            .into_iter()
            .flatten()
            .map(|mut item| keys::read_stored(&mut item))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// A page of a thread in one direction.
type Range = (Seq, Seq);

impl ThreadLog {
    /// Over the table of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, table: String) -> Self {
        let [case_id, seq, record, buckets] = [thread::CASE_ID, thread::SEQ, thread::RECORD, thread::BUCKETS];
        let with = |more: &str| {
            format!(
                "INSERT INTO \"{table}\" VALUE {{'{case_id}': ?, '{seq}': ?, '{record}': ?, '{buckets}': ?{more}}}"
            )
        };
        let (insert, insert_traced) = (with(""), with(&format!(", '{}': ?", thread::TRACE)));
        Self { client, table, insert, insert_traced }
    }

    /// Opens the connection that the first request will use: one request, its answer left unread.
    pub async fn warm(&self) {
        let nobody = self.query("-", Seq::FIRST, Seq::FIRST).limit(1).send();
        if let Err(error) = nobody.await.map_err(StoreError::request("warm-up of threads")) {
            tracing::warn!(%error, "the first request will connect");
        }
    }

    /// The newest record, strongly consistent: one request, one record read.
    pub async fn tail(&self, case_id: &CaseId) -> Result<Option<Tail>, StoreError> {
        let newest = self
            .query(case_id.as_str(), Seq::FIRST, Seq::MAX)
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(1)
            .send()
            .await
            .map_err(StoreError::request("Query threads, tail"))?;
        newest.items.into_iter().flatten().next().map(keys::read_tail).transpose()
    }

    /// The same for whoever must know that it is a record of this case and of its place: the tail, or what is wrong.
    pub async fn end(&self, case_id: &CaseId) -> Result<Option<Result<Tail, Altered>>, StoreError> {
        self.newest(case_id, Seq::MAX).await
    }

    /// The newest record below a place, likewise: one request, one record read.
    pub async fn end_below(
        &self,
        case_id: &CaseId,
        place: Seq,
    ) -> Result<Option<Result<Tail, Altered>>, StoreError> {
        let Some(Ok(last)) = place.get().checked_sub(1).map(Seq::try_from) else {
            return Ok(None);
        };
        self.newest(case_id, last).await
    }

    async fn newest(&self, case_id: &CaseId, last: Seq) -> Result<Option<Result<Tail, Altered>>, StoreError> {
        let newest = self
            .query(case_id.as_str(), Seq::FIRST, last)
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(1)
            .send()
            .await
            .map_err(StoreError::request("Query threads, end"))?;
        let Some(mut item) = newest.items.into_iter().flatten().next() else {
            return Ok(None);
        };
        let stored = keys::read_stored(&mut item)?;
        // Nothing is appended to this one, so the rate limit beside it does not matter.
        Ok(Some(stored.of(case_id).map(|sealed| Tail::new(sealed.clone(), Buckets::default()))))
    }

    /// Every record of a range, ascending: a request for each megabyte.
    pub async fn between(
        &self,
        participant: &Participant,
        range: RangeInclusive<Seq>,
    ) -> Result<Vec<SealedRecord>, StoreError> {
        let items = self.all(participant, (*range.start(), *range.end())).await?;
        items.into_iter().map(|mut item| keys::read_record(&mut item)).collect()
    }

    /// Every record up to a seq, ascending, page by page: a request for each megabyte, made as the page is asked for.
    #[must_use]
    pub fn pages(&self, participant: &Participant, last: Seq) -> Pages {
        let query = self.query(participant.case_id().as_str(), Seq::FIRST, last).consistent_read(true);
        Pages(query.into_paginator().send())
    }

    /// Every record after a seq, ascending: a request for each megabyte.
    pub async fn beyond(&self, participant: &Participant, seq: Seq) -> Result<Vec<Tail>, StoreError> {
        self.all(participant, (seq.next(), Seq::MAX)).await?.into_iter().map(keys::read_tail).collect()
    }

    /// The first records of a range, ascending: one request. Fewer come when they are large.
    pub async fn first(
        &self,
        participant: &Participant,
        range: RangeInclusive<Seq>,
        limit: u8,
    ) -> Result<Vec<SealedRecord>, StoreError> {
        self.page(participant, (*range.start(), *range.end()), true, limit).await
    }

    /// The last records of a range, ascending: one request. Fewer come when they are large.
    pub async fn last(
        &self,
        participant: &Participant,
        range: RangeInclusive<Seq>,
        limit: u8,
    ) -> Result<Vec<SealedRecord>, StoreError> {
        let mut records = self.page(participant, (*range.start(), *range.end()), false, limit).await?;
        records.reverse();
        Ok(records)
    }

    /// Puts a record at its seq if nothing stands there, and beside it the trace that it belongs to: one request, one
    /// write unit to 1 KiB.
    pub async fn insert(&self, entry: &Tail, trace: Option<String>) -> Result<Inserted, StoreError> {
        let buckets =
            serde_json::to_string(&entry.buckets()).map_err(|_| StoreError::Item(thread::BUCKETS))?;
        let record = entry.record();
        let insert = self
            .client
            .execute_statement()
            .statement(if trace.is_some() { &self.insert_traced } else { &self.insert })
            .parameters(string(record.case_id.as_str()))
            .parameters(number(record.seq))
            .parameters(string(entry.sealed().json()))
            .parameters(string(buckets));
        let insert = trace.into_iter().fold(insert, |insert, trace| insert.parameters(string(trace)));
        match insert.send().await {
            Ok(_) => Ok(Inserted::Stored),
            Err(error) if error.code().is_some_and(|code| TAKEN.contains(&code)) => Ok(Inserted::Taken),
            Err(error) => Err(StoreError::request("INSERT into threads")(error)),
        }
    }

    fn query(
        &self,
        case_id: &str,
        from: Seq,
        to: Seq,
    ) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .key_condition_expression("#c = :c AND #s BETWEEN :from AND :to")
            .expression_attribute_names("#c", thread::CASE_ID)
            .expression_attribute_names("#s", thread::SEQ)
            .expression_attribute_values(":c", AttributeValue::S(case_id.to_owned()))
            .expression_attribute_values(":from", number(from))
            .expression_attribute_values(":to", number(to))
    }

    async fn all(&self, participant: &Participant, (from, to): Range) -> Result<Vec<Item>, StoreError> {
        let mut pages = self
            .query(participant.case_id().as_str(), from, to)
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(item.map_err(StoreError::request("Query threads, range"))?);
        }
        Ok(items)
    }

    async fn page(
        &self,
        participant: &Participant,
        (from, to): Range,
        forward: bool,
        limit: u8,
    ) -> Result<Vec<SealedRecord>, StoreError> {
        let page = self
            .query(participant.case_id().as_str(), from, to)
            .consistent_read(true)
            .scan_index_forward(forward)
            .limit(i32::from(limit))
            .send()
            .await
            .map_err(StoreError::request("Query threads, page"))?;
        page.items.into_iter().flatten().map(|mut item| keys::read_record(&mut item)).collect()
    }
}
