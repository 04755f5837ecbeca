//! CloudFormation's intrinsic functions, resolved to plain JSON.
//!
//! Owns Ref, GetAtt, Sub, Join, Select, Split, If and conditions. What a resource is called is `names`' business.

use std::cell::Cell;
use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use super::names;

/// References may lead to references; a cycle must not lead to a stack overflow.
const MAX_DEPTH: usize = 64;

/// What intrinsic functions are resolved against.
pub(super) struct Resolver<'a> {
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) pseudo: &'a BTreeMap<String, String>,
    pub(super) conditions: &'a Map<String, Value>,
    pub(super) resources: &'a Map<String, Value>,
    /// Where the emulated services are: queue URLs begin with it.
    pub(super) aws_url: &'a str,
    /// Where the HTTP API is.
    pub(super) http_url: &'a str,
    pub(super) depth: Cell<usize>,
}

impl Resolver<'_> {
    /// The value with every intrinsic function replaced; `None` is AWS::NoValue.
    pub(super) fn resolve(&self, value: &Value) -> Result<Option<Value>> {
        ensure!(self.depth.get() < MAX_DEPTH, "references go in a circle");
        self.depth.set(self.depth.get() + 1);
        let resolved = self.resolve_here(value);
        self.depth.set(self.depth.get() - 1);
        resolved
    }

    /// As [`Self::resolve`], for what must have a value.
    pub(super) fn value(&self, value: &Value) -> Result<Value> {
        Ok(self.resolve(value)?.unwrap_or(Value::Null))
    }

    /// As [`Self::value`], as text.
    pub(super) fn text(&self, value: &Value) -> Result<String> {
        let value = self.value(value)?;
        text_of(&value).with_context(|| format!("must be text: {value}"))
    }

    fn resolve_here(&self, value: &Value) -> Result<Option<Value>> {
        match value {
            Value::Object(object) => {
                if let Some((name, argument)) = single(object)
                    && (name == "Ref" || name.starts_with("Fn::"))
                {
                    return self.function(name, argument);
                }
                let mut resolved = Map::new();
                for (key, value) in object {
                    if let Some(value) = self.resolve(value)? {
                        resolved.insert(key.clone(), value);
                    }
                }
                Ok(Some(Value::Object(resolved)))
            }
            Value::Array(values) => {
                let resolved: Result<Vec<_>> = values.iter().map(|value| self.resolve(value)).collect();
                Ok(Some(resolved?.into_iter().flatten().collect()))
            }
            plain => Ok(Some(plain.clone())),
        }
    }

    fn function(&self, name: &str, argument: &Value) -> Result<Option<Value>> {
        let value = match name {
            "Ref" => {
                let target = argument.as_str().context("Ref takes a name")?;
                if target == "AWS::NoValue" {
                    return Ok(None);
                }
                self.reference(target)?
            }
            "Fn::GetAtt" => {
                let parts = argument.as_array().context("Fn::GetAtt takes a resource and an attribute")?;
                let [resource, attribute] = parts.as_slice() else { bail!("Fn::GetAtt takes two values") };
                names::attribute(self, &self.text(resource)?, &self.text(attribute)?)?.into()
            }
            "Fn::Sub" => self.substitute(argument)?.into(),
            "Fn::Join" => {
                let [separator, values] = self.arguments(name, argument)?;
                let values = values.as_array().context("Fn::Join takes a list")?;
                let texts: Option<Vec<_>> = values.iter().map(text_of).collect();
                texts
                    .context("Fn::Join joins text")?
                    .join(separator.as_str().context("Fn::Join takes a separator")?)
                    .into()
            }
            "Fn::Split" => {
                let [separator, text] = self.arguments(name, argument)?;
                let separator = separator.as_str().context("Fn::Split takes a separator")?;
                text.as_str().context("Fn::Split splits text")?.split(separator).collect()
            }
            "Fn::Select" => {
                let [index, values] = self.arguments(name, argument)?;
                let index: usize = text_of(&index).context("Fn::Select takes an index")?.parse()?;
                values.get(index).cloned().context("Fn::Select beyond the list's end")?
            }
            "Fn::If" => {
                let [condition, yes, no] = argument.as_array().map(Vec::as_slice).unwrap_or_default() else {
                    bail!("Fn::If takes a condition and two values");
                };
                let condition = condition.as_str().context("Fn::If takes a condition's name")?;
                return self.resolve(if self.condition(condition)? { yes } else { no });
            }
            other => bail!("{other} is not known here"),
        };
        Ok(Some(value))
    }

    fn arguments<const N: usize>(&self, name: &str, argument: &Value) -> Result<[Value; N]> {
        let values = argument.as_array().with_context(|| format!("{name} takes a list"))?;
        let values: Vec<Value> = values.iter().map(|value| self.value(value)).collect::<Result<_>>()?;
        values.try_into().map_err(|_| anyhow::anyhow!("{name} takes {N} values"))
    }

    fn reference(&self, target: &str) -> Result<Value> {
        if let Some(value) = self.parameters.get(target) {
            return Ok(value.clone());
        }
        if let Some(value) = self.pseudo.get(target) {
            return Ok(value.clone().into());
        }
        Ok(names::physical_id(self, target)?.into())
    }

    fn substitute(&self, argument: &Value) -> Result<String> {
        let (pattern, variables) = match argument {
            Value::String(pattern) => (pattern.as_str(), None),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(pattern), Value::Object(variables)] => (pattern.as_str(), Some(variables)),
                _ => bail!("Fn::Sub takes text and a map of variables"),
            },
            _ => bail!("Fn::Sub takes text"),
        };
        let mut text = String::new();
        let mut rest = pattern;
        while let Some(start) = rest.find("${") {
            text.push_str(&rest[..start]);
            let length = rest[start..].find('}').with_context(|| format!("unclosed ${{ in {pattern}"))?;
            let name = rest[start + 2..start + length].trim();
            rest = &rest[start + length + 1..];
            if let Some(literal) = name.strip_prefix('!') {
                text.push_str(&format!("${{{literal}}}"));
            } else if let Some(variable) = variables.and_then(|variables| variables.get(name)) {
                text.push_str(&self.text(variable)?);
            } else if let Some((resource, attribute)) = name.split_once('.') {
                text.push_str(&names::attribute(self, resource, attribute)?);
            } else {
                let value = self.reference(name)?;
                text.push_str(&text_of(&value).with_context(|| format!("${{{name}}} is not text"))?);
            }
        }
        text.push_str(rest);
        Ok(text)
    }

    /// Whether a condition of the template holds.
    pub(super) fn condition(&self, name: &str) -> Result<bool> {
        let expression =
            self.conditions.get(name).with_context(|| format!("there is no condition {name}"))?;
        self.holds(expression).with_context(|| format!("condition {name}"))
    }

    fn holds(&self, expression: &Value) -> Result<bool> {
        let (name, argument) =
            expression.as_object().and_then(single).context("a condition has one function")?;
        let all = |argument: &Value| -> Result<Vec<bool>> {
            argument.as_array().context("takes a list")?.iter().map(|part| self.holds(part)).collect()
        };
        Ok(match name {
            "Fn::Equals" => {
                let [left, right] = self.arguments(name, argument)?;
                text_of(&left) == text_of(&right)
            }
            "Fn::Not" => !all(argument)?.first().copied().context("Fn::Not takes one value")?,
            "Fn::And" => all(argument)?.into_iter().all(|part| part),
            "Fn::Or" => all(argument)?.into_iter().any(|part| part),
            "Condition" => self.condition(argument.as_str().context("Condition takes a name")?)?,
            other => bail!("{other} is no condition"),
        })
    }
}

fn single(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = object.iter();
    match (entries.next(), entries.next()) {
        (Some((name, value)), None) => Some((name.as_str(), value)),
        _ => None,
    }
}

/// A scalar as CloudFormation would write it into text.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
