//! What goes over the wire: requests, answers, frames, errors and the host's events.
//!
//! Shapes only. What they mean is the domain's; where they travel is the functions'. The browser
//! client's TypeScript is generated from these types (`cargo xtask wire`).
#![warn(missing_docs)]

mod answer;
mod export;
mod frame;
mod host;
mod preferences;
mod problem;
mod request;
mod upload;

pub use answer::{BySide, CaseList, CaseSummary, MessagePage, Peer, PreviewText, ReadMark};
pub use export::{ExportFormat, ExportThread, Exported, HeadSignature};
pub use frame::{ClientFrame, ServerFrame};
pub use host::{CaseChanged, HostPerson, InvalidCase};
pub use preferences::{ChosenPreferences, MailPreferences};
pub use problem::{Code, Problem};
pub use request::{CaseFilter, InvalidMessage, MAX_ATTACHMENTS, MarkRead, PageQuery, PostMessage};
pub use upload::{InvalidUpload, Link, RequestUpload, UploadGranted, UploadLink, Verified};
