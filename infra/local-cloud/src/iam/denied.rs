//! A refusal in AWS's words.

use std::fmt;

use super::{Access, Why};

/// A call that may not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    pub(super) user: String,
    pub(super) access: Access,
    pub(super) why: Why,
}

impl Denied {
    /// With the action and the resource called as a service's own messages call them.
    pub fn naming(&self, action: &str, resource: &str) -> String {
        let why = match self.why {
            Why::NotAllowed => format!("because no identity-based policy allows the {action} action"),
            Why::NotAllowedByResource => {
                format!("because no resource-based policy allows the {action} action")
            }
            Why::DeniedByIdentity | Why::DeniedByResource => format!("with {}", self.why),
        };
        format!("User: {} is not authorized to perform: {action} on resource: {resource} {why}", self.user)
    }

    /// As SES words it, in quotation marks of its own.
    pub fn quoting(&self) -> String {
        let Access { action, resource, .. } = &self.access;
        format!("User `{}' is not authorized to perform `{action}' on resource `{resource}'", self.user)
    }

    /// What was asked for.
    pub fn access(&self) -> &Access {
        &self.access
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.naming(&self.access.action, &self.access.resource))
    }
}
