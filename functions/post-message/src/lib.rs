//! `POST /cases/{caseId}/messages`: appends a message to a thread, exactly once.
//!
//! Two round trips and one write unit when the client is up to date: the tail is read, the record
//! behind it inserted. The tail comes first, so a stranger costs one record read and learns nothing.
#![warn(missing_docs)]

mod attachments;

use case_chat_aws::{AttachmentStore, Inserted, ThreadLog, Uploads};
use case_chat_domain::{Decision, Draft, Rate, SealedRecord, Window, decide};
use case_chat_entry::{
    Failure,
    audit::Records,
    clock,
    http::{Answer, Call, about, answer_json},
    metrics::Metrics,
    trace::Tracer,
};
use case_chat_wire::PostMessage;
use lambda_http::http::StatusCode;

/// How often a record that another one forestalled is tried again. Two people and the host write
/// to a thread; twenty in a row means that something else is wrong.
const MAX_INSERTS: usize = 20;

/// What the function works with.
pub struct Desk {
    /// Where messages go.
    pub thread: ThreadLog,
    /// Which files they may take along.
    pub uploads: Uploads,
    /// Where those lie.
    pub attachments: AttachmentStore,
    /// How fast one may write.
    pub rate: Rate,
    /// Where messages are counted.
    pub metrics: Metrics,
    /// Which of them are followed.
    pub tracer: Tracer,
}

/// Parses, decides, stores, answers: 201 with the record, 200 if it was stored before.
pub async fn post(desk: &Desk, call: Call) -> Answer {
    let thread = &desk.thread;
    let case_id = call.case_id()?;
    let draft = Draft::try_from(call.json::<PostMessage>()?)?;

    let tail = thread.tail(&case_id).await.map_err(Failure::internal)?.ok_or_else(Failure::case_not_found)?;
    let participant = tail.admit(&call.user_id).ok_or_else(Failure::case_not_found)?;
    let between = match Window::missing(&tail, draft.after)? {
        Some(range) => thread.between(&participant, range).await.map_err(Failure::internal)?,
        None => Vec::new(),
    };
    let mut window = Window::new(tail, draft.after, between).map_err(Failure::internal)?;

    let mut bound = Vec::new();
    for _ in 0..MAX_INSERTS {
        let entry = match decide(&participant, &window, &draft, &bound, desk.rate, clock::now()) {
            Decision::AlreadyStored(record) => {
                return stored(StatusCode::OK, &record);
            }
            Decision::Refuse(refusal) => return Err(refusal.into()),
            Decision::Bind => {
                bound = attachments::bind(desk, &participant, &draft, window.tail().seq()).await?;
                continue;
            }
            Decision::Insert(entry) => entry,
        };
        let trace = desk.tracer.trace(call.trace_header()).map(|trace| trace.to_string());
        match thread.insert(&entry, trace).await.map_err(Failure::internal)? {
            Inserted::Stored => {
                desk.metrics.line().count("MessagesPosted", 1).print();
                return stored(StatusCode::CREATED, entry.sealed());
            }
            Inserted::Taken => {
                let seen = window.tail().seq();
                let beyond = thread.beyond(&participant, seen).await.map_err(Failure::internal)?;
                window.extend(beyond).map_err(Failure::internal)?;
            }
        }
    }
    Err(Failure::too_many(1))
}

fn stored(status: StatusCode, record: &SealedRecord) -> Answer {
    let seq = record.record().seq;
    about(Records { first: seq, last: seq }, answer_json(status, record.json().to_owned()))
}
