//! The headers that a page is served with, as CloudFront's ResponseHeadersPolicy says them.

use std::cell::Cell;
use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use super::{intrinsics::Resolver, parameters, yaml};

/// The headers of the template's one policy, its parameters set. Each is told on every answer, as `Override: true` has it.
pub fn page_headers(
    text: &str,
    known: &BTreeMap<String, String>,
    pseudo: &BTreeMap<String, String>,
) -> Result<Vec<(String, String)>> {
    let template = yaml::parse(text)?;
    let section = |name: &str| template[name].as_object().cloned().unwrap_or_default();
    let resources = section("Resources");
    let resolver = Resolver {
        parameters: parameters::resolve(&section("Parameters"), &BTreeMap::new(), known)?,
        pseudo,
        conditions: &Map::new(),
        resources: &resources,
        aws_url: "",
        http_url: "",
        depth: Cell::new(0),
    };
    let is_policy = |resource: &&Value| resource["Type"] == "AWS::CloudFront::ResponseHeadersPolicy";
    let policy = resources.values().find(is_policy).context("there is no ResponseHeadersPolicy")?;
    let policy = resolver.value(&policy["Properties"]["ResponseHeadersPolicyConfig"])?;
    let mut headers = Vec::new();
    for (name, said) in policy["SecurityHeadersConfig"].as_object().into_iter().flatten() {
        headers.push(security(name, said)?);
    }
    for item in policy["CustomHeadersConfig"]["Items"].as_array().into_iter().flatten() {
        headers.push((text_in(item, "Header")?, text_in(item, "Value")?));
    }
    Ok(headers)
}

fn security(name: &str, said: &Value) -> Result<(String, String)> {
    let (header, value) = match name {
        "ContentSecurityPolicy" => ("content-security-policy", text_in(said, name)?),
        "ContentTypeOptions" => ("x-content-type-options", "nosniff".to_owned()),
        "FrameOptions" => ("x-frame-options", text_in(said, "FrameOption")?),
        "ReferrerPolicy" => ("referrer-policy", text_in(said, name)?),
        "StrictTransportSecurity" => {
            let seconds = said["AccessControlMaxAgeSec"].as_u64().context("AccessControlMaxAgeSec")?;
            ("strict-transport-security", format!("max-age={seconds}"))
        }
        other => bail!("the header of {other} is not known here"),
    };
    Ok((header.to_owned(), value))
}

fn text_in(said: &Value, name: &str) -> Result<String> {
    Ok(said[name].as_str().with_context(|| format!("{name} is no text"))?.to_owned())
}
