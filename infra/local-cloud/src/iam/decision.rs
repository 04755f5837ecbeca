//! Identity and resource policies taken together.

use std::fmt;

use anyhow::Result;
use iam_rs::{Arn, IAMRequest, Principal as Named, PrincipalId};

use super::policy::{Policy, Verdict};
use super::{Access, Inner, Principal};

/// What is decided on a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision<'a> {
    /// It may be made; `grant` is the statement and action of the template that a function has it from.
    Allowed { grant: Option<(&'a str, &'a str)> },
    /// It may not.
    Denied(Why),
}

/// Why a call may not be made, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// No policy allows it.
    NotAllowed,
    /// Nor does a policy of the resource, which alone could allow it to a service.
    NotAllowedByResource,
    /// The caller's own policy denies it.
    DeniedByIdentity,
    /// The resource's policy denies it.
    DeniedByResource,
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotAllowed => "no identity-based policy allows it",
            Self::NotAllowedByResource => "no resource-based policy allows it",
            Self::DeniedByIdentity => "an explicit deny in an identity-based policy",
            Self::DeniedByResource => "an explicit deny in a resource-based policy",
        })
    }
}

impl Inner {
    pub(super) fn decide(&self, principal: &Principal<'_>, access: &Access) -> Decision<'_> {
        self.evaluate(principal, access).unwrap_or_else(|error| {
            // Policies are checked when they are read; what is not understood even so is not allowed.
            tracing::error!("{} on {} cannot be decided: {error:#}", access.action, access.resource);
            Decision::Denied(Why::NotAllowed)
        })
    }

    fn evaluate(&self, principal: &Principal<'_>, access: &Access) -> Result<Decision<'_>> {
        if access.action.starts_with("kms:") {
            return self.evaluate_key(principal, access);
        }
        let requests = self.requests(principal, access)?;
        let own = match principal {
            Principal::Function(function) => self.identities.policies(function),
            Principal::Account | Principal::Service { .. } => None,
        };
        let by_template = verdict(own.map(|own| own.template), &requests)?;
        let by_sam = verdict(own.map(|own| own.sam), &requests)?;
        let by_resource = verdict(self.resources.policies(&access.resource), &requests)?;
        if by_template == Verdict::Denied {
            return Ok(Decision::Denied(Why::DeniedByIdentity));
        }
        if by_resource == Verdict::Denied {
            return Ok(Decision::Denied(Why::DeniedByResource));
        }
        if let (Some(own), Verdict::Allowed(position)) = (own, by_template) {
            return Ok(Decision::Allowed { grant: own.template.grant(position, &access.action) });
        }
        let silent = by_sam == Verdict::Silent && by_resource == Verdict::Silent;
        Ok(match principal {
            Principal::Function(_) if silent => Decision::Denied(Why::NotAllowed),
            Principal::Service { .. } if silent => Decision::Denied(Why::NotAllowedByResource),
            Principal::Account | Principal::Function(_) | Principal::Service { .. } => {
                Decision::Allowed { grant: None }
            }
        })
    }

    /// The request under every name of its principal: a policy may mean the role or its session.
    pub(super) fn requests(&self, principal: &Principal<'_>, access: &Access) -> Result<Vec<IAMRequest>> {
        let arns = self.arns(principal);
        let context = self.context(principal, &arns, access);
        let resource = Arn::parse(&access.resource)?;
        let names = match principal {
            Principal::Service { name, .. } => vec![Named::Service(PrincipalId::String((*name).to_owned()))],
            Principal::Account | Principal::Function(_) => {
                let mut names: Vec<String> = arns.principal.into_iter().chain([arns.caller]).collect();
                names.dedup();
                names.into_iter().map(|arn| Named::Aws(PrincipalId::String(arn))).collect()
            }
        };
        let request = |name| {
            IAMRequest::new_with_context(name, access.action.clone(), resource.clone(), context.clone())
        };
        Ok(names.into_iter().map(request).collect())
    }
}

/// One deny decides; otherwise one allow does.
pub(super) fn verdict<'a>(
    policies: impl IntoIterator<Item = &'a Policy>,
    requests: &[IAMRequest],
) -> Result<Verdict> {
    let mut found = Verdict::Silent;
    for policy in policies {
        for request in requests {
            match policy.evaluate(request)? {
                Verdict::Denied => return Ok(Verdict::Denied),
                allowed @ Verdict::Allowed(_) if found == Verdict::Silent => found = allowed,
                Verdict::Allowed(_) | Verdict::Silent => {}
            }
        }
    }
    Ok(found)
}
