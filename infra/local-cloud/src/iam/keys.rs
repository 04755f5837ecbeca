//! KMS keys, which belong to nobody but their policy.
//!
//! Elsewhere a policy of the caller's own is enough. A key's policy must allow every use: by naming the caller, or by
//! naming the whole account, which hands the decision to the callers' own policies. Without that, what those say of the
//! key counts for nothing, and not even the account's own credentials may use it.

use anyhow::Result;
use iam_rs::{IAMRequest, Principal as Named, PrincipalId};

use super::decision::{Decision, Why, verdict};
use super::policy::Verdict;
use super::{Access, Inner, Principal};

impl Inner {
    pub(super) fn evaluate_key(&self, principal: &Principal<'_>, access: &Access) -> Result<Decision<'_>> {
        let requests = self.requests(principal, access)?;
        let own = match principal {
            Principal::Function(function) => self.identities.policies(function),
            Principal::Account | Principal::Service { .. } => None,
        };
        let of_key = self.resources.policies(&access.resource);
        let by_identity = verdict(own.map(|own| own.template), &requests)?;
        let by_name = verdict(of_key, &requests)?;
        let by_account = match principal {
            Principal::Service { .. } => Verdict::Silent,
            Principal::Account | Principal::Function(_) => verdict(of_key, &self.as_account(&requests))?,
        };
        if by_identity == Verdict::Denied {
            return Ok(Decision::Denied(Why::DeniedByIdentity));
        }
        if by_name == Verdict::Denied || by_account == Verdict::Denied {
            return Ok(Decision::Denied(Why::DeniedByResource));
        }
        if by_name == Verdict::Silent && by_account == Verdict::Silent {
            return Ok(Decision::Denied(Why::NotAllowedByResource));
        }
        Ok(match (own, by_identity) {
            (Some(own), Verdict::Allowed(position)) => {
                Decision::Allowed { grant: own.template.grant(position, &access.action) }
            }
            _ if by_name != Verdict::Silent || *principal == Principal::Account => {
                Decision::Allowed { grant: None }
            }
            _ => Decision::Denied(Why::NotAllowed),
        })
    }

    /// The same request, made by the account as a whole.
    fn as_account(&self, requests: &[IAMRequest]) -> Vec<IAMRequest> {
        let root = Named::Aws(PrincipalId::String(format!("arn:aws:iam::{}:root", self.account)));
        let by_root = |request: &IAMRequest| IAMRequest { principal: root.clone(), ..request.clone() };
        requests.first().map(by_root).into_iter().collect()
    }
}
