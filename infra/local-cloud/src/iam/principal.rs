//! Who a call is made by, and what ARNs that one goes under.

use super::Inner;

/// The user whose credentials the account's own are.
const USER: &str = "local";

/// Whoever makes a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal<'a> {
    /// The account's own user.
    Account,
    /// The role of a function, by the function's logical id.
    Function(&'a str),
    /// A service, on behalf of a resource.
    Service {
        /// Such as `events.amazonaws.com`.
        name: &'static str,
        /// The resource: `aws:SourceArn`.
        source_arn: &'a str,
    },
}

/// How policies and messages call a principal.
pub(super) struct Arns {
    /// As messages name it, and as a policy's `Principal` may: for a role, its session.
    pub(super) caller: String,
    /// As `aws:PrincipalArn` has it, and as a policy's `Principal` may: for a role, the role itself.
    pub(super) principal: Option<String>,
}

impl Principal<'_> {
    /// Its name in the log.
    pub fn name(&self) -> &str {
        match self {
            Self::Account => USER,
            Self::Function(function) => function,
            Self::Service { name, .. } => name,
        }
    }
}

impl Inner {
    pub(super) fn arns(&self, principal: &Principal<'_>) -> Arns {
        let account = &self.account;
        match principal {
            Principal::Account => {
                let user = format!("arn:aws:iam::{account}:user/{USER}");
                Arns { caller: user.clone(), principal: Some(user) }
            }
            Principal::Function(function) => {
                let role = self.identities.role(function);
                Arns {
                    caller: format!("arn:aws:sts::{account}:assumed-role/{role}/{function}"),
                    principal: Some(format!("arn:aws:iam::{account}:role/{role}")),
                }
            }
            Principal::Service { name, .. } => Arns { caller: (*name).to_owned(), principal: None },
        }
    }
}
