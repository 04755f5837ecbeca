//! IAM: who may do what, as the template's policies say. There is no switch that turns it off.
//!
//! Owns the decision on every call of an emulated service, the services' own calls included. Identity policies are the
//! functions' `Policies`; resource policies stand with tables, streams, buses, queues, buckets and keys. An explicit deny in either
//! wins; then one allow in either is enough, since everything here is one account. The account's own credentials may
//! do everything that no resource policy denies. A policy that cannot be evaluated ends the start: see [`policy`].
//!
//! What a request needs is [`access`]'s; how a refusal is worded for each service is `aws`'.

mod access;
mod conditions;
mod decision;
mod denied;
mod grants;
mod identity;
mod keys;
mod policy;
mod principal;
mod resources;
mod statement;

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use crate::aws::{Call, Caller, Refusal};
use crate::template::Stack;
use access::Names;
use decision::{Decision, Why};
use grants::Grants;
use identity::Identities;
use resources::Resources;

pub use access::{Access, Carried};
pub use denied::Denied;
pub use principal::Principal;

/// What a mapping needs of its stream, as Lambda checks it when the mapping is made.
pub const STREAM_ACTIONS: [&str; 4] =
    ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];

/// What a mapping needs of its queue.
pub const QUEUE_ACTIONS: [&str; 3] = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];

/// A template's policies, ready to be evaluated.
#[derive(Clone)]
pub struct Iam(Arc<Inner>);

struct Inner {
    account: String,
    region: String,
    names: Names,
    identities: Identities,
    resources: Resources,
    grants: Grants,
}

impl Iam {
    /// Reads every policy of a stack; `grants` is the file that learns which of them are used.
    pub fn new(stack: &Stack, account: &str, region: &str, grants: Option<&Path>) -> Result<Self> {
        let identities = Identities::read(&stack.functions)?;
        let grants = Grants::open(grants)?;
        for (function, policy) in identities.by_template() {
            for (statement, action) in policy.allowed_actions() {
                grants.granted(function, statement, action);
            }
        }
        Ok(Self(Arc::new(Inner {
            account: account.to_owned(),
            region: region.to_owned(),
            names: Names::new(stack, account, region),
            identities,
            resources: Resources::read(stack)?,
            grants,
        })))
    }

    /// Whether a request may be made; the error is the service's own answer.
    pub fn authorize(&self, call: &Call, body: &[u8]) -> Result<(), Refusal> {
        for access in access::of(call, body, &self.0.names)? {
            self.check_caller(&call.caller, &access)
                .map_err(|denied| Refusal::denied(call.service, &denied))?;
        }
        Ok(())
    }

    /// Whether whoever sent a request may do one thing.
    pub fn check_caller(&self, caller: &Caller, access: &Access) -> Result<(), Denied> {
        match caller {
            Caller::Account => self.check(&Principal::Account, access),
            Caller::Function(function) => self.check(&Principal::Function(function), access),
            Caller::Watched => Ok(()),
        }
    }

    /// Whether a principal may do one thing. A refusal is in the log.
    pub fn check(&self, principal: &Principal<'_>, access: &Access) -> Result<(), Denied> {
        let inner = &*self.0;
        let why = match inner.decide(principal, access) {
            Decision::Allowed { grant } => {
                if let (Principal::Function(function), Some((statement, action))) = (principal, grant) {
                    inner.grants.used(function, statement, action);
                }
                return Ok(());
            }
            Decision::Denied(why) => why,
        };
        let (action, resource) = (access.action.as_str(), access.resource.as_str());
        tracing::warn!(function = principal.name(), action, resource, %why, "AccessDenied");
        Err(Denied { user: inner.arns(principal).caller, access: access.clone(), why })
    }

    /// Whether a function may follow a stream, as Lambda asks it when a mapping is made. Policies do not change while
    /// this runs, so the answer holds for every read.
    pub fn check_stream(&self, function: &str, stream_arn: &str) -> Result<(), Denied> {
        self.check_all(function, &STREAM_ACTIONS, stream_arn)
    }

    /// Whether a function may take messages from a queue, asked as it is of a stream.
    pub fn check_queue(&self, function: &str, queue_arn: &str) -> Result<(), Denied> {
        self.check_all(function, &QUEUE_ACTIONS, queue_arn)
    }

    fn check_all(&self, function: &str, actions: &[&str], resource: &str) -> Result<(), Denied> {
        actions.iter().try_for_each(|action| {
            self.check(&Principal::Function(function), &Access::new(*action, resource))
        })
    }

    /// Whether a message may be put into a queue.
    pub fn may_send(&self, principal: &Principal<'_>, queue_arn: &str) -> bool {
        self.check(principal, &Access::new("sqs:SendMessage", queue_arn)).is_ok()
    }
}
