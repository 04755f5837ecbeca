//! What goes into the file, from its first byte to its last. Nothing stands between the parts: of a transcript, every
//! byte counts.

use case_chat_aws::ExportKind;
use case_chat_domain::{CaseId, HeadStatement, SealedRecord, Seq, Timestamp};
use case_chat_wire::{ExportFormat, HeadSignature};
use serde_json::{Value, json};

use crate::fhir;

/// A file in the making.
pub(crate) struct Document<'a> {
    pub(crate) format: ExportFormat,
    pub(crate) case_id: &'a CaseId,
    pub(crate) head: Seq,
    pub(crate) exported_at: Timestamp,
    /// Under which the identifiers of FHIR resources are.
    pub(crate) origin: &'a str,
}

impl Document<'_> {
    pub(crate) fn kind(&self) -> ExportKind {
        match self.format {
            ExportFormat::Transcript => ExportKind { content_type: "application/json", name: "transcript" },
            ExportFormat::Fhir => ExportKind { content_type: "application/fhir+json", name: "fhir" },
        }
    }

    /// Everything before the first record.
    pub(crate) fn opening(&self) -> String {
        let (head, list) = match self.format {
            ExportFormat::Transcript => {
                let head = json!({
                    "format": HeadStatement::FORMAT,
                    "caseId": self.case_id,
                    "head": self.head,
                    "exportedAt": self.exported_at,
                });
                (head, "records")
            }
            ExportFormat::Fhir => {
                (fhir::bundle(self.origin, self.case_id, self.head, self.exported_at), "entry")
            }
        };
        let mut opening = head.to_string();
        // The object goes on with its list.
        opening.pop();
        opening + &format!(",\"{list}\":[")
    }

    /// A record, with what stands between it and the one before.
    pub(crate) fn record(&self, sealed: &SealedRecord) -> String {
        let comma = if sealed.record().seq == Seq::FIRST { "" } else { "," };
        match self.format {
            ExportFormat::Transcript => format!("{comma}{}", sealed.json()),
            ExportFormat::Fhir => {
                let entries = fhir::entries(self.origin, sealed.record());
                let entries: Vec<String> = entries.iter().map(Value::to_string).collect();
                format!("{comma}{}", entries.join(","))
            }
        }
    }

    /// Everything behind the last record.
    pub(crate) fn closing(&self, signature: &HeadSignature) -> String {
        match self.format {
            ExportFormat::Transcript => format!("],\"signature\":{}}}", json!(signature)),
            // What is signed is the thread's head, and a bundle cannot be held against that.
            ExportFormat::Fhir => "]}".to_owned(),
        }
    }
}
