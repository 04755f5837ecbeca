//! The audit trail: who did what to which case, when, and whether they were let. Never content.
//!
//! One line of the log for each request, marked by the field `audit`, whose value is the schema's version (SECURITY.md
//! describes it). Nothing is answered before its line is out, and without its line nothing is answered.

mod action;

use std::io::{self, Write};

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use case_chat_domain::{AttachmentId, CaseId, Seq, Timestamp, UserId};
use case_chat_wire::{Code, ExportFormat};
use lambda_http::{Request, RequestExt, request::RequestContext};
use serde::Serialize;

use crate::clock;

pub use action::Action;

/// The version of the lines' schema: it rises when a field changes its meaning or goes.
const SCHEMA: u8 = 1;

/// Somebody as their token names them, an administrator as well. Good for the trail and for nothing else: nothing
/// makes it an id that could share a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Subject(UserId);

impl From<UserId> for Subject {
    fn from(user_id: UserId) -> Self {
        Self(user_id)
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused, or failed, with this code.
    Refused(Code),
    /// A page of another origin tried to open a socket.
    ForeignOrigin,
    /// A link to unsubscribe with a token that nobody has.
    UnknownToken,
}

impl Outcome {
    /// As it stands in the trail.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Refused(code) => code.as_str(),
            Self::ForeignOrigin => "foreign_origin",
            Self::UnknownToken => "unknown_token",
        }
    }

    /// The HTTP status that goes with it where there is no other.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Done => 200,
            Self::Refused(code) => code.status(),
            Self::ForeignOrigin => 403,
            Self::UnknownToken => 404,
        }
    }
}

/// The records of a thread that an answer gives or makes: an extension of the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Records {
    /// The first of them.
    pub first: Seq,
    /// The last of them.
    pub last: Seq,
}

/// A line that is not written yet.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    action: Option<Action>,
    began: Option<Timestamp>,
    request_id: Option<String>,
    connection_id: Option<String>,
    /// Who asks; nobody where no token holds.
    pub subject: Option<Subject>,
    /// Of which case, if the request names one that could be one.
    pub case_id: Option<CaseId>,
    /// Which file.
    pub attachment_id: Option<AttachmentId>,
    /// Which records.
    pub records: Option<Records>,
    /// As what they were exported.
    pub format: Option<ExportFormat>,
    /// The HTTP status that is answered.
    pub status: Option<u16>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    audit: u8,
    at: Timestamp,
    action: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a Subject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_id: Option<&'a CaseId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment_id: Option<&'a AttachmentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seq: Option<Seq>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seq: Option<Seq>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<ExportFormat>,
    #[serde(rename = "http.status", skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(rename = "duration.ms", skip_serializing_if = "Option::is_none")]
    duration: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl Entry {
    /// Begins the line of an HTTP request. Of its path, only ids that hold.
    #[must_use]
    pub fn of_request(request: &Request) -> Self {
        let (route, request_id) = match request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => {
                (context.route_key.as_deref(), context.request_id.clone())
            }
            _ => (None, None),
        };
        let parameters = request.path_parameters();
        Self {
            action: route.and_then(Action::of_route),
            began: Some(clock::now()),
            request_id,
            case_id: parameters.first("caseId").and_then(|id| id.parse().ok()),
            attachment_id: parameters.first("attachmentId").and_then(|id| id.parse().ok()),
            ..Self::default()
        }
    }

    /// Begins the line of something that a socket does.
    #[must_use]
    pub fn of_socket(event: &ApiGatewayWebsocketProxyRequest) -> Self {
        let context = &event.request_context;
        Self {
            action: context.route_key.as_deref().and_then(Action::of_route),
            began: Some(clock::now()),
            request_id: context.request_id.clone(),
            connection_id: context.connection_id.clone(),
            ..Self::default()
        }
    }

    /// Whether the trail has a name for what is asked. What it has none for is not done.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.action.is_some()
    }

    /// Writes the line. Whoever cannot, must not answer either.
    pub fn close(&self, outcome: Outcome) -> io::Result<()> {
        self.write(outcome, clock::now(), &mut io::stdout().lock())
    }

    fn write(&self, outcome: Outcome, at: Timestamp, out: &mut impl Write) -> io::Result<()> {
        let line = Line {
            audit: SCHEMA,
            at,
            action: self.action.map_or("unknown", Action::as_str),
            outcome: outcome.as_str(),
            subject: self.subject.as_ref(),
            case_id: self.case_id.as_ref(),
            attachment_id: self.attachment_id.as_ref(),
            first_seq: self.records.map(|records| records.first),
            last_seq: self.records.map(|records| records.last),
            format: self.format,
            status: self.status,
            duration: self.began.map(|began| (at.millis() - began.millis()).max(0)),
            connection_id: self.connection_id.as_deref(),
            request_id: self.request_id.as_deref(),
        };
        // At once, so that lines of other writers do not come between.
        let mut line = serde_json::to_vec(&line)?;
        line.push(b'\n');
        out.write_all(&line)?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_who_did_what_to_which_case_and_how_it_ended() {
        let entry = Entry {
            action: Action::of_route("POST /cases/{caseId}/messages"),
            request_id: Some("a-request".to_owned()),
            subject: Some(Subject("amira".parse().expect("an id"))),
            case_id: Some("case-1".parse().expect("an id")),
            began: Some(Timestamp::from_millis(0)),
            status: Some(409),
            ..Entry::default()
        };
        let mut out = Vec::new();
        let at = Timestamp::from_millis(12);
        entry.write(Outcome::Refused(Code::CaseClosed), at, &mut out).expect("memory");
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "{\"audit\":1,\"at\":\"1970-01-01T00:00:00.012Z\",\"action\":\"message.post\",\
             \"outcome\":\"case_closed\",\"subject\":\"amira\",\"caseId\":\"case-1\",\
             \"http.status\":409,\"duration.ms\":12,\"requestId\":\"a-request\"}\n"
        );
    }

    #[test]
    fn a_line_that_cannot_be_written_is_told() {
        let mut full: &mut [u8] = &mut [0; 10];
        assert!(Entry::default().write(Outcome::Done, Timestamp::from_millis(0), &mut full).is_err());
    }
}
