use aws_sdk_dynamodb::{
    Client, error::SdkError, operation::update_item::UpdateItemError, types::AttributeValue,
};
use case_chat_domain::{CaseId, CaseStatus, Participants, Person, Role, Snapshot};

use crate::{
    LazyClient, StoreError,
    keys::{Item, case, number, read_number, read_string, string},
};

/// The table `cases`: the host's newest snapshot of each case.
///
/// A register beside the thread, because an event that changes nothing leaves no record, and yet
/// an older one that comes later must not undo it.
#[derive(Clone)]
pub struct CaseRegister {
    client: LazyClient<Client>,
    table: String,
}

impl CaseRegister {
    /// Over the table of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, table: String) -> Self {
        Self { client, table }
    }

    /// Keeps a snapshot unless a newer one is kept: one request, one write unit.
    pub async fn keep_newest(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let kept = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(case::CASE_ID, string(snapshot.case_id.as_str()))
            .update_expression("SET #v = :v, #r = :r, #s = :s, #q = :q, #p = :p")
            .condition_expression("attribute_not_exists(#v) OR #v < :v")
            .expression_attribute_names("#v", case::VERSION)
            .expression_attribute_names("#r", case::REFERENCE)
            .expression_attribute_names("#s", case::STATUS)
            .expression_attribute_names("#q", case::REQUESTER)
            .expression_attribute_names("#p", case::PROVIDER)
            .expression_attribute_values(":v", number(snapshot.version))
            .expression_attribute_values(":r", string(snapshot.reference.as_str()))
            .expression_attribute_values(":s", string(status_text(snapshot.status)))
            .expression_attribute_values(":q", person_value(snapshot.participants.get(Role::Requester)))
            .expression_attribute_values(":p", person_value(snapshot.participants.get(Role::Provider)))
            .send()
            .await;
        match kept {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(StoreError::request("UpdateItem cases")(error)),
        }
    }

    /// The newest snapshot kept, strongly consistent: one request.
    pub async fn newest(&self, case_id: &CaseId) -> Result<Option<Snapshot>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(case::CASE_ID, string(case_id.as_str()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::request("GetItem cases"))?;
        found.item.map(|item| read_snapshot(case_id, &item)).transpose()
    }
}

fn read_snapshot(case_id: &CaseId, item: &Item) -> Result<Snapshot, StoreError> {
    let reference = read_string(item, case::REFERENCE)?.to_owned();
    Ok(Snapshot {
        case_id: case_id.clone(),
        version: read_number(item, case::VERSION)?,
        reference: reference.try_into().map_err(|_| StoreError::Item(case::REFERENCE))?,
        participants: Participants::new(
            read_person(item, case::REQUESTER)?,
            read_person(item, case::PROVIDER)?,
        )
        .map_err(|_| StoreError::Item(case::PROVIDER))?,
        status: read_status(item)?,
    })
}

fn person_value(person: &Person) -> AttributeValue {
    AttributeValue::M(Item::from([
        (case::USER_ID.to_owned(), string(person.user_id.as_str())),
        (case::NAME.to_owned(), string(person.name.as_str())),
    ]))
}

fn read_person(item: &Item, side: &'static str) -> Result<Person, StoreError> {
    let Some(AttributeValue::M(person)) = item.get(side) else {
        return Err(StoreError::Item(side));
    };
    Ok(Person {
        user_id: read_string(person, case::USER_ID)?.parse().map_err(|_| StoreError::Item(case::USER_ID))?,
        name: read_string(person, case::NAME)?
            .to_owned()
            .try_into()
            .map_err(|_| StoreError::Item(case::NAME))?,
    })
}

pub(crate) const fn status_text(status: CaseStatus) -> &'static str {
    match status {
        CaseStatus::Open => "open",
        CaseStatus::Closed => "closed",
    }
}

pub(crate) fn read_status(item: &Item) -> Result<CaseStatus, StoreError> {
    match read_string(item, case::STATUS)? {
        "open" => Ok(CaseStatus::Open),
        "closed" => Ok(CaseStatus::Closed),
        _ => Err(StoreError::Item(case::STATUS)),
    }
}
