//! What the tables' streams bring.

use case_chat_domain::{ReadMarker, SealedRecord};

use crate::{
    StoreError,
    keys::{self, Item, inbox, number, read_string, string, thread},
};

/// Something new for the sockets of a case.
#[derive(Debug)]
pub enum News {
    /// A record of its thread.
    Record(Box<SealedRecord>),
    /// Someone has read on.
    Read(ReadMarker),
}

impl News {
    /// From a change's keys and new image, of the stream of `threads` or of `inbox`.
    pub fn read(keys: &serde_dynamo::Item, image: &serde_dynamo::Item) -> Result<Self, StoreError> {
        if keys.contains_key(inbox::ROW) {
            let item = plain(image);
            match inbox::row(read_string(&item, inbox::ROW)?) {
                Some(inbox::Row::Read(case_id)) => keys::read_marker(&item, case_id).map(Self::Read),
                _ => Err(StoreError::Item(inbox::ROW)),
            }
        } else {
            read_record(keys, image).map(|sealed| Self::Record(Box::new(sealed)))
        }
    }
}

/// A record as the stream of `threads` brings it, from its keys and its image.
///
/// Refuses a record that stands under another key than its own, or whose hash does not hold.
pub fn read_record(
    keys: &serde_dynamo::Item,
    image: &serde_dynamo::Item,
) -> Result<SealedRecord, StoreError> {
    let sealed = keys::read_record(&mut plain(image))?;
    let (record, keys) = (sealed.record(), plain(keys));
    let in_place = keys.get(thread::CASE_ID) == Some(&string(record.case_id.as_str()))
        && keys.get(thread::SEQ) == Some(&number(record.seq));
    if !in_place {
        return Err(StoreError::Item(thread::SEQ));
    }
    if !sealed.is_intact() {
        return Err(StoreError::Item(thread::RECORD));
    }
    Ok(sealed)
}

/// The trace of the request that brought a record, as it was inserted with it.
#[must_use]
pub fn read_trace(image: &serde_dynamo::Item) -> Option<&str> {
    match image.get(thread::TRACE) {
        Some(serde_dynamo::AttributeValue::S(text)) => Some(text),
        _ => None,
    }
}

/// The texts and numbers of an item, which is all that these tables hold.
fn plain(item: &serde_dynamo::Item) -> Item {
    use serde_dynamo::AttributeValue::{N, S};
    let values = item.inner().iter().filter_map(|(name, value)| match value {
        S(text) => Some((name.clone(), string(text))),
        N(digits) => Some((name.clone(), number(digits))),
        _ => None,
    });
    values.collect()
}
