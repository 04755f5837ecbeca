//! A thread as a Bundle of FHIR R4: a Communication for each record, a DocumentReference for each file.
//!
//! Owns the shapes. People and cases are logical references (identifiers under the web client's origin): this stack
//! keeps no Patient and no Practitioner. A file is named by its SHA-256 as an RFC 6920 URI, since R4's own hash is SHA-1.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use case_chat_domain::{Attachment, CaseId, Event, Hash, Person, Record, Role, Seq, Timestamp};
use serde_json::{Value, json};

/// The system of identifiers that are URIs.
const URIS: &str = "urn:ietf:rfc:3986";

/// The bundle without its entries.
pub(crate) fn bundle(origin: &str, case_id: &CaseId, head: Seq, at: Timestamp) -> Value {
    json!({
        "resourceType": "Bundle",
        "identifier": { "system": system(origin, "export"), "value": format!("{case_id}/{head}") },
        "type": "collection",
        "timestamp": at,
    })
}

/// A record's entries: itself, and its files.
pub(crate) fn entries(origin: &str, record: &Record) -> Vec<Value> {
    let files: &[Attachment] = match &record.event {
        Event::Message { attachments, .. } => attachments,
        Event::CaseOpened | Event::ParticipantReassigned { .. } | Event::CaseClosed => &[],
    };
    let documents = files.iter().enumerate().map(|(index, file)| {
        entry(origin, record, "DocumentReference", file_id(record, index), document(origin, record, file))
    });
    let itself =
        entry(origin, record, "Communication", record_id(record), communication(origin, record, files));
    std::iter::once(itself).chain(documents).collect()
}

fn communication(origin: &str, record: &Record, files: &[Attachment]) -> Value {
    let person = |role| reference_to(origin, record.participants.get(role));
    let mut communication = json!({
        "identifier": [
            { "system": system(origin, "record"), "value": format!("{}/{}", record.case_id, record.seq) },
            { "system": URIS, "value": named_by(&record.hash) },
        ],
        "status": "completed",
        "about": [{
            "identifier": { "system": system(origin, "case"), "value": record.case_id },
            "display": record.reference,
        }],
        "sent": record.sent_at,
    });
    let (category, recipients, payload) = match &record.event {
        Event::Message { sender, body, .. } => {
            let author = Person { user_id: sender.user_id.clone(), name: sender.name.clone() };
            communication["sender"] = reference_to(origin, &author);
            let text = (!body.is_blank()).then(|| json!({ "contentString": body }));
            let files = files.iter().enumerate().map(|(index, file)| {
                let url = full_url(origin, record, "DocumentReference", &file_id(record, index));
                json!({ "contentReference": { "reference": url, "display": file.name } })
            });
            ("message", vec![person(sender.role.other())], text.into_iter().chain(files).collect())
        }
        Event::CaseOpened => ("caseOpened", Role::BOTH.map(person).to_vec(), Vec::new()),
        Event::CaseClosed => ("caseClosed", Role::BOTH.map(person).to_vec(), Vec::new()),
        Event::ParticipantReassigned { change } => {
            let side = match change.role {
                Role::Requester => "requester",
                Role::Provider => "provider",
            };
            let (from, to) = (change.from.name.as_str(), change.to.name.as_str());
            let text = format!("The {side} changed from {from} to {to}.");
            ("participantReassigned", Role::BOTH.map(person).to_vec(), vec![json!({ "contentString": text })])
        }
    };
    communication["category"] = json!([{ "text": category }]);
    communication["recipient"] = recipients.into();
    // A list that is empty must not be there.
    if !payload.is_empty() {
        communication["payload"] = payload.into();
    }
    communication
}

fn document(origin: &str, record: &Record, file: &Attachment) -> Value {
    let author = match &record.event {
        Event::Message { sender, .. } => {
            vec![reference_to(origin, &Person { user_id: sender.user_id.clone(), name: sender.name.clone() })]
        }
        Event::CaseOpened | Event::ParticipantReassigned { .. } | Event::CaseClosed => Vec::new(),
    };
    json!({
        "masterIdentifier": { "system": URIS, "value": named_by(&file.sha256) },
        "identifier": [{ "system": system(origin, "attachment"), "value": file.id }],
        "status": "current",
        "date": record.sent_at,
        "author": author,
        "content": [{
            "attachment": { "contentType": file.content_type, "size": file.size, "title": file.name },
        }],
    })
}

fn entry(origin: &str, record: &Record, kind: &str, id: String, mut resource: Value) -> Value {
    let full_url = full_url(origin, record, kind, &id);
    resource["resourceType"] = kind.into();
    resource["id"] = id.into();
    json!({ "fullUrl": full_url, "resource": resource })
}

fn reference_to(origin: &str, person: &Person) -> Value {
    json!({
        "identifier": { "system": system(origin, "person"), "value": person.user_id },
        "display": person.name,
    })
}

fn system(origin: &str, what: &str) -> String {
    format!("{origin}/fhir/{what}")
}

fn full_url(origin: &str, record: &Record, kind: &str, id: &str) -> String {
    format!("{origin}/fhir/{}/{kind}/{id}", record.case_id)
}

/// An id has letters, digits, hyphens and dots, 64 at most; an attachment's own may have others.
fn record_id(record: &Record) -> String {
    format!("record-{}", record.seq)
}

fn file_id(record: &Record, index: usize) -> String {
    format!("record-{}-file-{}", record.seq, index + 1)
}

fn named_by(sha256: &Hash) -> String {
    format!("ni:///sha-256;{}", BASE64_URL_SAFE_NO_PAD.encode(sha256.to_bytes()))
}
