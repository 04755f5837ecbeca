//! KMS: which key is used for what.

use serde_json::Value;

use super::{Access, Names};
use crate::aws::Refusal;
use crate::kms::not_found;

pub(super) fn of(operation: &str, body: &Value, names: &Names) -> Result<Access, Refusal> {
    let reference = body["KeyId"].as_str().unwrap_or_default();
    let key = names.keys.iter().find(|key| key.is(reference)).ok_or_else(|| not_found(reference))?;
    let mut access = Access::new(format!("kms:{operation}"), key.arn.as_str())
        .with("kms:CallerAccount", names.account.as_str());
    let asked = [("kms:SigningAlgorithm", "SigningAlgorithm"), ("kms:MessageType", "MessageType")];
    for (condition, field) in asked {
        if let Some(value) = body[field].as_str() {
            access = access.with(condition, value);
        }
    }
    Ok(access)
}
