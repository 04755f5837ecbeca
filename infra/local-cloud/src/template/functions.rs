//! AWS::Serverless::Function: what is run, and what SAM's events wire it to.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use case_chat_local_gateway::HttpRoute;
use serde_json::{Map, Value};

use super::intrinsics::text_of;
use super::names::{attribute, physical_id, role_name};
use super::properties::Properties;
use super::warnings::Effect;
use super::{AsyncInvocation, Function, Reader};

/// Lambda's own defaults.
const TIMEOUT: Duration = Duration::from_secs(3);
const MEMORY: u32 = 128;
const ASYNC_RETRIES: u32 = 2;
const ASYNC_MAX_AGE: Duration = Duration::from_secs(6 * 60 * 60);

impl Reader<'_> {
    pub(super) fn function(&mut self, logical: &str, metadata: &Value, mut own: Properties) -> Result<()> {
        let mut globals = self.globals()?;
        let mut environment = variables(&mut globals)?;
        environment.extend(variables(&mut own)?);
        let timeout = own.seconds("Timeout")?.or(globals.seconds("Timeout")?);
        let memory = own.count("MemorySize")?.or(globals.count("MemorySize")?);
        let tracing = own.text("Tracing")?.or(globals.text("Tracing")?);
        own.take("FunctionName");
        own.policy("PermissionsBoundary");
        own.policy("Role");
        let invocation = match own.has("EventInvokeConfig") {
            true => own.nested("EventInvokeConfig")?,
            false => globals.nested("EventInvokeConfig")?,
        };
        let function = Function {
            id: logical.to_owned(),
            name: physical_id(self.resolver, logical)?,
            arn: attribute(self.resolver, logical, "Arn")?,
            binary: self.binary(logical, metadata)?,
            environment,
            traced: tracing.as_deref() == Some("Active"),
            timeout: timeout.unwrap_or(TIMEOUT),
            memory: memory.unwrap_or(MEMORY),
            on_async_failure: async_invocation(invocation)?,
            role: role_name(self.resolver, logical),
            policies: own.take("Policies").unwrap_or(Value::Null),
        };
        let mut events = own.nested("Events")?;
        for name in events.names() {
            self.function_event(logical, &name, events.nested(&name)?)?;
        }
        own.finish();
        globals.finish();
        self.stack.functions.insert(logical.to_owned(), function);
        Ok(())
    }

    fn globals(&self) -> Result<Properties> {
        let values = self.resolver.value(&Value::Object(self.function_globals.clone()))?;
        let values = Map::from_iter([("Function".to_owned(), values)]);
        Properties::new("Globals", Value::Object(values), &self.report)?.nested("Function")
    }

    /// What `sam build` builds is what is run.
    fn binary(&self, logical: &str, metadata: &Value) -> Result<String> {
        for name in
            metadata.as_object().into_iter().flat_map(Map::keys).filter(|name| *name != "BuildProperties")
        {
            self.report.add(logical, &format!("Metadata.{name}"), Effect::None);
        }
        let build = metadata["BuildProperties"].clone();
        let mut build = Properties::new(logical, build, &self.report)?;
        let binary = build.text("Binary")?;
        build.finish();
        binary.context("Metadata.BuildProperties.Binary must name the function's binary")
    }

    fn function_event(&mut self, function: &str, name: &str, mut event: Properties) -> Result<()> {
        let kind = event.require_text("Type")?;
        let properties = event.nested("Properties")?;
        event.finish();
        match kind.as_str() {
            "HttpApi" => self.http_event(function, properties),
            "EventBridgeRule" => self.rule(function, name, properties),
            _ => {
                self.report.add(function, &format!("Events.{name}"), Effect::None);
                Ok(())
            }
        }
        .with_context(|| format!("event {name}"))
    }

    fn http_event(&mut self, function: &str, mut properties: Properties) -> Result<()> {
        let route = HttpRoute {
            method: properties.text("Method")?.unwrap_or_else(|| "ANY".into()).to_ascii_uppercase(),
            path: properties.require_text("Path")?,
            function: function.to_owned(),
            authorizer: None,
        };
        let api = properties.require_text("ApiId")?;
        let mut auth = properties.nested("Auth")?;
        let authorizer = auth.text("Authorizer")?;
        auth.finish();
        properties.finish();
        self.http.routes.push((api, route, authorizer));
        Ok(())
    }
}

fn variables(properties: &mut Properties) -> Result<BTreeMap<String, String>> {
    let mut environment = properties.nested("Environment")?;
    let mut variables = environment.nested("Variables")?;
    let mut values = BTreeMap::new();
    for name in variables.names() {
        let value = variables.require(&name)?;
        let value = text_of(&value).with_context(|| format!("Environment.Variables.{name} must be text"))?;
        values.insert(name, value);
    }
    environment.finish();
    Ok(values)
}

fn async_invocation(mut properties: Properties) -> Result<AsyncInvocation> {
    let mut destinations = properties.nested("DestinationConfig")?;
    let mut on_failure = destinations.nested("OnFailure")?;
    if let Some(kind) = on_failure.text("Type")?
        && kind != "SQS"
    {
        bail!("EventInvokeConfig: only SQS destinations are run here, not {kind}");
    }
    let invocation = AsyncInvocation {
        retries: properties.count("MaximumRetryAttempts")?.unwrap_or(ASYNC_RETRIES),
        max_age: properties.seconds("MaximumEventAgeInSeconds")?.unwrap_or(ASYNC_MAX_AGE),
        on_failure: on_failure.text("Destination")?,
    };
    on_failure.finish();
    destinations.finish();
    properties.finish();
    Ok(invocation)
}
