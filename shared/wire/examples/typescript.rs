//! Writes the TypeScript of the wire to standard output. Run by `cargo xtask wire`.

use std::io::Write;

use case_chat_domain as domain;
use case_chat_wire as wire;
use ts_rs::{Config, TS};

const HEAD: &str = "\
// Generated from shared/wire and shared/domain by `cargo xtask wire`. Do not edit.
";

fn main() -> std::io::Result<()> {
    let config = Config::new();
    let mut text = String::from(HEAD);
    macro_rules! declare {
        ($($type:ty),+ $(,)?) => {
            $(text += &format!("\nexport {}\n", <$type as TS>::decl(&config));)+
        };
    }
    declare!(
        domain::CaseId,
        domain::UserId,
        domain::ClientId,
        domain::AttachmentId,
        domain::Seq,
        domain::Hash,
        domain::Timestamp,
        domain::PersonName,
        domain::FileName,
        domain::MessageBody,
        domain::Reference,
        domain::Role,
        domain::CaseStatus,
        domain::Person,
        domain::Sender,
        domain::Participants,
        domain::Attachment,
        domain::Reassignment,
        domain::Event,
        domain::Record,
        wire::PostMessage,
        wire::MarkRead,
        wire::BySide<domain::Seq>,
        wire::MessagePage,
        wire::ReadMark,
        wire::RequestUpload,
        wire::UploadLink,
        wire::UploadGranted,
        wire::Verified,
        wire::Link,
        wire::ExportFormat,
        wire::ExportThread,
        wire::Exported,
        domain::Level,
        wire::ChosenPreferences,
        wire::MailPreferences,
        wire::Peer,
        wire::PreviewText,
        wire::CaseSummary,
        wire::CaseList,
        wire::Code,
        wire::Problem,
        wire::ServerFrame,
        wire::ClientFrame,
    );
    std::io::stdout().write_all(text.as_bytes())
}
