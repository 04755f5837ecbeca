//! YAML with CloudFormation's short tags, read into JSON with the long forms.
//!
//! Owns the spelling of intrinsic functions; knows nothing of what they mean.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use serde_norway::Value as Yaml;

/// Reads a template: `!Ref X` becomes `{"Ref": "X"}`, `!GetAtt A.B` becomes `{"Fn::GetAtt": ["A", "B"]}`.
pub(super) fn parse(text: &str) -> Result<Value> {
    let mut yaml: Yaml = serde_norway::from_str(text).context("the template is not YAML")?;
    yaml.apply_merge().context("the template's merge keys are wrong")?;
    to_json(yaml)
}

fn to_json(yaml: Yaml) -> Result<Value> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(value) => number(&value)?,
        Yaml::String(value) => Value::String(value),
        Yaml::Sequence(values) => Value::Array(values.into_iter().map(to_json).collect::<Result<_>>()?),
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                object.insert(key_text(key)?, to_json(value)?);
            }
            Value::Object(object)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            intrinsic(tag.trim_start_matches('!'), to_json(tagged.value)?)
        }
    })
}

fn intrinsic(tag: &str, value: Value) -> Value {
    match (tag, value) {
        ("Ref" | "Condition", value) => json!({ tag: value }),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) = path.split_once('.').unwrap_or((path.as_str(), ""));
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        (tag, value) => json!({ format!("Fn::{tag}"): value }),
    }
}

fn number(value: &serde_norway::Number) -> Result<Value> {
    serde_json::to_value(value).context("a number that JSON cannot hold")
}

fn key_text(key: Yaml) -> Result<String> {
    match key {
        Yaml::String(text) => Ok(text),
        Yaml::Number(value) => Ok(value.to_string()),
        Yaml::Bool(value) => Ok(value.to_string()),
        other => bail!("a key must be a scalar, not {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tags_become_long_forms() {
        let parsed =
            parse("a: !Ref X\nb: !GetAtt Y.Arn\nc: !Sub 'x-${Z}'\nd: !Join ['', [!Ref X, b]]\n200: ok")
                .unwrap();
        assert_eq!(
            parsed,
            json!({
                "a": {"Ref": "X"},
                "b": {"Fn::GetAtt": ["Y", "Arn"]},
                "c": {"Fn::Sub": "x-${Z}"},
                "d": {"Fn::Join": ["", [{"Ref": "X"}, "b"]]},
                "200": "ok",
            })
        );
    }

    #[test]
    fn aliases_are_followed() {
        let parsed = parse("a: &x {k: !Ref V}\nb: *x").unwrap();
        assert_eq!(parsed["b"], json!({"k": {"Ref": "V"}}));
    }
}
