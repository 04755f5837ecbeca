//! `GET` and `PUT /preferences`: what somebody wants to be told by mail.
#![warn(missing_docs)]

use case_chat_aws::People;
use case_chat_domain::{Level, Preferences};
use case_chat_entry::{
    Failure,
    http::{Answer, Call, answer},
};
use case_chat_wire::{ChosenPreferences, MailPreferences};
use lambda_http::http::{Method, StatusCode};

/// One round trip to read, two to choose. `ceiling` is the most that this deployment lets a mail say.
pub async fn preferences(people: &People, ceiling: Level, call: Call) -> Answer {
    let chosen = if *call.method() == Method::PUT {
        let chosen = Preferences::try_from(call.json::<ChosenPreferences>()?);
        Some(chosen.map_err(|error| Failure::invalid(format!("{error}.")))?)
    } else {
        None
    };
    if let Some(chosen) = &chosen {
        people.choose(&call.user_id, chosen).await.map_err(Failure::internal)?;
    }
    let choices = people.choices(&call.user_id).await.map_err(Failure::internal)?;
    answer(
        StatusCode::OK,
        &MailPreferences::new(chosen.unwrap_or(choices.preferences), choices.mail, ceiling),
    )
}
