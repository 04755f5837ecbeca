//! How keys and attributes are spelled. No key string stands anywhere else.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use case_chat_domain::{Buckets, SealedRecord, Tail};

use crate::StoreError;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// Table `threads`: `caseId`, `seq`; the record as canonical JSON; the rate limit beside it.
pub(crate) mod thread {
    pub(crate) const CASE_ID: &str = "caseId";
    pub(crate) const SEQ: &str = "seq";
    pub(crate) const RECORD: &str = "record";
    pub(crate) const BUCKETS: &str = "buckets";
}

/// Table `cases`: the host's newest snapshot of each.
pub(crate) mod case {
    pub(crate) const CASE_ID: &str = "caseId";
    pub(crate) const VERSION: &str = "version";
    pub(crate) const REFERENCE: &str = "reference";
    pub(crate) const STATUS: &str = "status";
    pub(crate) const REQUESTER: &str = "requester";
    pub(crate) const PROVIDER: &str = "provider";
    pub(crate) const USER_ID: &str = "userId";
    pub(crate) const NAME: &str = "name";
}

/// Table `inbox`: `userId`, `row`.
pub(crate) mod inbox {
    use case_chat_domain::CaseId;

    pub(crate) const USER_ID: &str = "userId";
    pub(crate) const ROW: &str = "row";
    pub(crate) const HEAD: &str = "head";
    pub(crate) const HEAD_HASH: &str = "headHash";
    pub(crate) const REFERENCE: &str = "reference";
    pub(crate) const ROLE: &str = "role";
    pub(crate) const PEER_ID: &str = "peerId";
    pub(crate) const PEER_NAME: &str = "peerName";
    pub(crate) const STATUS: &str = "status";
    pub(crate) const SENT_BY_PEER: &str = "sentByPeer";
    pub(crate) const LAST_ACTIVITY_AT: &str = "lastActivityAt";
    pub(crate) const PREVIEW_SENDER: &str = "previewSender";
    pub(crate) const PREVIEW_TEXT: &str = "previewText";
    pub(crate) const EXPIRES_AT: &str = "expiresAt";
    const CASE_ROW: &str = "case#";

    pub(crate) fn case_row(case_id: &CaseId) -> String {
        format!("{CASE_ROW}{case_id}")
    }

    pub(crate) fn case_of_row(row: &str) -> Option<CaseId> {
        row.strip_prefix(CASE_ROW)?.parse().ok()
    }

    pub(crate) const CASE_ROWS: &str = CASE_ROW;
}

/// Table `connections`: `userId`, `connectionId`; an index by connection; times in seconds.
pub(crate) mod connection {
    pub(crate) const USER_ID: &str = "userId";
    pub(crate) const CONNECTION_ID: &str = "connectionId";
    pub(crate) const CONNECTED_AT: &str = "connectedAt";
    pub(crate) const TOKEN_EXPIRES_AT: &str = "tokenExpiresAt";
    pub(crate) const EXPIRES_AT: &str = "expiresAt";
    pub(crate) const BY_CONNECTION: &str = "byConnection";
}

pub(crate) fn string(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn number(number: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(crate) fn read_string<'a>(item: &'a Item, name: &'static str) -> Result<&'a str, StoreError> {
    match item.get(name) {
        Some(AttributeValue::S(text)) => Ok(text),
        _ => Err(StoreError::Item(name)),
    }
}

pub(crate) fn read_number<T: std::str::FromStr>(item: &Item, name: &'static str) -> Result<T, StoreError> {
    match item.get(name) {
        Some(AttributeValue::N(digits)) => digits.parse().map_err(|_| StoreError::Item(name)),
        _ => Err(StoreError::Item(name)),
    }
}

pub(crate) fn read_tail(mut item: Item) -> Result<Tail, StoreError> {
    let buckets = match item.get(thread::BUCKETS) {
        Some(AttributeValue::S(json)) => {
            serde_json::from_str(json).map_err(|_| StoreError::Item(thread::BUCKETS))?
        }
        _ => Buckets::default(),
    };
    Ok(Tail::new(read_record(&mut item)?, buckets))
}

pub(crate) fn read_record(item: &mut Item) -> Result<SealedRecord, StoreError> {
    match item.remove(thread::RECORD) {
        Some(AttributeValue::S(json)) => read_json(json),
        _ => Err(StoreError::Item(thread::RECORD)),
    }
}

fn read_json(json: String) -> Result<SealedRecord, StoreError> {
    SealedRecord::parse(json).map_err(|_| StoreError::Item(thread::RECORD))
}

/// A record as the table's stream brings it, from its keys and its image.
///
/// Refuses a record that stands under another key than its own, or whose hash does not hold.
pub fn read_stream_image(
    keys: &serde_dynamo::Item,
    image: &serde_dynamo::Item,
) -> Result<SealedRecord, StoreError> {
    use serde_dynamo::AttributeValue::{N, S};
    let Some(S(json)) = image.get(thread::RECORD) else {
        return Err(StoreError::Item(thread::RECORD));
    };
    let sealed = read_json(json.clone())?;
    let record = sealed.record();
    let in_place = matches!((keys.get(thread::CASE_ID), keys.get(thread::SEQ)), (Some(S(case_id)), Some(N(seq)))
        if *case_id == record.case_id.as_str() && *seq == record.seq.to_string());
    if !in_place {
        return Err(StoreError::Item(thread::SEQ));
    }
    if !sealed.is_intact() {
        return Err(StoreError::Item(thread::RECORD));
    }
    Ok(sealed)
}
