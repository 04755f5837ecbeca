//! What the rows about a person say. Whatever cannot be read, says as little as possible.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use case_chat_domain::{
    EmailAddress, Language, Level, MailState, Notice, Preferences, Profile, Seq, Timestamp, UserId,
};

use super::Choices;
use crate::{
    StoreError,
    keys::{Item, person, read_number, read_string},
};

pub(super) fn read_choices(user_id: &UserId, rows: &HashMap<String, Item>) -> Choices {
    let profile = rows.get(person::PROFILE).and_then(|item| read_profile(user_id, item).ok());
    let address = profile.as_ref().and_then(|profile| profile.address.as_ref()).map(EmailAddress::as_str);
    // What was said of another address, says nothing of this one.
    let mail = rows.get(person::MAIL).filter(|item| read_string(item, person::ADDRESS).ok() == address);
    Choices {
        preferences: rows.get(person::PREFERENCES).map(read_preferences).unwrap_or_default(),
        mail: mail.map_or(MailState::Ok, read_state),
        profile,
    }
}

/// Whatever cannot be read, says as little as possible and mutes nothing.
fn read_preferences(item: &Item) -> Preferences {
    let email = match item.get(person::EMAIL) {
        None => Preferences::default().email,
        Some(_) => {
            read_string(item, person::EMAIL).ok().and_then(|text| text.parse().ok()).unwrap_or(Level::Generic)
        }
    };
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
    let told = match item.get(person::TOLD) {
        None => None,
        Some(_) => {
            let seq = read_number::<u64>(item, person::TOLD)?;
            Some(Seq::try_from(seq).map_err(|_| StoreError::Item(person::TOLD))?)
        }
    };
    let leased_until = read_number(item, person::LEASED_UNTIL).ok().map(Timestamp::from_millis);
    Ok(Notice { told, leased_until })
}
