//! How keys and attributes are spelled. No key string stands anywhere else.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use case_chat_domain::{Buckets, CaseId, ReadMarker, SealedRecord, Seq, Stored, Tail, Timestamp};

use crate::StoreError;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// Table `threads`: `caseId`, `seq`; the record as canonical JSON; beside it the rate limit, and the trace of the request
/// that brought it, where that is followed.
pub(crate) mod thread {
    pub(crate) const CASE_ID: &str = "caseId";
    pub(crate) const SEQ: &str = "seq";
    pub(crate) const RECORD: &str = "record";
    pub(crate) const BUCKETS: &str = "buckets";
    pub(crate) const TRACE: &str = "trace";
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
    pub(crate) const SEQ: &str = "seq";
    pub(crate) const FROM_REQUESTER: &str = "fromRequester";
    pub(crate) const FROM_PROVIDER: &str = "fromProvider";
    pub(crate) const READ_AT: &str = "readAt";
    const CASE_ROW: &str = "case#";
    const READ_ROW: &str = "read#";
    const NOTICE_ROW: &str = "notice#";

    pub(crate) fn case_row(case_id: &CaseId) -> String {
        format!("{CASE_ROW}{case_id}")
    }

    pub(crate) fn read_row(case_id: &CaseId) -> String {
        format!("{READ_ROW}{case_id}")
    }

    pub(crate) fn notice_row(case_id: &CaseId) -> String {
        format!("{NOTICE_ROW}{case_id}")
    }

    /// What a row of that key says.
    pub(crate) enum Row {
        /// A person's view of a case.
        Case(CaseId),
        /// How far they have read it.
        Read(CaseId),
        /// What has nothing to do with a list of cases, or is of a later version.
        Other,
    }

    pub(crate) fn row(key: &str) -> Option<Row> {
        match (key.strip_prefix(CASE_ROW), key.strip_prefix(READ_ROW)) {
            (Some(case_id), _) => case_id.parse().ok().map(Row::Case),
            (_, Some(case_id)) => case_id.parse().ok().map(Row::Read),
            _ => Some(Row::Other),
        }
    }
}

/// Table `inbox`, the rows about a person; times in milliseconds. An index by unsubscribe token.
pub(crate) mod person {
    pub(crate) const PROFILE: &str = "profile";
    pub(crate) const PREFERENCES: &str = "prefs";
    pub(crate) const MAIL: &str = "mail";
    pub(crate) const ADDRESS: &str = "address";
    pub(crate) const LANGUAGE: &str = "language";
    pub(crate) const AS_OF: &str = "asOf";
    pub(crate) const UNSUBSCRIBE: &str = "unsubscribeToken";
    pub(crate) const BY_TOKEN: &str = "byUnsubscribeToken";
    pub(crate) const EMAIL: &str = "email";
    pub(crate) const MUTED: &str = "mutedCases";
    pub(crate) const STATE: &str = "state";
    pub(crate) const LOST_AT: &str = "lostAt";
    pub(crate) const LOST_TO: &str = "lostTo";
    pub(crate) const TOLD: &str = "told";
    pub(crate) const TOLD_TO: &str = "toldTo";
    pub(crate) const TOLD_AT: &str = "toldAt";
    pub(crate) const LEASED_UNTIL: &str = "leasedUntil";
    pub(crate) const LEASE_OWNER: &str = "leaseOwner";
}

/// Table `uploads`: `caseId`, `attachmentId`; times in seconds.
pub(crate) mod upload {
    pub(crate) const CASE_ID: &str = "caseId";
    pub(crate) const ID: &str = "attachmentId";
    pub(crate) const OWNER: &str = "owner";
    pub(crate) const NAME: &str = "name";
    pub(crate) const CONTENT_TYPE: &str = "contentType";
    pub(crate) const SIZE: &str = "size";
    pub(crate) const SHA256: &str = "sha256";
    pub(crate) const STATE: &str = "state";
    pub(crate) const BOUND_TO: &str = "boundTo";
    pub(crate) const BOUND_AFTER: &str = "boundAfter";
    pub(crate) const EXPIRES_AT: &str = "expiresAt";
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

/// Table `limits`: `userId`, `what`; milliseconds, but for the time to live.
pub(crate) mod limit {
    pub(crate) const USER_ID: &str = "userId";
    pub(crate) const WHAT: &str = "what";
    pub(crate) const USED_UNTIL: &str = "usedUntil";
    pub(crate) const EXPIRES_AT: &str = "expiresAt";
    pub(crate) const UPLOADS: &str = "uploads";
    pub(crate) const EXPORTS: &str = "exports";
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

/// A record with its place, or what stands there instead.
pub(crate) fn read_stored(item: &mut Item) -> Result<Stored, StoreError> {
    let seq = read_place(item)?;
    let sealed = match item.remove(thread::RECORD) {
        Some(AttributeValue::S(json)) => SealedRecord::parse(json).ok(),
        _ => None,
    };
    Ok(Stored { seq, sealed })
}

/// A place between two, which only somebody else can have made, counts as the one behind it: that one is the first that
/// does not hold.
fn read_place(item: &Item) -> Result<Seq, StoreError> {
    let place = match read_number::<u64>(item, thread::SEQ) {
        Ok(place) => place,
        Err(_) => read_number::<f64>(item, thread::SEQ)?.ceil() as u64,
    };
    Seq::try_from(place).map_err(|_| StoreError::Item(thread::SEQ))
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

/// How far someone has read, from their row of it.
pub(crate) fn read_marker(item: &Item, case_id: CaseId) -> Result<ReadMarker, StoreError> {
    let seq = read_number::<u64>(item, inbox::SEQ)?;
    Ok(ReadMarker {
        case_id,
        reader: read_string(item, inbox::USER_ID)?.parse().map_err(|_| StoreError::Item(inbox::USER_ID))?,
        seq: Seq::try_from(seq).map_err(|_| StoreError::Item(inbox::SEQ))?,
        from_requester: read_number(item, inbox::FROM_REQUESTER)?,
        from_provider: read_number(item, inbox::FROM_PROVIDER)?,
        read_at: Timestamp::from_millis(read_number(item, inbox::READ_AT)?),
    })
}
