//! The adapters: thread log, inbox, people, cases, connections, sockets, files, exports, limits, queue and mail over AWS's
//! own services.
//!
//! Each type here owns one table or API and knows nothing of HTTP, tokens or events. Requests are
//! counted: every public method says how many it makes.
#![warn(missing_docs)]

mod attachment_store;
mod base64;
mod cases;
mod client;
mod connections;
mod disposition;
mod error;
mod every_case;
mod exports;
mod inbox;
mod keys;
mod limits;
mod mailer;
mod notes;
mod people;
mod quarantine;
mod read_markers;
mod settings;
mod sockets;
mod stream;
mod thread_log;
mod transcript_key;
mod transport;
mod uploads;
mod witnesses;

pub use attachment_store::AttachmentStore;
pub use cases::CaseRegister;
pub use client::LazyClient;
pub use connections::{Connection, Connections, Owner, Registered};
pub use disposition::disposition;
pub use error::StoreError;
pub use every_case::EveryCase;
pub use exports::{Export, ExportKind, ExportStore};
pub use inbox::{Inbox, Restored};
pub use limits::{Counted, Limits, Taken};
pub use mailer::{Mail, Mailer, READER_TAG, Sent, reader_of};
pub use notes::Notes;
pub use people::{Choices, Lease, People, Standing};
pub use quarantine::{Arrived, Quarantine, Scan, SignedRequest};
pub use read_markers::ReadMarkers;
pub use settings::{MissingSetting, Settings};
pub use sockets::{Pushed, Sockets};
pub use stream::{News, read_record, read_trace};
pub use thread_log::{Inserted, Pages, ThreadLog};
pub use transcript_key::TranscriptKey;
pub use uploads::{Done, Uploads};
pub use witnesses::Witnesses;

/// Where an upload lies, in either bucket: nothing that anybody wrote is part of it.
fn object_key(upload: &case_chat_domain::Upload) -> String {
    format!("{}/{}", upload.case_id, upload.id)
}
