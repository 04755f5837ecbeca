//! The template's parameters: their values and the constraints that CloudFormation checks.
//!
//! Owns which value wins: `--parameter`, then what the local cloud knows (its own URLs), then the default. What it knows
//! is not held to the constraints: its issuer speaks HTTP, which a deployment's must not.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use regex::Regex;
use serde_json::{Map, Value};

/// Parameter values by name, as CloudFormation would hand them to `Ref`.
pub(super) fn resolve(
    declared: &Map<String, Value>,
    given: &BTreeMap<String, String>,
    known: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>> {
    if let Some(stranger) = given.keys().find(|name| !declared.contains_key(*name)) {
        let names: Vec<_> = declared.keys().map(String::as_str).collect();
        bail!("the template has no parameter {stranger}; it has {}", names.join(", "));
    }
    let mut values = BTreeMap::new();
    for (name, declaration) in declared {
        let text = match (given.get(name).cloned(), known.get(name)) {
            (None, Some(known)) => known.clone(),
            (given, _) => {
                let text =
                    given.or_else(|| declaration.get("Default").map(scalar_text)).with_context(|| {
                        format!("parameter {name} has no default: give it with --parameter {name}=VALUE")
                    })?;
                check(declaration, &text).with_context(|| format!("parameter {name}={text}"))?;
                text
            }
        };
        values.insert(name.clone(), typed(declaration, text));
    }
    Ok(values)
}

fn typed(declaration: &Value, text: String) -> Value {
    let kind = declaration["Type"].as_str().unwrap_or("String");
    if kind == "CommaDelimitedList" || kind.starts_with("List<") {
        return text.split(',').map(|part| Value::String(part.trim().to_owned())).collect();
    }
    Value::String(text)
}

fn check(declaration: &Value, text: &str) -> Result<()> {
    if let Some(allowed) = declaration["AllowedValues"].as_array() {
        let allowed: Vec<_> = allowed.iter().map(scalar_text).collect();
        ensure!(allowed.iter().any(|value| value == text), "must be one of {}", allowed.join(", "));
    }
    if let Some(pattern) = declaration["AllowedPattern"].as_str() {
        let whole = Regex::new(&format!("^(?:{pattern})$")).context("its AllowedPattern is not a pattern")?;
        let explained = declaration["ConstraintDescription"].as_str().unwrap_or("");
        ensure!(whole.is_match(text), "must match {pattern} {explained}");
    }
    if declaration["Type"] == "Number" {
        let number: f64 = text.parse().context("must be a number")?;
        if let Some(least) = bound(declaration, "MinValue") {
            ensure!(number >= least, "must be at least {least}");
        }
        if let Some(most) = bound(declaration, "MaxValue") {
            ensure!(number <= most, "must be at most {most}");
        }
    }
    let length = text.chars().count() as f64;
    if let Some(least) = bound(declaration, "MinLength") {
        ensure!(length >= least, "must have at least {least} characters");
    }
    if let Some(most) = bound(declaration, "MaxLength") {
        ensure!(length <= most, "must have at most {most} characters");
    }
    Ok(())
}

fn bound(declaration: &Value, name: &str) -> Option<f64> {
    let value = declaration.get(name)?;
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn scalar_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn resolve_one(declaration: Value, given: &[(&str, &str)]) -> Result<BTreeMap<String, Value>> {
        let declared = Map::from_iter([("Rate".to_owned(), declaration)]);
        let given = given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        resolve(&declared, &given, &BTreeMap::new())
    }

    #[test]
    fn a_given_value_wins_over_the_default() {
        let values = resolve_one(json!({"Type": "Number", "Default": 1}), &[("Rate", "7")]).unwrap();
        assert_eq!(values["Rate"], "7");
    }

    #[test]
    fn a_value_outside_its_constraints_is_refused() {
        let number = json!({"Type": "Number", "MinValue": 1, "MaxValue": 10});
        assert!(resolve_one(number.clone(), &[("Rate", "0")]).is_err());
        assert!(resolve_one(number.clone(), &[("Rate", "11")]).is_err());
        assert!(resolve_one(number, &[("Rate", "many")]).is_err());
        assert!(
            resolve_one(json!({"Type": "String", "AllowedPattern": "[a-z]+"}), &[("Rate", "a1")]).is_err()
        );
        assert!(resolve_one(json!({"Type": "String", "AllowedValues": ["a"]}), &[("Rate", "b")]).is_err());
    }

    #[test]
    fn what_is_known_here_is_not_held_to_a_deployments_constraints() {
        let declaration = json!({"Type": "String", "AllowedPattern": "https://.+"});
        let declared = Map::from_iter([("Issuer".to_owned(), declaration)]);
        let here = BTreeMap::from([("Issuer".to_owned(), "http://localhost".to_owned())]);
        assert_eq!(resolve(&declared, &BTreeMap::new(), &here).unwrap()["Issuer"], "http://localhost");
        assert!(resolve(&declared, &here, &here).is_err(), "what is given is");
    }

    #[test]
    fn a_missing_or_unknown_parameter_is_named() {
        let missing = resolve_one(json!({"Type": "String"}), &[]).unwrap_err().to_string();
        assert!(missing.contains("--parameter Rate="), "{missing}");
        let unknown = resolve_one(json!({"Type": "String", "Default": ""}), &[("Pace", "1")]).unwrap_err();
        assert!(unknown.to_string().contains("Pace"), "{unknown}");
    }
}
