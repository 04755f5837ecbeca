//! HTTP: who calls, what they ask, what they are told.
//!
//! Every request is authenticated before anything of it is looked at, so the order of errors is
//! 401, 403, then whatever the function finds.

use case_chat_domain::{AttachmentId, CaseId, UserId};
use case_chat_wire::{Code, ExportFormat};
use lambda_http::{
    Body, Request, RequestExt, Response,
    http::{HeaderValue, Method, StatusCode, header},
    service_fn,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Failure,
    audit::{Entry, Outcome, Records, Subject},
    clock,
    identity::{Caller, Identity, Refused, Verified},
};

/// A request's JSON has at most this many bytes: the largest message, escaped sixfold, and room.
const MAX_JSON_BYTES: usize = 128 * 1024;

/// A request of somebody who is signed in and no administrator.
pub struct Call {
    /// Who calls.
    pub user_id: UserId,
    request: Request,
}

/// What a function answers.
pub type Answer = Result<Response<Body>, Failure>;

/// What a function answers that serves whoever holds a link, without a sign-in.
pub struct OpenAnswer {
    /// What goes back.
    pub response: Response<Body>,
    /// How it ended, for the audit trail.
    pub outcome: Outcome,
    /// Whose link it is, for the audit trail.
    pub subject: Option<Subject>,
}

/// Serves requests until Lambda ends the sandbox. Each leaves its line in the audit trail before it is answered.
pub async fn serve<'a, F>(
    identity: &'a Identity,
    handle: impl Fn(Call) -> F + Sync + 'a,
) -> Result<(), lambda_http::Error>
where
    F: Future<Output = Answer> + Send + 'a,
{
    let handle = &handle;
    lambda_http::run(service_fn(move |request: Request| async move {
        let mut entry = Entry::of_request(&request);
        let answer = match authenticate(identity, &request, &mut entry).await {
            Ok(user_id) => handle(Call { user_id, request }).await,
            Err(failure) => Err(failure),
        };
        let outcome = match &answer {
            Ok(response) => {
                entry.records = response.extensions().get().copied();
                entry.format = response.extensions().get().copied();
                Outcome::Done
            }
            Err(failure) => Outcome::Refused(failure.code()),
        };
        entry.status = Some(match &answer {
            Ok(response) => response.status().as_u16(),
            Err(failure) => failure.code().status(),
        });
        let answer = audited(&entry, outcome).and(answer);
        Ok::<_, lambda_http::Error>(answer.unwrap_or_else(|failure| refuse(&failure)))
    }))
    .await
}

/// The same for requests that need no sign-in.
pub async fn serve_anyone<'a, F>(handle: impl Fn(Request) -> F + Sync + 'a) -> Result<(), lambda_http::Error>
where
    F: Future<Output = OpenAnswer> + Send + 'a,
{
    let handle = &handle;
    lambda_http::run(service_fn(move |request: Request| async move {
        let mut entry = Entry::of_request(&request);
        if let Err(failure) = known(&entry) {
            return Ok::<_, lambda_http::Error>(refuse(&failure));
        }
        let OpenAnswer { response, outcome, subject } = handle(request).await;
        entry.subject = subject;
        entry.status = Some(response.status().as_u16());
        let answer = audited(&entry, outcome).map(|()| response);
        Ok(answer.unwrap_or_else(|failure| refuse(&failure)))
    }))
    .await
}

fn known(entry: &Entry) -> Result<(), Failure> {
    if entry.is_known() {
        Ok(())
    } else {
        Err(Failure::internal("the audit trail has no action for this route"))
    }
}

fn audited(entry: &Entry, outcome: Outcome) -> Result<(), Failure> {
    entry.close(outcome).map_err(|_| Failure::internal("a line of the audit trail could not be written"))
}

async fn authenticate(identity: &Identity, request: &Request, entry: &mut Entry) -> Result<UserId, Failure> {
    known(entry)?;
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or(Refused::Invalid)?;
    let Verified { caller, subject, .. } = identity.verify(token.trim(), clock::now()).await?;
    entry.subject = subject;
    match caller {
        Caller::Person(user_id) => Ok(user_id),
        Caller::Administrator => Err(Failure::new(
            Code::AdminsExcluded,
            "A case's chat is for its requester and its provider alone.",
        )),
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid => Self::new(Code::Unauthenticated, "Please sign in again."),
            Refused::Unavailable => Self::new(
                Code::IdentityUnavailable,
                "Your sign-in cannot be checked just now. Please try again in a moment.",
            ),
        }
    }
}

fn refuse(failure: &Failure) -> Response<Body> {
    let problem = failure.problem();
    // That it was refused, and why, stands in the audit trail.
    if let Some(error) = failure.cause() {
        tracing::error!(error, http.status = problem.status, "a request failed");
    }
    let mut response = json(status_of(problem.status), "application/problem+json", &problem);
    if let Some(seconds) = failure.retry_after_seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// An answer with a JSON body.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Answer {
    Ok(json(status, "application/json", body))
}

/// An answer whose JSON is at hand already.
pub fn answer_json(status: StatusCode, body: String) -> Answer {
    Ok(response(status, "application/json", body))
}

/// Tells the audit trail which records an answer gives or makes.
pub fn about(records: Records, answer: Answer) -> Answer {
    noted(records, answer)
}

/// Tells the audit trail as what an answer exports them.
pub fn exported_as(format: ExportFormat, answer: Answer) -> Answer {
    noted(format, answer)
}

fn noted<T: Clone + Send + Sync + 'static>(what: T, answer: Answer) -> Answer {
    answer.map(|mut response| {
        response.extensions_mut().insert(what);
        response
    })
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn json(status: StatusCode, content_type: &'static str, body: &impl Serialize) -> Response<Body> {
    match serde_json::to_string(body) {
        Ok(body) => response(status, content_type, body),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            response(StatusCode::INTERNAL_SERVER_ERROR, "application/problem+json", String::new())
        }
    }
}

fn response(status: StatusCode, content_type: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::Text(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl Call {
    /// The method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// What Lambda says of the trace that the request belongs to.
    pub fn trace_header(&self) -> Option<&str> {
        self.request.lambda_context_ref()?.xray_trace_id.as_deref()
    }

    /// The case in the path.
    pub fn case_id(&self) -> Result<CaseId, Failure> {
        let parameters = self.request.path_parameters();
        let case_id = parameters.first("caseId").unwrap_or_default();
        case_id
            .parse()
            .map_err(|_| Failure::invalid("A case id is 1 to 64 letters, digits, underscores or hyphens."))
    }

    /// The attachment in the path.
    pub fn attachment_id(&self) -> Result<AttachmentId, Failure> {
        let parameters = self.request.path_parameters();
        let id = parameters.first("attachmentId").unwrap_or_default();
        id.parse().map_err(|_| {
            Failure::invalid("An attachment id is 1 to 64 letters, digits, underscores or hyphens.")
        })
    }

    /// The body. An error says where it stopped making sense, never what stood there.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let body: &[u8] = self.request.body();
        if body.len() > MAX_JSON_BYTES {
            return Err(Failure::new(Code::MessageTooLarge, "The request has more than 128 KiB."));
        }
        // What reads it would take a list of an object's values for the object.
        if body.trim_ascii_start().first().is_some_and(|byte| *byte != b'{') {
            return Err(Failure::invalid("The body is not a JSON object."));
        }
        serde_json::from_slice(body).map_err(|error| {
            let what = match error.classify() {
                serde_json::error::Category::Data => {
                    "The body has a field that is missing, unknown, doubled or of the wrong kind"
                }
                _ => "The body is not JSON in UTF-8",
            };
            Failure::invalid(format!("{what} (line {}, column {}).", error.line(), error.column()))
        })
    }

    /// The query, parsed by its own rules.
    pub fn query<T>(
        &self,
        parse: impl FnOnce(&[(&str, &str)]) -> Result<T, &'static str>,
    ) -> Result<T, Failure> {
        let parameters = self.request.query_string_parameters();
        parse(&parameters.iter().collect::<Vec<_>>()).map_err(Failure::invalid)
    }
}
