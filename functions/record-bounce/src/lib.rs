//! SES's word that a mail bounced or was called unwanted: no more is sent to that address.
//!
//! Whose mail it was, its tag says. A mail that was lost, without its address being at fault, no longer counts as one
//! that told of anything.
#![warn(missing_docs)]

use std::collections::HashMap;

use case_chat_aws::{People, READER_TAG, StoreError, reader_of};
use case_chat_domain::{EmailAddress, MailState, Timestamp, UserId};
use case_chat_entry::metrics::Metrics;
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
    /// What was sent to. What came back may name a mailbox behind it.
    #[serde(default)]
    destination: Vec<String>,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    timestamp: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    complaint_feedback_type: Option<String>,
    timestamp: Timestamp,
}

/// What an event says, and of whose address.
pub struct Report {
    /// To whom the mail was written.
    pub reader: UserId,
    sent_to: Option<EmailAddress>,
    word: Word,
}

/// What is said of an address.
enum Word {
    /// No more mail goes there.
    Stop(MailState, Timestamp),
    /// This one was lost; the next may arrive. SES has stopped trying when it says so.
    Lost(Timestamp),
    Nothing,
}

impl Word {
    /// As the log and the metric have it.
    const fn as_str(&self) -> Option<&'static str> {
        match self {
            Self::Stop(state, _) => Some(state.as_str()),
            Self::Lost(_) => Some("lost"),
            Self::Nothing => None,
        }
    }
}

impl Report {
    /// Reads an event; one of somebody else's mail, over the same configuration set, is nothing.
    pub fn read(detail: &str) -> Result<Option<Self>, RecordError> {
        let event: MailEvent = serde_json::from_str(detail)
            .map_err(|error| RecordError::Unreadable { line: error.line(), column: error.column() })?;
        let tags = event.mail.tags.get(READER_TAG);
        let reader = tags.and_then(|tags| reader_of(tags.first()?));
        let sent_to = event.mail.destination.first().and_then(|text| text.parse().ok());
        Ok(reader.map(|reader| Self { reader, sent_to, word: event.word() }))
    }
}

impl MailEvent {
    fn word(&self) -> Word {
        match (&self.bounce, &self.complaint) {
            (Some(bounce), _) if bounce.bounce_type == "Permanent" => {
                Word::Stop(MailState::Bounced, bounce.timestamp)
            }
            (Some(bounce), _) => Word::Lost(bounce.timestamp),
            // Somebody took it out of where unwanted mail goes.
            (_, Some(complaint)) if complaint.complaint_feedback_type.as_deref() == Some("not-spam") => {
                Word::Nothing
            }
            (_, Some(complaint)) => Word::Stop(MailState::Complained, complaint.timestamp),
            (None, None) => Word::Nothing,
        }
    }
}

/// Two round trips: whose address that is now, and what is said of it.
pub async fn record(people: &People, metrics: &Metrics, detail: &str) -> Result<(), RecordError> {
    let Some(Report { reader, sent_to, word }) = Report::read(detail)? else {
        return Ok(());
    };
    let Some(outcome) = word.as_str() else {
        return Ok(());
    };
    // A mail of ours, wherever they read theirs by now.
    metrics.line().of("Outcome", outcome).count("Mails", 1).print();
    let profile = people.choices(&reader).await?.profile;
    let Some(address) =
        sent_to.filter(|sent_to| profile.is_some_and(|now| now.address.as_ref() == Some(sent_to)))
    else {
        // They read mail elsewhere by now.
        return Ok(());
    };
    match word {
        Word::Stop(state, at) => {
            people.note_mail(&reader, &address, state, at).await?;
            tracing::info!(mail.outcome = outcome, "mail does not arrive");
        }
        Word::Lost(at) => {
            people.note_lost(&reader, &address, at).await?;
            tracing::info!(mail.outcome = outcome, "a mail did not arrive");
        }
        Word::Nothing => {}
    }
    Ok(())
}
