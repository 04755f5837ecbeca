//! SES's word that a mail bounced or was called unwanted: no more is sent to that address.
//!
//! Whose mail it was, its tag says. A bounce that may pass is SES's to try again.
#![warn(missing_docs)]

use std::collections::HashMap;

use case_chat_aws::{People, READER_TAG, StoreError, reader_of};
use case_chat_domain::{EmailAddress, MailState, Timestamp};
use serde::Deserialize;

/// Why an event was not recorded. Its content is not repeated here.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Not what SES publishes.
    #[error("the event is not SES's (line {line}, column {column})")]
    Unreadable {
        /// Where in its JSON.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// A table could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An event as SES publishes it, as far as it matters here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MailEvent {
    mail: Mail,
    bounce: Option<Bounce>,
    complaint: Option<Complaint>,
}

#[derive(Deserialize)]
struct Mail {
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    bounced_recipients: Vec<Recipient>,
    timestamp: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    complained_recipients: Vec<Recipient>,
    timestamp: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
}

/// One round trip for each recipient; there is one.
pub async fn record(people: &People, detail: &str) -> Result<(), RecordError> {
    let event: MailEvent = serde_json::from_str(detail)
        .map_err(|error| RecordError::Unreadable { line: error.line(), column: error.column() })?;
    let (state, recipients, at) = match (event.bounce, event.complaint) {
        (Some(bounce), _) if bounce.bounce_type == "Permanent" => {
            (MailState::Bounced, bounce.bounced_recipients, bounce.timestamp)
        }
        (_, Some(complaint)) => (MailState::Complained, complaint.complained_recipients, complaint.timestamp),
        _ => return Ok(()),
    };
    let Some(reader) = event.mail.tags.get(READER_TAG).and_then(|tags| reader_of(tags.first()?)) else {
        // Somebody else's mail, over the same configuration set.
        return Ok(());
    };
    for recipient in recipients {
        if let Ok(address) = recipient.email_address.parse::<EmailAddress>() {
            people.note_mail(&reader, &address, state, at).await?;
            tracing::info!(mail.outcome = state.as_str(), "mail does not arrive");
        }
    }
    Ok(())
}
