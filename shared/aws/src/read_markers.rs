use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::update_item::UpdateItemError,
    types::{ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use case_chat_domain::{CaseId, Participant, ReadMarker, UserId};

use crate::{
    LazyClient, StoreError,
    keys::{Item, inbox, number, read_marker, string},
};

/// The table `inbox`, rows `read#`: how far each person has read each case.
#[derive(Clone)]
pub struct ReadMarkers {
    client: LazyClient<Client>,
    table: String,
}

impl ReadMarkers {
    /// Over the table of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, table: String) -> Self {
        Self { client, table }
    }

    /// Moves a reader's mark on, never back, and gives it as it then stands: one request, one write
    /// unit.
    pub async fn advance(&self, marker: &ReadMarker) -> Result<ReadMarker, StoreError> {
        let advanced = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(inbox::USER_ID, string(marker.reader.as_str()))
            .key(inbox::ROW, string(inbox::read_row(&marker.case_id)))
            .update_expression("SET #s = :s, #q = :q, #p = :p, #t = :t")
            .condition_expression("attribute_not_exists(#s) OR #s < :s")
            .expression_attribute_names("#s", inbox::SEQ)
            .expression_attribute_names("#q", inbox::FROM_REQUESTER)
            .expression_attribute_names("#p", inbox::FROM_PROVIDER)
            .expression_attribute_names("#t", inbox::READ_AT)
            .expression_attribute_values(":s", number(marker.seq))
            .expression_attribute_values(":q", number(marker.from_requester))
            .expression_attribute_values(":p", number(marker.from_provider))
            .expression_attribute_values(":t", number(marker.read_at.millis()))
            .return_values(ReturnValue::None)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match advanced {
            Ok(_) => Ok(marker.clone()),
            Err(SdkError::ServiceError(error)) => match error.err() {
                UpdateItemError::ConditionalCheckFailedException(ahead) => {
                    let item = ahead.item().ok_or(StoreError::Item(inbox::SEQ))?;
                    read_marker(item, marker.case_id.clone())
                }
                _ => Err(StoreError::request("UpdateItem inbox, read")(SdkError::ServiceError(error))),
            },
            Err(error) => Err(StoreError::request("UpdateItem inbox, read")(error)),
        }
    }

    /// How far someone has read a case that the caller shares, strongly consistent: one request.
    pub async fn of(
        &self,
        participant: &Participant,
        reader: &UserId,
    ) -> Result<Option<ReadMarker>, StoreError> {
        self.get(participant.case_id(), reader)
            .await?
            .map(|item| read_marker(&item, participant.case_id().clone()))
            .transpose()
    }

    async fn get(&self, case_id: &CaseId, reader: &UserId) -> Result<Option<Item>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(inbox::USER_ID, string(reader.as_str()))
            .key(inbox::ROW, string(inbox::read_row(case_id)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::request("GetItem inbox, read"))?;
        Ok(found.item)
    }
}
