use aws_sdk_dynamodb::{
    Client,
    operation::update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    types::ReturnValuesOnConditionCheckFailure,
};
use case_chat_domain::{Allowance, Participant, Timestamp};

use crate::{
    LazyClient, StoreError,
    keys::{limit, number, read_number, string},
};

/// The table `limits`: how much of the hour each person has used up with what is dear.
#[derive(Clone)]
pub struct Limits {
    client: LazyClient<Client>,
    table: String,
}

/// What is counted, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Links to upload files.
    Uploads,
    /// Exports of threads.
    Exports,
}

/// Whether it may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Taken {
    /// Now, and it is counted.
    Yes,
    /// Too often.
    TooOften {
        /// There is room again after so many seconds.
        retry_after_seconds: u64,
    },
}

impl Limits {
    /// Over the table of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, table: String) -> Self {
        Self { client, table }
    }

    /// Counts one time, if there is room for it: one request, one write unit; two of each within an hour of the last.
    pub async fn take(
        &self,
        participant: &Participant,
        what: Counted,
        allowance: Allowance,
        now: Timestamp,
    ) -> Result<Taken, StoreError> {
        let anew = self
            .update(participant, what, now)
            .update_expression("SET #u = :until, #e = :e")
            .condition_expression("attribute_not_exists(#u) OR #u <= :now")
            .expression_attribute_values(":until", number(now.millis() + allowance.cost_millis()))
            .expression_attribute_values(":now", number(now.millis()));
        if taken(anew).await? == Ok(()) {
            return Ok(Taken::Yes);
        }
        let more = self
            .update(participant, what, now)
            .update_expression("SET #u = #u + :cost, #e = :e")
            .condition_expression("#u <= :latest")
            .expression_attribute_values(":cost", number(allowance.cost_millis()))
            .expression_attribute_values(":latest", number(allowance.latest(now).millis()));
        Ok(match taken(more).await? {
            Ok(()) => Taken::Yes,
            Err(used_until) => {
                Taken::TooOften { retry_after_seconds: allowance.seconds_until_room(used_until, now) }
            }
        })
    }

    fn update(&self, participant: &Participant, what: Counted, now: Timestamp) -> UpdateItemFluentBuilder {
        let what = match what {
            Counted::Uploads => limit::UPLOADS,
            Counted::Exports => limit::EXPORTS,
        };
        self.client
            .update_item()
            .table_name(&self.table)
            .key(limit::USER_ID, string(participant.user_id().as_str()))
            .key(limit::WHAT, string(what))
            .expression_attribute_names("#u", limit::USED_UNTIL)
            .expression_attribute_names("#e", limit::EXPIRES_AT)
            .expression_attribute_values(":e", number(now.millis() / 1000 + FORGOTTEN_AFTER_SECONDS))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }
}

/// By then nothing of an hour is used up any more.
const FORGOTTEN_AFTER_SECONDS: i64 = 2 * 60 * 60;

/// Done, or until when the hour is used up.
async fn taken(update: UpdateItemFluentBuilder) -> Result<Result<(), Timestamp>, StoreError> {
    let error = match update.send().await {
        Ok(_) => return Ok(Ok(())),
        Err(error) => error,
    };
    if let Some(UpdateItemError::ConditionalCheckFailedException(refused)) = error.as_service_error() {
        let item = refused.item().ok_or(StoreError::Item(limit::USED_UNTIL))?;
        return Ok(Err(Timestamp::from_millis(read_number(item, limit::USED_UNTIL)?)));
    }
    Err(StoreError::request("UpdateItem limits")(error))
}
