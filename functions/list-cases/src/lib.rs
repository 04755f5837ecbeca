//! `GET /cases`: the caller's inbox.
#![warn(missing_docs)]

use case_chat_aws::Inbox;
use case_chat_domain::InboxEntry;
use case_chat_entry::{
    Failure, clock,
    http::{Answer, Call, answer},
};
use case_chat_wire::{CaseFilter, CaseList};
use lambda_http::http::StatusCode;

/// One Query for the whole inbox; the total counts closed cases as well.
pub async fn list(inbox: &Inbox, call: Call) -> Answer {
    let CaseFilter(status) = call.query(CaseFilter::parse)?;
    let mut entries = inbox.of(&call.user_id, clock::now()).await.map_err(Failure::internal)?;
    let total_unread = entries.iter().map(InboxEntry::unread).sum();
    entries.retain(|InboxEntry { row, .. }| row.status == status);
    entries.sort_by(|InboxEntry { row: a, .. }, InboxEntry { row: b, .. }| {
        (b.last_activity_at, &a.case_id).cmp(&(a.last_activity_at, &b.case_id))
    });
    let cases = entries.into_iter().map(Into::into).collect();
    answer(StatusCode::OK, &CaseList { cases, total_unread })
}
