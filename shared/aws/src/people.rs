mod rows;

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::update_item::UpdateItemError,
    types::{AttributeValue, KeysAndAttributes},
};
use case_chat_domain::{
    CaseId, EmailAddress, Level, MailState, Notice, Preferences, Profile, ReadMarker, Timestamp, Told,
    UnsubscribeToken, UserId,
};

use rows::{read_choices, read_notice, read_profile};

use crate::{
    LazyClient, StoreError,
    keys::{Item, inbox, number, person, read_marker, read_string, string},
};

/// The table `inbox`, rows about a person: `profile`, `prefs`, `mail`, and `notice#` for each case.
///
/// Each row has one writer: sync-case, preferences, record-bounce, email-offline; unsubscribe sets one
/// attribute of `prefs`.
#[derive(Clone)]
pub struct People {
    client: LazyClient<Client>,
    table: String,
}

/// What a person chose, and whether mail reaches them.
#[derive(Debug, Clone)]
pub struct Choices {
    /// What they chose; what cannot be read says as little as possible.
    pub preferences: Preferences,
    /// Whether mail arrives at the address that they have now.
    pub mail: MailState,
    /// When a mail to it was last lost on the way.
    pub lost: Option<Timestamp>,
    /// How they are reached, where the host has said so.
    pub profile: Option<Profile>,
}

/// The same, with what concerns one case.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Of the person.
    pub choices: Choices,
    /// How far they have read the case.
    pub read: Option<ReadMarker>,
    /// Mails to them about it.
    pub notice: Notice,
}

/// A right to send, until it ends.
#[derive(Debug, Clone)]
pub struct Lease {
    owner: String,
}

impl People {
    /// Over the table of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, table: String) -> Self {
        Self { client, table }
    }

    /// Opens the connection that the first request will use: one request, its answer left unread.
    pub async fn warm(&self) {
        let wanted = [Item::from([
            (inbox::USER_ID.to_owned(), string("-")),
            (inbox::ROW.to_owned(), string(person::PREFERENCES)),
        ])];
        if let Err(error) = self.get(wanted).await {
            tracing::warn!(%error, "the first request will connect");
        }
    }

    /// Keeps what the host says of a person unless something newer is kept: two requests, one write unit.
    pub async fn keep(&self, told: &Profile) -> Result<(), StoreError> {
        let known = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key(&told.user_id, person::PROFILE)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::request("GetItem inbox, profile"))?;
        let known = known.item.and_then(|item| read_profile(&told.user_id, &item).ok());
        let profile = known.map_or_else(|| told.clone(), |known| known.followed_by(told.clone()));
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(&told.user_id, person::PROFILE)))
            .condition_expression("attribute_not_exists(#o) OR #o < :o")
            .expression_attribute_names("#o", person::AS_OF)
            .expression_attribute_names("#l", person::LANGUAGE)
            .expression_attribute_names("#t", person::UNSUBSCRIBE)
            .expression_attribute_names("#a", person::ADDRESS)
            .expression_attribute_values(":o", number(profile.as_of.millis()))
            .expression_attribute_values(":l", string(profile.language.tag()))
            .expression_attribute_values(":t", string(profile.unsubscribe.as_str()));
        update = match &profile.address {
            Some(address) => update
                .update_expression("SET #o = :o, #l = :l, #t = :t, #a = :a")
                .expression_attribute_values(":a", string(address.as_str())),
            None => update.update_expression("SET #o = :o, #l = :l, #t = :t REMOVE #a"),
        };
        ignore_condition(update.send().await, "UpdateItem inbox, profile").map(|_| ())
    }

    /// What a person chose and how they are reached, strongly consistent: one request.
    pub async fn choices(&self, user_id: &UserId) -> Result<Choices, StoreError> {
        let rows = [person::PROFILE, person::PREFERENCES, person::MAIL].map(str::to_owned);
        Ok(read_choices(user_id, &self.rows(user_id, rows).await?))
    }

    /// The same with what concerns one case: one request.
    pub async fn standing(&self, user_id: &UserId, case_id: &CaseId) -> Result<Standing, StoreError> {
        let [read, notice] = [inbox::read_row(case_id), inbox::notice_row(case_id)];
        let rows = [person::PROFILE, person::PREFERENCES, person::MAIL].map(str::to_owned);
        let wanted = rows.into_iter().chain([read.clone(), notice.clone()]);
        let found = self.rows(user_id, wanted).await?;
        Ok(Standing {
            choices: read_choices(user_id, &found),
            read: found.get(&read).map(|item| read_marker(item, case_id.clone())).transpose()?,
            notice: found.get(&notice).map(read_notice).transpose()?.unwrap_or_default(),
        })
    }

    /// Replaces a person's choices: one request.
    pub async fn choose(&self, user_id: &UserId, preferences: &Preferences) -> Result<(), StoreError> {
        let muted = preferences.muted.iter().map(|case_id| string(case_id.as_str())).collect();
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(user_id, person::PREFERENCES)))
            .update_expression("SET #e = :e, #m = :m")
            .expression_attribute_names("#e", person::EMAIL)
            .expression_attribute_names("#m", person::MUTED)
            .expression_attribute_values(":e", string(preferences.email.as_str()))
            .expression_attribute_values(":m", AttributeValue::L(muted))
            .send()
            .await
            .map_err(StoreError::request("UpdateItem inbox, prefs"))?;
        Ok(())
    }

    /// Whose token that is, if it is one: two requests.
    pub async fn holder_of(&self, token: &UnsubscribeToken) -> Result<Option<Profile>, StoreError> {
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(person::BY_TOKEN)
            .key_condition_expression("#t = :t")
            .expression_attribute_names("#t", person::UNSUBSCRIBE)
            .expression_attribute_values(":t", string(token.as_str()))
            .limit(1)
            .send()
            .await
            .map_err(StoreError::request("Query inbox, by token"))?;
        let Some(item) = found.items.unwrap_or_default().into_iter().next() else {
            return Ok(None);
        };
        let user_id = read_string(&item, inbox::USER_ID)?;
        let user_id: UserId = user_id.parse().map_err(|_| StoreError::Item(inbox::USER_ID))?;
        // The index may be behind: what counts is the row.
        let found = self.rows(&user_id, [person::PROFILE.to_owned()]).await?;
        let profile = found.get(person::PROFILE).map(|item| read_profile(&user_id, item)).transpose()?;
        Ok(profile.filter(|profile| profile.unsubscribe == *token))
    }

    /// Turns a person's mail off and leaves what they muted: one request.
    pub async fn turn_mail_off(&self, user_id: &UserId) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(user_id, person::PREFERENCES)))
            .update_expression("SET #e = :e")
            .expression_attribute_names("#e", person::EMAIL)
            .expression_attribute_values(":e", string(Level::Off.as_str()))
            .send()
            .await
            .map_err(StoreError::request("UpdateItem inbox, prefs"))?;
        Ok(())
    }

    /// Notes what became of mail to an address, unless something later is noted: one request.
    pub async fn note_mail(
        &self,
        user_id: &UserId,
        address: &EmailAddress,
        state: MailState,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let noted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(user_id, person::MAIL)))
            .update_expression("SET #s = :s, #a = :a, #o = :o")
            .condition_expression("attribute_not_exists(#o) OR #o < :o")
            .expression_attribute_names("#s", person::STATE)
            .expression_attribute_names("#a", person::ADDRESS)
            .expression_attribute_names("#o", person::AS_OF)
            .expression_attribute_values(":s", string(state.as_str()))
            .expression_attribute_values(":a", string(address.as_str()))
            .expression_attribute_values(":o", number(at.millis()))
            .send()
            .await;
        ignore_condition(noted, "UpdateItem inbox, mail").map(|_| ())
    }

    /// Notes that a mail to an address was lost, which says nothing of the next one: one request.
    pub async fn note_lost(
        &self,
        user_id: &UserId,
        address: &EmailAddress,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(user_id, person::MAIL)))
            .update_expression("SET #l = :l, #la = :a")
            .expression_attribute_names("#l", person::LOST_AT)
            .expression_attribute_names("#la", person::LOST_TO)
            .expression_attribute_values(":l", number(at.millis()))
            .expression_attribute_values(":a", string(address.as_str()))
            .send()
            .await
            .map_err(StoreError::request("UpdateItem inbox, mail"))?;
        Ok(())
    }

    /// Takes a case's mails to a person in hand, if things stand as they were read: one request. None when
    /// somebody was faster.
    pub async fn lease(
        &self,
        user_id: &UserId,
        case_id: &CaseId,
        seen: &Notice,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        let owner = uuid::Uuid::new_v4().to_string();
        let told = if seen.told.is_some() { "#t = :t AND #to = :to" } else { "attribute_not_exists(#t)" };
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(user_id, &inbox::notice_row(case_id))))
            .update_expression("SET #u = :u, #w = :w")
            .condition_expression(format!("(attribute_not_exists(#u) OR #u <= :n) AND {told}"))
            .expression_attribute_names("#u", person::LEASED_UNTIL)
            .expression_attribute_names("#w", person::LEASE_OWNER)
            .expression_attribute_names("#t", person::TOLD_AT)
            .expression_attribute_values(":u", number(until.millis()))
            .expression_attribute_values(":w", string(&owner))
            .expression_attribute_values(":n", number(now.millis()));
        if let Some(told) = &seen.told {
            update = update
                .expression_attribute_names("#to", person::TOLD_TO)
                .expression_attribute_values(":t", number(told.at.millis()))
                .expression_attribute_values(":to", string(told.to.as_str()));
        }
        let leased = ignore_condition(update.send().await, "UpdateItem inbox, notice")?;
        Ok(leased.then_some(Lease { owner }))
    }

    /// Gives the lease back, nothing having been sent: one request.
    pub async fn release(&self, user_id: &UserId, case_id: &CaseId, lease: &Lease) -> Result<(), StoreError> {
        let released = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(user_id, &inbox::notice_row(case_id))))
            .update_expression("REMOVE #u, #w")
            .condition_expression("#w = :w")
            .expression_attribute_names("#u", person::LEASED_UNTIL)
            .expression_attribute_names("#w", person::LEASE_OWNER)
            .expression_attribute_values(":w", string(&lease.owner))
            .send()
            .await;
        ignore_condition(released, "UpdateItem inbox, notice").map(|_| ())
    }

    /// Notes what a mail that went out told of, and gives the lease back: one request. False when the lease had
    /// ended and somebody else took it.
    pub async fn told(
        &self,
        user_id: &UserId,
        case_id: &CaseId,
        lease: &Lease,
        told: &Told,
    ) -> Result<bool, StoreError> {
        let noted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(user_id, &inbox::notice_row(case_id))))
            .update_expression("SET #t = :t, #q = :q, #p = :p, #to = :to, #at = :at REMOVE #u, #w")
            .condition_expression("#w = :w")
            .expression_attribute_names("#t", person::TOLD)
            .expression_attribute_names("#q", inbox::FROM_REQUESTER)
            .expression_attribute_names("#p", inbox::FROM_PROVIDER)
            .expression_attribute_names("#to", person::TOLD_TO)
            .expression_attribute_names("#at", person::TOLD_AT)
            .expression_attribute_names("#u", person::LEASED_UNTIL)
            .expression_attribute_names("#w", person::LEASE_OWNER)
            .expression_attribute_values(":t", number(told.seq))
            .expression_attribute_values(":q", number(told.from_requester))
            .expression_attribute_values(":p", number(told.from_provider))
            .expression_attribute_values(":to", string(told.to.as_str()))
            .expression_attribute_values(":at", number(told.at.millis()))
            .expression_attribute_values(":w", string(&lease.owner))
            .send()
            .await;
        ignore_condition(noted, "UpdateItem inbox, notice")
    }

    async fn rows(
        &self,
        user_id: &UserId,
        rows: impl IntoIterator<Item = String>,
    ) -> Result<HashMap<String, Item>, StoreError> {
        let items = self.get(rows.into_iter().map(|row| key(user_id, &row))).await?;
        items.into_iter().map(|item| Ok((read_string(&item, inbox::ROW)?.to_owned(), item))).collect()
    }

    /// Rows by their keys, strongly consistent.
    async fn get(&self, keys: impl IntoIterator<Item = Item>) -> Result<Vec<Item>, StoreError> {
        let keys = keys.into_iter().collect();
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let wanted = wanted.map_err(|_| StoreError::Item("keys"))?;
        let found = self
            .client
            .batch_get_item()
            .request_items(&self.table, wanted)
            .send()
            .await
            .map_err(StoreError::request("BatchGetItem inbox"))?;
        if found.unprocessed_keys.is_some_and(|left| !left.is_empty()) {
            return Err(StoreError::Unfinished("BatchGetItem inbox"));
        }
        Ok(found.responses.and_then(|mut tables| tables.remove(&self.table)).unwrap_or_default())
    }
}

/// False when the condition did not hold.
fn ignore_condition<Output, Response>(
    answer: Result<Output, SdkError<UpdateItemError, Response>>,
    what: &'static str,
) -> Result<bool, StoreError> {
    match answer {
        Ok(_) => Ok(true),
        Err(SdkError::ServiceError(error))
            if matches!(error.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
        {
            Ok(false)
        }
        Err(error) => Err(StoreError::request(what)(error)),
    }
}

fn key(user_id: &UserId, row: &str) -> Item {
    Item::from([(inbox::USER_ID.to_owned(), string(user_id.as_str())), (inbox::ROW.to_owned(), string(row))])
}
