//! SES, as far as the template needs it: mail is taken, kept and shown, and never leaves this machine.
//!
//! Owns SendEmail of version 2 of its API, what SES refuses, and what it tells the event bus of a mail. Whom a caller
//! may send as is IAM's; what was sent is shown by [`mailbox`].

mod address;
mod fate;
mod letter;
mod mailbox;
mod page;
mod rate;
mod store;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::aws::Refusal;
use crate::clock::now_millis;
use crate::events::Events;
use crate::state::State;
use crate::template::{ConfigurationSet, SenderIdentities, Stack};
use letter::Letter;
use rate::Rate;

pub(crate) use address::Mailbox;

/// The template's mail.
#[derive(Clone)]
pub struct Mail(Arc<Inner>);

struct Inner {
    sets: Vec<ConfigurationSet>,
    senders: SenderIdentities,
    account: String,
    region: String,
    state: State,
    events: Events,
    rate: Option<Rate>,
}

/// A letter that was taken.
struct Sent {
    message_id: String,
    /// In milliseconds.
    at: i64,
    letter: Letter,
}

impl Mail {
    /// Mail over the state that keeps it; with so many mails a second at most, if it is said.
    pub fn new(
        stack: &Stack,
        account: &str,
        region: &str,
        state: State,
        events: Events,
        per_second: Option<u32>,
    ) -> Self {
        Self(Arc::new(Inner {
            sets: stack.configuration_sets.clone(),
            senders: stack.sender_identities.clone(),
            account: account.to_owned(),
            region: region.to_owned(),
            state,
            events,
            rate: per_second.map(Rate::new),
        }))
    }

    /// Answers one action.
    pub async fn handle(&self, operation: &str, body: &Value) -> Result<Value, Refusal> {
        match operation {
            "SendEmail" => self.0.send(body).await,
            other => Err(bad_request(format!("SES {other} is not emulated here"))),
        }
    }

    /// The pages that show what was sent.
    pub fn mailbox(&self) -> Router {
        mailbox::router(self.0.state.clone())
    }
}

impl Inner {
    async fn send(&self, body: &Value) -> Result<Value, Refusal> {
        let letter = Letter::read(body)?;
        let set = match &letter.set {
            Some(name) => Some(self.set(name)?),
            None => None,
        };
        let from = &letter.from.address;
        if self.senders.of(from).is_none() {
            let region = self.region.to_ascii_uppercase();
            let message = format!(
                "Email address is not verified. The following identities failed the check in region {region}: {from}"
            );
            return Err(Refusal::over_rest(StatusCode::BAD_REQUEST, "MessageRejected", message));
        }
        if self.rate.as_ref().is_some_and(|rate| !rate.admits()) {
            let message = "Maximum sending rate exceeded.";
            return Err(Refusal::over_rest(
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequestsException",
                message,
            ));
        }
        let at = now_millis();
        let sent = Sent { message_id: format!("{at:016x}-{}-000000", Uuid::new_v4()), at, letter };
        let answer = json!({ "MessageId": sent.message_id });
        let news = set.map_or_else(Vec::new, |set| fate::news(&sent, set, &self.account));
        let set_arn = set.map(|set| {
            format!("arn:aws:ses:{}:{}:configuration-set/{}", self.region, self.account, set.name)
        });
        let events = self.events.clone();
        self.state
            .transact(move |tx| {
                store::insert(tx, &sent)?;
                news.iter().try_for_each(|(kind, detail)| {
                    events.publish_within(tx, "aws.ses", kind, set_arn.as_slice(), detail)
                })
            })
            .await?;
        Ok(answer)
    }

    fn set(&self, name: &str) -> Result<&ConfigurationSet, Refusal> {
        self.sets.iter().find(|set| set.name == name).ok_or_else(|| {
            let message = format!("Configuration set <{name}> does not exist.");
            Refusal::over_rest(StatusCode::NOT_FOUND, "NotFoundException", message)
        })
    }
}

fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::over_rest(StatusCode::BAD_REQUEST, "BadRequestException", message)
}
