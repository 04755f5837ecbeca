use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use case_chat_domain::{
    CaseId, CaseStatus, InboxChange, InboxEntry, InboxRow, Person, Preview, PreviewChange, ReadMarker, Role,
    Seq, Timestamp, UserId,
};

use crate::{
    LazyClient, StoreError,
    cases::{read_status, status_text},
    keys::{Item, inbox, number, read_marker, read_number, read_string, string},
};

/// Everything but the head: what a person who left the case keeps nothing of.
const ALL_BUT_HEAD: [&str; 11] = [
    inbox::HEAD_HASH,
    inbox::REFERENCE,
    inbox::ROLE,
    inbox::PEER_ID,
    inbox::PEER_NAME,
    inbox::STATUS,
    inbox::SENT_BY_PEER,
    inbox::LAST_ACTIVITY_AT,
    inbox::PREVIEW_SENDER,
    inbox::PREVIEW_TEXT,
    inbox::EXPIRES_AT,
];

/// A closed case stays listed for 90 days.
const LISTED_AFTER_CLOSING_SECONDS: i64 = 90 * 24 * 60 * 60;

/// The table `inbox`, rows `case#`: each participant's view of each case.
#[derive(Clone)]
pub struct Inbox {
    client: LazyClient<Client>,
    table: String,
}

/// What became of a row that was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Restored {
    /// It says something else than before.
    Written,
    /// It said so already, or nobody lists it any more.
    Unchanged,
    /// It has seen a newer record than the thread that was read.
    Ahead,
}

impl Inbox {
    /// Over the table of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, table: String) -> Self {
        Self { client, table }
    }

    /// Opens the connection that the first request will use: one request, its answer left unread.
    pub async fn warm(&self) {
        if let Err(error) =
            self.query("-").limit(1).send().await.map_err(StoreError::request("warm-up of inbox"))
        {
            tracing::warn!(%error, "the first request will connect");
        }
    }

    /// Every case of a person with how far they have read it, strongly consistent: one request for
    /// each megabyte, some 1,500 cases.
    pub async fn of(&self, user_id: &UserId, now: Timestamp) -> Result<Vec<InboxEntry>, StoreError> {
        let mut items = self.query(user_id.as_str()).consistent_read(true).into_paginator().items().send();
        let mut rows = Vec::new();
        let mut marks: HashMap<CaseId, ReadMarker> = HashMap::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(StoreError::request("Query inbox"))?;
            match inbox::row(read_string(&item, inbox::ROW)?).ok_or(StoreError::Item(inbox::ROW))? {
                inbox::Row::Case(case_id) if is_listed(&item, now) => rows.push(read_row(&item, case_id)?),
                inbox::Row::Read(case_id) => {
                    marks.insert(case_id.clone(), read_marker(&item, case_id)?);
                }
                inbox::Row::Case(_) | inbox::Row::Other => {}
            }
        }
        let entries = rows.into_iter().map(|row| {
            let read = marks.remove(&row.case_id);
            InboxEntry { row, read }
        });
        Ok(entries.collect())
    }

    /// Applies a change over an older head, and only then: one request, one write unit to 1 KiB.
    pub async fn apply(
        &self,
        user_id: &UserId,
        case_id: &CaseId,
        change: &InboxChange,
    ) -> Result<(), StoreError> {
        let update = self.update(user_id, case_id, &Attributes::after(change));
        let applied =
            update.condition_expression("attribute_not_exists(#head) OR #head < :head").send().await;
        match applied {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(StoreError::request("UpdateItem inbox")(error)),
        }
    }

    /// Brings a row to what a whole thread says: one request, one write unit to 1 KiB.
    ///
    /// Over the same head as well, where a row may lack what came before it. What is no longer listed is not made anew.
    pub async fn restore(
        &self,
        user_id: &UserId,
        case_id: &CaseId,
        change: &InboxChange,
        now: Timestamp,
    ) -> Result<Restored, StoreError> {
        let after = Attributes::after(change);
        let condition = match after.is_over(now) {
            true => "#head <= :head",
            false => "attribute_not_exists(#head) OR #head <= :head",
        };
        let restored = self
            .update(user_id, case_id, &after)
            .condition_expression(condition)
            .return_values(ReturnValue::AllOld)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match restored {
            Ok(done) if done.attributes.as_ref().is_some_and(|before| after.say(before)) => {
                Ok(Restored::Unchanged)
            }
            Ok(_) => Ok(Restored::Written),
            Err(SdkError::ServiceError(error)) => match error.err() {
                UpdateItemError::ConditionalCheckFailedException(failed) => {
                    Ok(if failed.item.is_some() { Restored::Ahead } else { Restored::Unchanged })
                }
                _ => Err(StoreError::request("UpdateItem inbox, restore")(SdkError::ServiceError(error))),
            },
            Err(error) => Err(StoreError::request("UpdateItem inbox, restore")(error)),
        }
    }

    fn update(&self, user_id: &UserId, case_id: &CaseId, after: &Attributes) -> UpdateItemFluentBuilder {
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(inbox::USER_ID, string(user_id.as_str()))
            .key(inbox::ROW, string(inbox::case_row(case_id)))
            .expression_attribute_names("#head", inbox::HEAD)
            .expression_attribute_values(":head", number(after.head));
        let mut expression = String::from("SET #head = :head");
        for (index, (name, value)) in after.set.iter().enumerate() {
            expression += &format!(", #s{index} = :s{index}");
            update = update
                .expression_attribute_names(format!("#s{index}"), *name)
                .expression_attribute_values(format!(":s{index}"), value.clone());
        }
        for (index, name) in after.remove.iter().enumerate() {
            expression += if index == 0 { " REMOVE " } else { ", " };
            expression += &format!("#r{index}");
            update = update.expression_attribute_names(format!("#r{index}"), *name);
        }
        update.update_expression(expression)
    }

    fn query(&self, user_id: &str) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .key_condition_expression("#u = :u")
            .expression_attribute_names("#u", inbox::USER_ID)
            .expression_attribute_values(":u", string(user_id))
    }
}

/// What of a row becomes of a change.
struct Attributes {
    head: Seq,
    set: HashMap<&'static str, AttributeValue>,
    remove: Vec<&'static str>,
}

impl Attributes {
    fn after(change: &InboxChange) -> Self {
        match change {
            InboxChange::Leave { head } => {
                Self { head: *head, set: HashMap::new(), remove: ALL_BUT_HEAD.to_vec() }
            }
            InboxChange::Update(row, preview) => Self::of(row, preview),
        }
    }

    fn of(row: &InboxRow, preview: &PreviewChange) -> Self {
        let mut set = HashMap::from([
            (inbox::HEAD_HASH, string(row.head_hash.as_str())),
            (inbox::REFERENCE, string(row.reference.as_str())),
            (inbox::ROLE, string(role_text(row.role))),
            (inbox::PEER_ID, string(row.peer.user_id.as_str())),
            (inbox::PEER_NAME, string(row.peer.name.as_str())),
            (inbox::STATUS, string(status_text(row.status))),
            (inbox::SENT_BY_PEER, number(row.sent_by_peer)),
            (inbox::LAST_ACTIVITY_AT, string(row.last_activity_at.to_string())),
        ]);
        let mut remove = Vec::new();
        match row.status {
            CaseStatus::Open => remove.push(inbox::EXPIRES_AT),
            CaseStatus::Closed => {
                let ends = row.last_activity_at.millis() / 1000 + LISTED_AFTER_CLOSING_SECONDS;
                set.insert(inbox::EXPIRES_AT, number(ends));
            }
        }
        match preview {
            PreviewChange::Keep => {}
            PreviewChange::Clear => remove.extend([inbox::PREVIEW_SENDER, inbox::PREVIEW_TEXT]),
            PreviewChange::Show(preview) => {
                set.insert(inbox::PREVIEW_SENDER, string(role_text(preview.sender_role)));
                set.insert(inbox::PREVIEW_TEXT, string(preview.text.as_str()));
            }
        }
        Self { head: row.head, set, remove }
    }

    /// Whether a row says that already.
    fn say(&self, row: &Item) -> bool {
        row.get(inbox::HEAD) == Some(&number(self.head))
            && self.set.iter().all(|(name, value)| row.get(*name) == Some(value))
            && !self.remove.iter().any(|name| row.contains_key(*name))
    }

    /// Whether time to live has ended of such a row.
    fn is_over(&self, now: Timestamp) -> bool {
        let ends = self.set.get(inbox::EXPIRES_AT).and_then(|at| at.as_n().ok());
        ends.is_some_and(|at| at.parse().is_ok_and(|at: i64| at <= now.millis() / 1000))
    }
}

/// A case that the person left keeps its head alone; time to live removes rows days late.
fn is_listed(item: &Item, now: Timestamp) -> bool {
    let ended = read_number(item, inbox::EXPIRES_AT).is_ok_and(|at: i64| at <= now.millis() / 1000);
    item.contains_key(inbox::ROLE) && !ended
}

fn read_row(item: &Item, case_id: CaseId) -> Result<InboxRow, StoreError> {
    let preview = match (item.get(inbox::PREVIEW_SENDER), item.get(inbox::PREVIEW_TEXT)) {
        (Some(_), Some(_)) => Some(Preview {
            sender_role: read_role(item, inbox::PREVIEW_SENDER)?,
            text: read_string(item, inbox::PREVIEW_TEXT)?
                .to_owned()
                .try_into()
                .map_err(|_| StoreError::Item(inbox::PREVIEW_TEXT))?,
        }),
        _ => None,
    };
    Ok(InboxRow {
        case_id,
        head: Seq::try_from(read_number::<u64>(item, inbox::HEAD)?)
            .map_err(|_| StoreError::Item(inbox::HEAD))?,
        head_hash: read_string(item, inbox::HEAD_HASH)?
            .parse()
            .map_err(|_| StoreError::Item(inbox::HEAD_HASH))?,
        reference: read_string(item, inbox::REFERENCE)?
            .to_owned()
            .try_into()
            .map_err(|_| StoreError::Item(inbox::REFERENCE))?,
        role: read_role(item, inbox::ROLE)?,
        peer: Person {
            user_id: read_string(item, inbox::PEER_ID)?
                .parse()
                .map_err(|_| StoreError::Item(inbox::PEER_ID))?,
            name: read_string(item, inbox::PEER_NAME)?
                .to_owned()
                .try_into()
                .map_err(|_| StoreError::Item(inbox::PEER_NAME))?,
        },
        status: read_status(item)?,
        sent_by_peer: read_number(item, inbox::SENT_BY_PEER)?,
        last_activity_at: read_string(item, inbox::LAST_ACTIVITY_AT)?
            .parse::<Timestamp>()
            .map_err(|_| StoreError::Item(inbox::LAST_ACTIVITY_AT))?,
        preview,
    })
}

const fn role_text(role: Role) -> &'static str {
    match role {
        Role::Requester => "requester",
        Role::Provider => "provider",
    }
}

fn read_role(item: &Item, name: &'static str) -> Result<Role, StoreError> {
    match read_string(item, name)? {
        "requester" => Ok(Role::Requester),
        "provider" => Ok(Role::Provider),
        _ => Err(StoreError::Item(name)),
    }
}
