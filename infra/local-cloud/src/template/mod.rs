//! The template, read as CloudFormation and SAM would read it.
//!
//! Owns what template.yaml means here. It runs nothing: it yields a [`Stack`] and the list of what has no effect.

mod apis;
mod buckets;
mod events;
mod functions;
mod intrinsics;
mod keys;
mod mail;
mod mappings;
mod names;
mod page;
mod parameters;
mod properties;
mod queue_mappings;
mod queues;
mod roles;
mod stack;
mod storage;
mod tables;
mod warnings;
mod websocket;
mod yaml;

use std::cell::Cell;
use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use intrinsics::Resolver;
use properties::Properties;
use warnings::{Effect, Report};

use crate::events::DEFAULT_BUS;

pub use mail::{ConfigurationSet, MailEvent, SenderIdentities};
pub use page::page_headers;
pub use stack::*;
pub use storage::*;
pub use warnings::{Effect as IgnoredEffect, Ignored, lines as warning_lines};

/// What the template does not say and the local cloud knows.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Values of parameters that the local cloud knows, where the template has such parameters.
    pub known_parameters: BTreeMap<String, String>,
    /// Values that were given on the command line.
    pub given_parameters: BTreeMap<String, String>,
    /// AWS::Region and the like.
    pub pseudo_parameters: BTreeMap<String, String>,
    /// Base URL of the emulated services.
    pub aws_url: String,
    /// Base URL of the HTTP API.
    pub http_url: String,
}

/// Reads a template.
pub fn read(text: &str, surroundings: &Surroundings) -> Result<Stack> {
    let template = yaml::parse(text)?;
    let section = |name: &str| template[name].as_object().cloned().unwrap_or_default();
    let (conditions, resources) = (section("Conditions"), section("Resources"));
    let resolver = Resolver {
        parameters: parameters::resolve(
            &section("Parameters"),
            &surroundings.given_parameters,
            &surroundings.known_parameters,
        )?,
        pseudo: &surroundings.pseudo_parameters,
        conditions: &conditions,
        resources: &resources,
        aws_url: &surroundings.aws_url,
        http_url: &surroundings.http_url,
        depth: Cell::new(0),
    };
    let report = Report::default();
    let mut reader = Reader::new(&resolver, &section("Globals"), report.clone())?;
    for (logical, resource) in &resources {
        reader.resource(logical, resource).with_context(|| format!("resource {logical}"))?;
    }
    reader.sections(&template)?;
    let mut stack = reader.finish()?;
    stack.ignored = report.into_sorted();
    Ok(stack)
}

/// A reading in progress: some resources make sense only together with others.
struct Reader<'a> {
    resolver: &'a Resolver<'a>,
    report: Report,
    function_globals: Map<String, Value>,
    stack: Stack,
    http: apis::Parts,
    websocket: websocket::Parts,
    /// By bus.
    bus_policies: Vec<(String, ResourcePolicy)>,
    /// By queue URL.
    queue_policies: Vec<(String, ResourcePolicy)>,
    /// By bucket name.
    bucket_policies: Vec<(String, ResourcePolicy)>,
    /// Aliases of keys, with what each stands for.
    key_aliases: Vec<(String, String)>,
    /// By configuration set.
    mail_events: Vec<(String, Vec<MailEvent>)>,
}

impl<'a> Reader<'a> {
    fn new(resolver: &'a Resolver<'a>, globals: &Map<String, Value>, report: Report) -> Result<Self> {
        let function_globals =
            globals.get("Function").and_then(Value::as_object).cloned().unwrap_or_default();
        for section in globals.keys().filter(|section| *section != "Function") {
            report.add("Globals", section, Effect::None);
        }
        Ok(Self {
            resolver,
            report,
            function_globals,
            stack: Stack::default(),
            http: apis::Parts::default(),
            websocket: websocket::Parts::default(),
            bus_policies: Vec::new(),
            queue_policies: Vec::new(),
            bucket_policies: Vec::new(),
            key_aliases: Vec::new(),
            mail_events: Vec::new(),
        })
    }

    fn resource(&mut self, logical: &str, resource: &Value) -> Result<()> {
        if let Some(condition) = resource["Condition"].as_str()
            && !self.resolver.condition(condition)?
        {
            return Ok(());
        }
        let kind = resource["Type"].as_str().context("it has no Type")?;
        self.attributes(logical, resource);
        let properties = self.resolver.value(&resource["Properties"])?;
        let properties = Properties::new(logical, properties, &self.report)?;
        match kind {
            "AWS::Serverless::Function" => self.function(logical, &resource["Metadata"], properties),
            "AWS::Serverless::HttpApi" => self.http_api(logical, properties),
            "AWS::Serverless::WebSocketApi" => self.websocket_api(logical, properties),
            "AWS::ApiGatewayV2::Route" => self.websocket_route(logical, properties),
            "AWS::ApiGatewayV2::Integration" => self.websocket_integration(logical, properties),
            "AWS::ApiGatewayV2::IntegrationResponse" => self.websocket_integration_response(properties),
            "AWS::ApiGatewayV2::RouteResponse" => self.websocket_route_response(properties),
            "AWS::DynamoDB::Table" => self.table(logical, properties),
            "AWS::SQS::Queue" => self.queue(logical, properties),
            "AWS::SQS::QueuePolicy" => self.queue_policy(logical, properties),
            "AWS::S3::Bucket" => self.bucket(logical, properties),
            "AWS::S3::BucketPolicy" => self.bucket_policy(logical, properties),
            "AWS::KMS::Key" => self.key(logical, properties),
            "AWS::KMS::Alias" => self.key_alias(properties),
            "AWS::IAM::Role" => self.role(logical, properties),
            "AWS::SES::ConfigurationSet" => self.configuration_set(logical, properties),
            "AWS::SES::ConfigurationSetEventDestination" => self.mail_events(logical, properties),
            "AWS::Events::EventBus" => self.bus(logical, properties),
            "AWS::Events::EventBusPolicy" => self.bus_policy(logical, properties),
            "AWS::Lambda::EventSourceMapping" => self.mapping(logical, properties),
            other => {
                // Roles and policies that stand alone would grant or deny something.
                let effect = if is_policy(other) { Effect::NotEnforced } else { Effect::None };
                self.report.add(logical, "", effect);
                Ok(())
            }
        }
    }

    /// Names the attributes beside a resource's properties that change nothing here.
    fn attributes(&self, logical: &str, resource: &Value) {
        let understood = ["Type", "Properties", "Condition", "DependsOn", "Metadata"];
        for name in resource.as_object().into_iter().flat_map(Map::keys) {
            if !understood.contains(&name.as_str()) {
                self.report.add(logical, name, Effect::None);
            }
        }
    }

    /// Names the sections that change nothing here; outputs must at least make sense.
    fn sections(&mut self, template: &Value) -> Result<()> {
        let understood = [
            "AWSTemplateFormatVersion",
            "Transform",
            "Description",
            "Parameters",
            "Globals",
            "Conditions",
            // Between parameters; nobody deploys here.
            "Rules",
            "Resources",
            "Outputs",
        ];
        for (name, section) in template.as_object().context("a template is a map")? {
            if name == "Outputs" {
                self.outputs(section).context("Outputs")?;
            }
            if !understood.contains(&name.as_str()) {
                self.report.add(name, "", Effect::None);
            }
        }
        Ok(())
    }

    fn outputs(&mut self, section: &Value) -> Result<()> {
        for (name, output) in section.as_object().context("they are a map")? {
            if let Some(condition) = output["Condition"].as_str()
                && !self.resolver.condition(condition)?
            {
                continue;
            }
            let value = self.resolver.text(&output["Value"]).with_context(|| name.clone())?;
            self.stack.outputs.insert(name.clone(), value);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Stack> {
        self.finish_http_api()?;
        self.finish_websocket_api()?;
        for (bus, policy) in std::mem::take(&mut self.bus_policies) {
            let bus = self.stack.buses.iter_mut().find(|known| known.name == bus);
            bus.context("an EventBusPolicy of an unknown bus")?.policies.push(policy);
        }
        for rule in self.stack.rules.iter().filter(|rule| rule.bus != DEFAULT_BUS) {
            if !self.stack.buses.iter().any(|bus| bus.name == rule.bus) {
                bail!("{} is on {}, which is not a bus of this template", rule.arn, rule.bus);
            }
        }
        for mapping in &self.stack.mappings {
            let streams = self.stack.tables.iter().filter_map(|table| table.stream_arn.as_ref());
            if !streams.into_iter().any(|stream| *stream == mapping.stream_arn) {
                bail!("{}: {} is not a stream of this template", mapping.id, mapping.stream_arn);
            }
        }
        self.finish_queues()?;
        self.finish_queue_mappings()?;
        self.finish_mail()?;
        self.finish_buckets()?;
        Ok(self.stack)
    }

    /// A function by what the template calls it: name or ARN.
    fn function_id(&self, reference: &str) -> Result<String> {
        for (logical, resource) in self.resolver.resources {
            if resource["Type"] == "AWS::Serverless::Function"
                && (names::physical_id(self.resolver, logical)? == reference
                    || names::attribute(self.resolver, logical, "Arn")? == reference)
            {
                return Ok(logical.clone());
            }
        }
        bail!("{reference} is not a function of this template")
    }
}

fn is_policy(kind: &str) -> bool {
    kind.starts_with("AWS::IAM::") || kind.ends_with("Policy")
}
