//! What resources are called: physical ids, ARNs and the other attributes that templates ask for.
//!
//! Owns the shape of every ARN. Names that AWS would generate are `{stack}-{logical id}` here, and a role's has one more
//! part, since policies match it up to there.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::intrinsics::Resolver;
use crate::events::DEFAULT_BUS;

/// The label of every table's stream; AWS uses the moment of its creation.
const STREAM_LABEL: &str = "local";

/// What follows a generated role's name; CloudFormation puts characters of its own there.
const ROLE_SUFFIX: &str = "LOCAL";

/// What `Ref` yields.
pub(super) fn physical_id(resolver: &Resolver<'_>, logical: &str) -> Result<String> {
    let Some(resource) = resolver.resources.get(logical) else {
        return sam_rule(resolver, logical);
    };
    let named = |property| named(resolver, logical, resource, property);
    Ok(match kind(resource) {
        "AWS::DynamoDB::Table" => named("TableName")?,
        "AWS::IAM::Role" => own_role_name(resolver, logical, resource)?,
        "AWS::KMS::Alias" => resolver.text(&resource["Properties"]["AliasName"])?,
        "AWS::KMS::Key" | "AWS::Logs::LogGroup" => generated(resolver, logical),
        "AWS::S3::Bucket" => bucket_name(resolver, logical, resource)?,
        "AWS::Events::EventBus" => named("Name")?,
        "AWS::SES::ConfigurationSet" => named("Name")?,
        "AWS::Serverless::Function" => named("FunctionName")?,
        "AWS::SQS::Queue" => {
            let account = pseudo(resolver, "AWS::AccountId");
            format!("{}/{account}/{}", resolver.aws_url, named("QueueName")?)
        }
        "AWS::Serverless::HttpApi" | "AWS::Serverless::WebSocketApi" => logical.to_ascii_lowercase(),
        _ => logical.to_owned(),
    })
}

/// What `Fn::GetAtt` yields.
pub(super) fn attribute(resolver: &Resolver<'_>, logical: &str, attribute: &str) -> Result<String> {
    let unknown = || format!("{logical}.{attribute} is not known here");
    let Some(resource) = resolver.resources.get(logical) else {
        let rule = sam_rule(resolver, logical)?;
        return if attribute == "Arn" { Ok(rule) } else { bail!(unknown()) };
    };
    let named = |property| named(resolver, logical, resource, property);
    Ok(match (kind(resource), attribute) {
        ("AWS::DynamoDB::Table", "Arn") => table_arn(resolver, &named("TableName")?),
        ("AWS::DynamoDB::Table", "StreamArn") => {
            format!("{}/stream/{STREAM_LABEL}", table_arn(resolver, &named("TableName")?))
        }
        ("AWS::Events::EventBus", "Arn") => arn(resolver, "events", &format!("event-bus/{}", named("Name")?)),
        ("AWS::Events::EventBus", "Name") => named("Name")?,
        ("AWS::IAM::Role", "Arn") => {
            let (partition, account) =
                (pseudo(resolver, "AWS::Partition"), pseudo(resolver, "AWS::AccountId"));
            format!("arn:{partition}:iam::{account}:role/{}", own_role_name(resolver, logical, resource)?)
        }
        ("AWS::Logs::LogGroup", "Arn") => {
            arn(resolver, "logs", &format!("log-group:{}:*", generated(resolver, logical)))
        }
        ("AWS::KMS::Key", "Arn") => arn(resolver, "kms", &format!("key/{}", generated(resolver, logical))),
        ("AWS::KMS::Key", "KeyId") => generated(resolver, logical),
        ("AWS::S3::Bucket", _) => {
            let name = bucket_name(resolver, logical, resource)?;
            let of = |name| pseudo(resolver, name);
            match attribute {
                "Arn" => format!("arn:{}:s3:::{name}", of("AWS::Partition")),
                "DomainName" => format!("{name}.s3.{}", of("AWS::URLSuffix")),
                "RegionalDomainName" => {
                    format!("{name}.s3.{}.{}", of("AWS::Region"), of("AWS::URLSuffix"))
                }
                _ => bail!(unknown()),
            }
        }
        ("AWS::Serverless::HttpApi", "ApiEndpoint") => resolver.http_url.to_owned(),
        ("AWS::Serverless::Function", "Arn") => {
            arn(resolver, "lambda", &format!("function:{}", named("FunctionName")?))
        }
        ("AWS::SQS::Queue", "Arn") => arn(resolver, "sqs", &named("QueueName")?),
        ("AWS::SQS::Queue", "QueueName") => named("QueueName")?,
        ("AWS::SQS::Queue", "QueueUrl") => physical_id(resolver, logical)?,
        _ => bail!(unknown()),
    })
}

fn table_arn(resolver: &Resolver<'_>, name: &str) -> String {
    arn(resolver, "dynamodb", &format!("table/{name}"))
}

/// An ARN of this account and region.
pub(super) fn arn(resolver: &Resolver<'_>, service: &str, resource: &str) -> String {
    let of = |name| pseudo(resolver, name);
    format!(
        "arn:{}:{service}:{}:{}:{resource}",
        of("AWS::Partition"),
        of("AWS::Region"),
        of("AWS::AccountId")
    )
}

/// The ARN of the rule that SAM makes for a function's EventBridgeRule event.
pub(super) fn rule_arn(resolver: &Resolver<'_>, bus: &str, function: &str, event: &str) -> String {
    let stack = pseudo(resolver, "AWS::StackName");
    // A rule of the default bus is older than buses are.
    let bus = if bus == DEFAULT_BUS { String::new() } else { format!("{bus}/") };
    arn(resolver, "events", &format!("rule/{bus}{stack}-{function}{event}"))
}

/// The name of the role that SAM makes for a function.
pub(super) fn role_name(resolver: &Resolver<'_>, function: &str) -> String {
    generated_role(resolver, &format!("{function}Role"))
}

/// The name of a role that stands in the template.
fn own_role_name(resolver: &Resolver<'_>, logical: &str, resource: &Value) -> Result<String> {
    match resource["Properties"].get("RoleName") {
        Some(_) => named(resolver, logical, resource, "RoleName"),
        None => Ok(generated_role(resolver, logical)),
    }
}

fn generated_role(resolver: &Resolver<'_>, logical: &str) -> String {
    format!("{}-{ROLE_SUFFIX}", generated(resolver, logical))
}

/// SAM calls a function's event `{function}{event}`, and templates may ask for its ARN.
fn sam_rule(resolver: &Resolver<'_>, logical: &str) -> Result<String> {
    for (function, resource) in resolver.resources {
        let Some(event) = logical.strip_prefix(function.as_str()) else {
            continue;
        };
        let declared = &resource["Properties"]["Events"][event];
        if declared["Type"] == "EventBridgeRule" {
            let bus = match declared["Properties"].get("EventBusName") {
                Some(bus) => resolver.text(bus)?,
                None => DEFAULT_BUS.to_owned(),
            };
            return Ok(rule_arn(resolver, &bus, function, event));
        }
    }
    bail!("there is no parameter or resource {logical}")
}

fn named(resolver: &Resolver<'_>, logical: &str, resource: &Value, property: &str) -> Result<String> {
    match resource["Properties"].get(property) {
        Some(name) => resolver.text(name).with_context(|| format!("{logical}.{property}")),
        None => Ok(generated(resolver, logical)),
    }
}

/// What is named by nobody.
fn generated(resolver: &Resolver<'_>, logical: &str) -> String {
    format!("{}-{logical}", pseudo(resolver, "AWS::StackName"))
}

/// A bucket's name has no capitals.
fn bucket_name(resolver: &Resolver<'_>, logical: &str, resource: &Value) -> Result<String> {
    match resource["Properties"].get("BucketName") {
        Some(_) => named(resolver, logical, resource, "BucketName"),
        None => Ok(generated(resolver, logical).to_ascii_lowercase()),
    }
}

fn kind(resource: &Value) -> &str {
    resource["Type"].as_str().unwrap_or_default()
}

pub(super) fn pseudo<'a>(resolver: &'a Resolver<'_>, name: &str) -> &'a str {
    resolver.pseudo.get(name).map_or("", String::as_str)
}
