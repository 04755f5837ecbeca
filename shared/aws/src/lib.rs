//! The adapters: thread log, inbox, cases, connections and sockets over AWS's own services.
//!
//! Each type here owns one table or API and knows nothing of HTTP, tokens or events. Requests are
//! counted: every public method says how many it makes.
#![warn(missing_docs)]

mod cases;
mod connections;
mod error;
mod inbox;
mod keys;
mod settings;
mod sockets;
mod thread_log;

pub use cases::CaseRegister;
pub use connections::{Connection, Connections, Registered};
pub use error::StoreError;
pub use inbox::Inbox;
pub use keys::read_stream_image;
pub use settings::{MissingSetting, Settings};
pub use sockets::{Pushed, Sockets};
pub use thread_log::{Inserted, ThreadLog};
