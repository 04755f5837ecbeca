//! Where everything answers: known once the ports are bound, written down once everything does.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

/// URLs of a running local cloud, as `endpoints.json` has them.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    /// The web client.
    pub web: String,
    /// The HTTP API.
    pub http: String,
    /// The WebSocket API, its stage included.
    pub websocket: String,
    /// The OIDC issuer.
    pub issuer: String,
    /// Where mail that was sent is shown.
    pub mailbox: String,
    /// Every emulated AWS service.
    pub aws: String,
    /// The event bus's name.
    pub event_bus: String,
}

impl Endpoints {
    /// Writes the file at once or not at all: whoever sees it may rely on it.
    pub fn write(&self, file: &Path) -> Result<()> {
        let context = || format!("cannot write {}", file.display());
        if let Some(directory) = file.parent() {
            std::fs::create_dir_all(directory).with_context(context)?;
        }
        let unfinished = file.with_extension(format!("{}.new", std::process::id()));
        std::fs::write(&unfinished, serde_json::to_vec_pretty(self)?).with_context(context)?;
        std::fs::rename(&unfinished, file).with_context(context)
    }

    /// Removes a file that an earlier run left.
    pub fn remove(file: &Path) -> Result<()> {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", file.display()))
            }
            _ => Ok(()),
        }
    }

    /// Says where to click and what else there is.
    pub fn banner(&self, mut out: impl Write) -> std::io::Result<()> {
        writeln!(out, "\nCase chat is running. Open {} and pick a person. Ctrl-C ends it.\n", self.web)?;
        let rows = [
            ("HTTP API", &self.http),
            ("WebSocket API", &self.websocket),
            ("issuer", &self.issuer),
            ("mailbox", &self.mailbox),
            ("AWS services", &self.aws),
            ("event bus", &self.event_bus),
        ];
        for (name, value) in rows {
            writeln!(out, "  {name:<14} {value}")?;
        }
        writeln!(out)
    }
}
