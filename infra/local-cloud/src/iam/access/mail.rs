//! SES: as whom a mail is sent, and with which configuration set. Both must be allowed.

use axum::http::StatusCode;
use serde_json::Value;

use super::{Access, Names};
use crate::aws::Refusal;
use crate::mail::Mailbox;

pub(super) fn sending(operation: &str, body: &Value, names: &Names) -> Result<Vec<Access>, Refusal> {
    let from = body["FromEmailAddress"].as_str().unwrap_or_default();
    let from = Mailbox::parse(from)
        .map_err(|wrong| Refusal::over_rest(StatusCode::BAD_REQUEST, "BadRequestException", wrong))?;
    // Whoever is no identity is asked for under the address, and refused for it later on.
    let identity = names.senders.of(&from.address).unwrap_or(&from.address);
    let set = body["ConfigurationSetName"].as_str().map(|name| format!("configuration-set/{name}"));
    let resources = [format!("identity/{identity}")].into_iter().chain(set);
    let needed = resources.map(|resource| {
        Access::new(format!("ses:{operation}"), names.arn("ses", &resource))
            .with("ses:FromAddress", from.address.as_str())
    });
    Ok(needed.collect())
}
