use aws_sdk_dynamodb::Client;
use case_chat_domain::{Participant, Participants, Role, Seq, UserId, Witness};

use crate::{
    LazyClient, StoreError,
    keys::{inbox, read_number, read_string, string},
};

/// The table `inbox`, rows `case#`, as somebody reads them who asks what they remember of a thread.
#[derive(Clone)]
pub struct Witnesses {
    client: LazyClient<Client>,
    table: String,
}

impl Witnesses {
    /// Over the table of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, table: String) -> Self {
        Self { client, table }
    }

    /// What both sides' rows of the case remember, strongly consistent: two requests at a time. A row may not be there
    /// yet, or no more: that is no disagreement.
    pub async fn of(
        &self,
        participant: &Participant,
        sides: &Participants,
    ) -> Result<Vec<Witness>, StoreError> {
        let row = |role| self.row(participant, &sides.get(role).user_id);
        let (requester, provider) = tokio::try_join!(row(Role::Requester), row(Role::Provider))?;
        Ok(requester.into_iter().chain(provider).collect())
    }

    async fn row(&self, participant: &Participant, user_id: &UserId) -> Result<Option<Witness>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(inbox::USER_ID, string(user_id.as_str()))
            .key(inbox::ROW, string(inbox::case_row(participant.case_id())))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::request("GetItem inbox, case"))?;
        let Some(item) = found.item else {
            return Ok(None);
        };
        let head = Seq::try_from(read_number::<u64>(&item, inbox::HEAD)?)
            .map_err(|_| StoreError::Item(inbox::HEAD))?;
        let hash = match item.get(inbox::HEAD_HASH) {
            None => None,
            Some(_) => Some(
                read_string(&item, inbox::HEAD_HASH)?
                    .parse()
                    .map_err(|_| StoreError::Item(inbox::HEAD_HASH))?,
            ),
        };
        Ok(Some(Witness { head, hash }))
    }
}
