//! AWS::SES::ConfigurationSet and its event destinations, and as whom a stack sends.
//!
//! Identities are verified outside of any template. Here those are that a policy of the template names outright.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::Reader;
use super::names::{arn, physical_id};
use super::properties::Properties;
use super::warnings::Effect;
use crate::events::DEFAULT_BUS;

/// What SES can tell of a mail, in lower case, and what of it is told here.
const EVENTS: [(&str, Option<MailEvent>); 10] = [
    ("send", None),
    ("reject", None),
    ("bounce", Some(MailEvent::Bounce)),
    ("complaint", Some(MailEvent::Complaint)),
    ("delivery", None),
    ("open", None),
    ("click", None),
    ("renderingfailure", None),
    ("deliverydelay", None),
    ("subscription", None),
];

/// A configuration set.
#[derive(Debug, Clone)]
pub struct ConfigurationSet {
    /// Its name.
    pub name: String,
    /// What the default bus is told of mails that are sent with it.
    pub events: BTreeSet<MailEvent>,
}

/// What may become of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MailEvent {
    /// It could not be delivered.
    Bounce,
    /// Its recipient took it for spam.
    Complaint,
}

/// Addresses and domains that mail may be sent from.
#[derive(Debug, Clone, Default)]
pub struct SenderIdentities(BTreeSet<String>);

impl SenderIdentities {
    /// The identity that an address is sent from: the address itself, or else its domain.
    pub fn of(&self, address: &str) -> Option<&str> {
        let (local, domain) = address.rsplit_once('@')?;
        let is_address = |identity: &&String| {
            identity
                .rsplit_once('@')
                .is_some_and(|(name, at)| name == local && at.eq_ignore_ascii_case(domain))
        };
        let is_domain = |identity: &&String| identity.eq_ignore_ascii_case(domain);
        self.0.iter().find(is_address).or_else(|| self.0.iter().find(is_domain)).map(String::as_str)
    }
}

impl Reader<'_> {
    pub(super) fn configuration_set(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        let mut sending = properties.nested("SendingOptions")?;
        ensure!(
            !sending.has("SendingEnabled") || sending.flag("SendingEnabled")?,
            "a configuration set that sends nothing is not run here"
        );
        sending.finish();
        // How mail is handed over, counted and held back later on: none of it leaves this machine.
        for understood in ["Name", "DeliveryOptions", "ReputationOptions", "SuppressionOptions", "VdmOptions"]
        {
            properties.take(understood);
        }
        let name = physical_id(self.resolver, logical)?;
        self.stack.configuration_sets.push(ConfigurationSet { name, events: BTreeSet::new() });
        properties.finish();
        Ok(())
    }

    pub(super) fn mail_events(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        let set = properties.require_text("ConfigurationSetName")?;
        let mut destination = properties.nested("EventDestination")?;
        destination.take("Name");
        let enabled = destination.flag("Enabled")?;
        let mut events = Vec::new();
        for named in destination.texts("MatchingEventTypes")? {
            let plain = named.replace('_', "").to_ascii_lowercase();
            match EVENTS.iter().find(|(known, _)| *known == plain) {
                Some((_, Some(event))) => events.push(*event),
                Some((_, None)) => {
                    let property = format!("EventDestination.MatchingEventTypes.{named}");
                    self.report.add(logical, &property, Effect::None);
                }
                None => bail!("there is no event type {named}"),
            }
        }
        let to_bus = destination.has("EventBridgeDestination");
        let mut bus = destination.nested("EventBridgeDestination")?;
        if to_bus {
            let named = bus.require_text("EventBusArn")?;
            let default = arn(self.resolver, "events", &format!("event-bus/{DEFAULT_BUS}"));
            ensure!(named == default, "SES puts events onto the default bus only, {default}, not {named}");
        }
        bus.finish();
        destination.finish();
        properties.finish();
        events.retain(|_| enabled && to_bus);
        self.mail_events.push((set, events));
        Ok(())
    }

    /// Puts events to their configuration sets, and gathers the identities that policies name.
    pub(super) fn finish_mail(&mut self) -> Result<()> {
        for (name, events) in std::mem::take(&mut self.mail_events) {
            let set = self.stack.configuration_sets.iter_mut().find(|set| set.name == name);
            set.with_context(|| format!("{name} is not a configuration set of this template"))?
                .events
                .extend(events);
        }
        let prefix = arn(self.resolver, "ses", "identity/");
        let functions = self.stack.functions.values();
        let allowed = functions.flat_map(|function| one_or_more(&function.policies)).flat_map(|document| {
            let statements = one_or_more(&document["Statement"]).iter();
            statements.filter(|statement| statement["Effect"] == "Allow")
        });
        let resources = allowed.flat_map(|statement| one_or_more(&statement["Resource"]));
        let identities = resources.filter_map(|resource| resource.as_str()?.strip_prefix(&prefix));
        let named = identities.filter(|identity| !identity.contains(['*', '?'])).map(str::to_owned);
        self.stack.sender_identities = SenderIdentities(named.collect());
        Ok(())
    }
}

fn one_or_more(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        one => std::slice::from_ref(one),
    }
}
