//! What the rows about a person say. Whatever cannot be read, says as little as possible.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use case_chat_domain::{
    EmailAddress, Language, Level, MailState, Notice, Preferences, Profile, Seq, Timestamp, Told, UserId,
};

use super::Choices;
use crate::{
    StoreError,
    keys::{Item, inbox, person, read_number, read_string},
};

pub(super) fn read_choices(user_id: &UserId, rows: &HashMap<String, Item>) -> Choices {
    let profile = rows.get(person::PROFILE).and_then(|item| read_profile(user_id, item).ok());
    let address = profile.as_ref().and_then(|profile| profile.address.as_ref()).map(EmailAddress::as_str);
    // What was said of another address, says nothing of this one.
    let about = |name| rows.get(person::MAIL).filter(|item| read_string(item, name).ok() == address);
    let mail = match (&profile, address) {
        // The host gave nothing that mail can be sent to.
        (Some(_), None) => MailState::Bounced,
        _ => about(person::ADDRESS).map_or(MailState::Ok, read_state),
    };
    let lost = about(person::LOST_TO).and_then(|item| read_number(item, person::LOST_AT).ok());
    Choices {
        preferences: rows.get(person::PREFERENCES).map(read_preferences).unwrap_or_default(),
        mail,
        lost: lost.map(Timestamp::from_millis),
        profile,
    }
}

/// Whatever cannot be read, says as little as possible and mutes nothing.
fn read_preferences(item: &Item) -> Preferences {
    let email = read_string(item, person::EMAIL).ok().and_then(|text| text.parse().ok());
    let email = email.unwrap_or(Level::Generic);
    let muted = match item.get(person::MUTED) {
        Some(AttributeValue::L(cases)) => {
            cases.iter().filter_map(|case| case.as_s().ok()?.parse().ok()).collect()
        }
        _ => Vec::new(),
    };
    Preferences::new(email, muted).unwrap_or(Preferences { email, ..Preferences::default() })
}

/// A state that this version does not know is no good news.
fn read_state(item: &Item) -> MailState {
    match read_string(item, person::STATE) {
        Ok("ok") => MailState::Ok,
        Ok("complained") => MailState::Complained,
        _ => MailState::Bounced,
    }
}

pub(super) fn read_profile(user_id: &UserId, item: &Item) -> Result<Profile, StoreError> {
    let unsubscribe = read_string(item, person::UNSUBSCRIBE)?;
    Ok(Profile {
        user_id: user_id.clone(),
        address: read_string(item, person::ADDRESS).ok().and_then(|text| text.parse().ok()),
        language: Language::of(read_string(item, person::LANGUAGE).unwrap_or_default()),
        as_of: Timestamp::from_millis(read_number(item, person::AS_OF)?),
        unsubscribe: unsubscribe.parse().map_err(|_| StoreError::Item(person::UNSUBSCRIBE))?,
    })
}

pub(super) fn read_notice(item: &Item) -> Result<Notice, StoreError> {
    let told = item.contains_key(person::TOLD).then(|| read_told(item)).transpose()?;
    let leased_until = read_number(item, person::LEASED_UNTIL).ok().map(Timestamp::from_millis);
    Ok(Notice { told, leased_until })
}

fn read_told(item: &Item) -> Result<Told, StoreError> {
    let seq = read_number::<u64>(item, person::TOLD)?;
    let to = read_string(item, person::TOLD_TO)?;
    Ok(Told {
        seq: Seq::try_from(seq).map_err(|_| StoreError::Item(person::TOLD))?,
        from_requester: read_number(item, inbox::FROM_REQUESTER)?,
        from_provider: read_number(item, inbox::FROM_PROVIDER)?,
        to: to.parse().map_err(|_| StoreError::Item(person::TOLD_TO))?,
        at: Timestamp::from_millis(read_number(item, person::TOLD_AT)?),
    })
}
