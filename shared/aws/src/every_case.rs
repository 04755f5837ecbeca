use aws_sdk_dynamodb::Client;
use case_chat_domain::Seq;

use crate::{
    LazyClient, StoreError,
    keys::{Item, number, read_string, string, thread},
};

/// Every case that has a thread, whoever told of it: for who rebuilds what is derived from threads.
///
/// In a table's own order, which is that of no id, a thread's records stand together. So the next thread begins behind the
/// last place that this one could have, and a walk reads one record of each.
#[derive(Clone)]
pub struct EveryCase {
    client: LazyClient<Client>,
    table: String,
}

impl EveryCase {
    /// Over the table `threads` of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, table: String) -> Self {
        Self { client, table }
    }

    /// The id, as it stands there, of the case whose thread comes after that one's, or of the first: mostly one request.
    pub async fn after(&self, case_id: Option<&str>) -> Result<Option<String>, StoreError> {
        let mut behind = case_id.map(|case_id| {
            Item::from([
                (thread::CASE_ID.to_owned(), string(case_id)),
                (thread::SEQ.to_owned(), number(Seq::MAX)),
            ])
        });
        loop {
            #[expect(
                clippy::disallowed_methods,
                reason = "this one asks for everything there is, one by one"
            )]
            let scan = self.client.scan();
            let found = scan
                .table_name(&self.table)
                .limit(1)
                .consistent_read(true)
                .projection_expression("#c")
                .expression_attribute_names("#c", thread::CASE_ID)
                .set_exclusive_start_key(behind)
                .send()
                .await
                .map_err(StoreError::request("Scan threads"))?;
            if let Some(item) = found.items.into_iter().flatten().next() {
                return read_string(&item, thread::CASE_ID).map(|case_id| Some(case_id.to_owned()));
            }
            // A page may be empty and yet not the last.
            behind = found.last_evaluated_key;
            if behind.is_none() {
                return Ok(None);
            }
        }
    }
}
