use case_chat_domain::{AttachmentId, CaseStatus, ClientId, Draft, InvalidText, MessageBody, Seq};
use serde::Deserialize;

/// A message takes along at most this many attachments.
pub const MAX_ATTACHMENTS: usize = 10;

/// The body of `POST /cases/{caseId}/messages`.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PostMessage {
    /// The client's own id of the message, the same at every retry.
    pub client_id: ClientId,
    /// The highest seq that the client had seen before it first sent this message.
    pub after: Seq,
    /// What the message says; at most 8,000 characters and 16 KiB.
    pub body: String,
    /// Ids of verified uploads; at most 10.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<AttachmentId>>"))]
    pub attachments: Vec<AttachmentId>,
}

/// Why a well-formed request holds no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessage {
    /// Neither text nor attachment.
    #[error("the message has neither text nor attachment")]
    Empty,
    /// Over 8,000 characters or 16 KiB.
    #[error("the message is too large")]
    TooLarge,
    /// A control character other than newline and tab.
    #[error("the message has control characters other than newline and tab")]
    ControlCharacter,
    /// More than 10.
    #[error("the message has more than 10 attachments")]
    TooManyAttachments,
    /// The same one twice.
    #[error("the message has an attachment twice")]
    RepeatedAttachment,
}

impl TryFrom<PostMessage> for Draft {
    type Error = InvalidMessage;

    fn try_from(request: PostMessage) -> Result<Self, InvalidMessage> {
        if request.attachments.len() > MAX_ATTACHMENTS {
            return Err(InvalidMessage::TooManyAttachments);
        }
        let repeated = |(number, id)| request.attachments[..number].contains(id);
        if request.attachments.iter().enumerate().any(repeated) {
            return Err(InvalidMessage::RepeatedAttachment);
        }
        let body = MessageBody::try_from(request.body).map_err(|error| match error {
            InvalidText::TooLong => InvalidMessage::TooLarge,
            InvalidText::ControlCharacter | InvalidText::Misleading => InvalidMessage::ControlCharacter,
            InvalidText::Empty => InvalidMessage::Empty,
        })?;
        if body.is_blank() && request.attachments.is_empty() {
            return Err(InvalidMessage::Empty);
        }
        Ok(Self {
            client_id: request.client_id,
            after: request.after,
            body,
            attachments: request.attachments,
        })
    }
}

/// The body of `PUT /cases/{caseId}/read`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// The newest record that the caller has seen.
    pub seq: Seq,
}

/// The query of `GET /cases/{caseId}/messages`: at most one of the two cursors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageQuery {
    /// The newest records.
    Latest {
        /// 1 to 100.
        limit: u8,
    },
    /// The records just before this one.
    Before {
        /// The first seq that the reader has.
        seq: Seq,
        /// 1 to 100.
        limit: u8,
    },
    /// The records just after this one.
    After {
        /// The last seq that the reader has.
        seq: Seq,
        /// 1 to 100.
        limit: u8,
    },
}

impl PageQuery {
    /// A page holds at most this many records, so that it stays under 2 MB at their largest.
    pub const MAX_LIMIT: u8 = 100;
    const DEFAULT_LIMIT: u8 = 50;

    /// From the query's own text. An error says which rule was broken.
    pub fn parse(parameters: &[(&str, &str)]) -> Result<Self, &'static str> {
        let (mut before, mut after, mut limit) = (None, None, None);
        for &(name, value) in parameters {
            let slot = match name {
                "before" => &mut before,
                "after" => &mut after,
                "limit" => &mut limit,
                _ => return Err("the query has a parameter that is not before, after or limit"),
            };
            let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
            let number = value.parse::<u64>().ok().filter(|_| digits && slot.is_none());
            *slot = Some(number.ok_or("before, after and limit are each one whole number")?);
        }
        let limit = match limit {
            None => Self::DEFAULT_LIMIT,
            Some(limit) => u8::try_from(limit)
                .ok()
                .filter(|limit| (1..=Self::MAX_LIMIT).contains(limit))
                .ok_or("limit is 1 to 100")?,
        };
        let seq = |number: u64| Seq::try_from(number).map_err(|_| "a cursor is at most 2^53 - 1");
        match (before, after) {
            (None, None) => Ok(Self::Latest { limit }),
            (Some(before), None) => Ok(Self::Before { seq: seq(before)?, limit }),
            (None, Some(after)) => Ok(Self::After { seq: seq(after)?, limit }),
            (Some(_), Some(_)) => Err("before and after do not go together"),
        }
    }
}

/// The query of `GET /cases`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseFilter(pub CaseStatus);

impl CaseFilter {
    /// From the query's own text: `status` is `open` (as without one) or `closed`.
    pub fn parse(parameters: &[(&str, &str)]) -> Result<Self, &'static str> {
        let mut status = None;
        for &(name, value) in parameters {
            match (name, value, status) {
                ("status", "open", None) => status = Some(CaseStatus::Open),
                ("status", "closed", None) => status = Some(CaseStatus::Closed),
                ("status", ..) => return Err("status is open or closed"),
                _ => return Err("the query has a parameter that is not status"),
            }
        }
        Ok(Self(status.unwrap_or(CaseStatus::Open)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_and_after_do_not_go_together() {
        assert!(PageQuery::parse(&[("before", "1"), ("after", "2")]).is_err());
    }

    #[test]
    fn a_cursor_is_one_whole_number() {
        assert_eq!(
            PageQuery::parse(&[("after", "7"), ("limit", "100")]),
            Ok(PageQuery::After { seq: Seq::try_from(7).expect("small"), limit: 100 })
        );
        for wrong in ["", "-1", "+1", "1.5", "abc", "1,2", "9007199254740992", "99999999999999999999"] {
            assert!(PageQuery::parse(&[("after", wrong)]).is_err(), "{wrong}");
        }
        for wrong in ["0", "101", "256"] {
            assert!(PageQuery::parse(&[("limit", wrong)]).is_err(), "{wrong}");
        }
    }
}
