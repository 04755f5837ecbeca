use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client, error::SdkError, operation::update_item::UpdateItemError, types::AttributeValue,
};
use case_chat_domain::{
    AttachmentId, Binding, CaseId, ClientId, Declared, Participant, Seq, Timestamp, Upload, UploadState,
};

use crate::{
    LazyClient, StoreError,
    keys::{Item, number, read_number, read_string, string, upload},
};

/// The table `uploads`: files on their way into messages. Time to live removes those that no message
/// takes along.
#[derive(Clone)]
pub struct Uploads {
    client: LazyClient<Client>,
    table: String,
}

/// Whether a conditional step was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Done {
    /// Now, or by an earlier try of the same step.
    Yes,
    /// The upload is not there, or not as the step needs it.
    No,
}

impl Uploads {
    /// Over the table of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, table: String) -> Self {
        Self { client, table }
    }

    /// Notes a new upload: one request, one write unit.
    pub async fn add(&self, new: &Upload) -> Result<(), StoreError> {
        let Declared { name, content_type, size, sha256 } = &new.declared;
        let mut item = HashMap::from([
            (upload::CASE_ID, string(new.case_id.as_str())),
            (upload::ID, string(new.id.as_str())),
            (upload::OWNER, string(new.owner.as_str())),
            (upload::NAME, string(name.as_str())),
            (upload::CONTENT_TYPE, string(content_type)),
            (upload::SIZE, number(size)),
            (upload::SHA256, string(sha256.as_str())),
            (upload::STATE, string(state_text(new.state))),
        ]);
        if let Some(at) = new.expires_at {
            item.insert(upload::EXPIRES_AT, number(at.millis() / 1000));
        }
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
            .condition_expression("attribute_not_exists(#i)")
            .expression_attribute_names("#i", upload::ID)
            .send()
            .await
            .map_err(StoreError::request("PutItem uploads"))?;
        Ok(())
    }

    /// An upload of the case, strongly consistent: one request.
    pub async fn get(
        &self,
        participant: &Participant,
        id: &AttachmentId,
    ) -> Result<Option<Upload>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key(participant.case_id(), id)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::request("GetItem uploads"))?;
        found.item.map(|item| read_upload(&item, participant.case_id())).transpose()
    }

    /// Notes what was found out about an upload that was only asked for: one request, one write unit.
    pub async fn settle(&self, checked: &Upload, state: UploadState) -> Result<Done, StoreError> {
        let settled = self
            .update(checked)
            .update_expression("SET #s = :s")
            .condition_expression("#s = :requested OR #s = :s")
            .expression_attribute_names("#s", upload::STATE)
            .expression_attribute_values(":s", string(state_text(state)))
            .expression_attribute_values(":requested", string(state_text(UploadState::Requested)))
            .send()
            .await;
        done(settled, "UpdateItem uploads, settle")
    }

    /// Gives a verified upload to a message that is about to be stored, for good; the same message may
    /// take it again: one request, one write unit.
    pub async fn bind(&self, ready: &Upload, binding: &Binding) -> Result<Done, StoreError> {
        let bound = self
            .update(ready)
            .update_expression("SET #b = :b, #a = :a REMOVE #e")
            .condition_expression("#s = :ready AND #o = :o AND (attribute_not_exists(#b) OR #b = :b)")
            .expression_attribute_names("#b", upload::BOUND_TO)
            .expression_attribute_names("#a", upload::BOUND_AFTER)
            .expression_attribute_names("#e", upload::EXPIRES_AT)
            .expression_attribute_names("#s", upload::STATE)
            .expression_attribute_names("#o", upload::OWNER)
            .expression_attribute_values(":b", string(binding.client_id.as_str()))
            .expression_attribute_values(":a", number(binding.after))
            .expression_attribute_values(":ready", string(state_text(UploadState::Ready)))
            .expression_attribute_values(":o", string(ready.owner.as_str()))
            .send()
            .await;
        done(bound, "UpdateItem uploads, bind")
    }

    fn update(
        &self,
        upload: &Upload,
    ) -> aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.table).set_key(Some(key(&upload.case_id, &upload.id)))
    }
}

fn key(case_id: &CaseId, id: &AttachmentId) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (upload::CASE_ID.to_owned(), string(case_id.as_str())),
        (upload::ID.to_owned(), string(id.as_str())),
    ])
}

fn done<T, R>(
    updated: Result<T, SdkError<UpdateItemError, R>>,
    operation: &'static str,
) -> Result<Done, StoreError> {
    match updated {
        Ok(_) => Ok(Done::Yes),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
            Ok(Done::No)
        }
        Err(error) => Err(StoreError::request(operation)(error)),
    }
}

fn read_upload(item: &Item, case_id: &CaseId) -> Result<Upload, StoreError> {
    let text = |name| read_string(item, name);
    let unreadable = StoreError::Item;
    let bound = match item.get(upload::BOUND_TO) {
        None => None,
        Some(_) => Some(Binding {
            client_id: text(upload::BOUND_TO)?
                .parse::<ClientId>()
                .map_err(|_| unreadable(upload::BOUND_TO))?,
            after: Seq::try_from(read_number::<u64>(item, upload::BOUND_AFTER)?)
                .map_err(|_| unreadable(upload::BOUND_AFTER))?,
        }),
    };
    let expires_at = match item.get(upload::EXPIRES_AT) {
        None => None,
        Some(_) => Some(Timestamp::from_millis(read_number::<i64>(item, upload::EXPIRES_AT)? * 1000)),
    };
    Ok(Upload {
        case_id: case_id.clone(),
        id: text(upload::ID)?.parse().map_err(|_| unreadable(upload::ID))?,
        owner: text(upload::OWNER)?.parse().map_err(|_| unreadable(upload::OWNER))?,
        declared: Declared {
            name: text(upload::NAME)?.to_owned().try_into().map_err(|_| unreadable(upload::NAME))?,
            content_type: text(upload::CONTENT_TYPE)?.to_owned(),
            size: read_number(item, upload::SIZE)?,
            sha256: text(upload::SHA256)?.parse().map_err(|_| unreadable(upload::SHA256))?,
        },
        state: read_state(text(upload::STATE)?).ok_or(unreadable(upload::STATE))?,
        bound,
        expires_at,
    })
}

const fn state_text(state: UploadState) -> &'static str {
    match state {
        UploadState::Requested => "requested",
        UploadState::Ready => "ready",
        UploadState::Rejected => "rejected",
    }
}

fn read_state(text: &str) -> Option<UploadState> {
    [UploadState::Requested, UploadState::Ready, UploadState::Rejected]
        .into_iter()
        .find(|state| state_text(*state) == text)
}
