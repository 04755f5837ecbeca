//! Event patterns: which events a rule or an event source's filter lets through.
//!
//! Owns the pattern language of EventBridge as far as templates here use it; anything else in a pattern is an error
//! when it is read, never a pattern that silently matches nothing.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// A pattern: every field that it names must match one of the field's alternatives.
#[derive(Debug, Clone)]
pub struct Pattern(Vec<(String, Node)>);

#[derive(Debug, Clone)]
enum Node {
    Fields(Pattern),
    AnyOf(Vec<Matcher>),
}

#[derive(Debug, Clone)]
enum Matcher {
    Equals(Value),
    EqualsIgnoringCase(String),
    Prefix(String),
    Suffix(String),
    AnythingBut(Vec<Matcher>),
    Exists(bool),
    Numeric(Vec<(Comparison, f64)>),
}

#[derive(Debug, Clone, Copy)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(pattern: &Value) -> Result<Self> {
        let fields = pattern.as_object().context("a pattern is a map")?;
        let fields = fields.iter().map(|(name, value)| {
            if name.starts_with('$') {
                bail!("{name} is not known here");
            }
            let node = match value {
                Value::Object(_) => Node::Fields(Self::parse(value)?),
                Value::Array(alternatives) => {
                    Node::AnyOf(alternatives.iter().map(matcher).collect::<Result<_>>()?)
                }
                other => bail!("{name} must be a list of alternatives or a map, not {other}"),
            };
            Ok((name.clone(), node))
        });
        Ok(Self(fields.collect::<Result<_>>()?))
    }

    /// Whether an event matches.
    pub fn matches(&self, event: &Value) -> bool {
        self.0.iter().all(|(name, node)| {
            let value = event.get(name);
            match node {
                Node::Fields(pattern) => pattern.matches(value.unwrap_or(&Value::Null)),
                Node::AnyOf(matchers) => matchers.iter().any(|matcher| matcher.matches(value)),
            }
        })
    }
}

impl Matcher {
    fn matches(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            // Exists asks about leaves: an object is none.
            (Self::Exists(wanted), value) => value.is_some_and(|value| !value.is_object()) == *wanted,
            (_, None) => false,
            (_, Some(Value::Array(values))) => values.iter().any(|value| self.matches_one(value)),
            (_, Some(value)) => self.matches_one(value),
        }
    }

    fn matches_one(&self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Self::Equals(wanted) => wanted == value,
            Self::EqualsIgnoringCase(wanted) => text.is_some_and(|text| text.to_lowercase() == *wanted),
            Self::Prefix(prefix) => text.is_some_and(|text| text.starts_with(prefix.as_str())),
            Self::Suffix(suffix) => text.is_some_and(|text| text.ends_with(suffix.as_str())),
            Self::AnythingBut(matchers) => !matchers.iter().any(|matcher| matcher.matches_one(value)),
            Self::Exists(wanted) => *wanted,
            Self::Numeric(comparisons) => value.as_f64().is_some_and(|value| {
                comparisons.iter().all(|(comparison, bound)| comparison.holds(value, *bound))
            }),
        }
    }
}

impl Comparison {
    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::LessOrEqual => value <= bound,
            Self::Equal => value == bound,
            Self::GreaterOrEqual => value >= bound,
            Self::Greater => value > bound,
        }
    }
}

fn matcher(alternative: &Value) -> Result<Matcher> {
    match alternative {
        Value::Object(object) => operator(object),
        Value::Array(_) => bail!("an alternative is no list: {alternative}"),
        literal => Ok(Matcher::Equals(literal.clone())),
    }
}

fn operator(object: &Map<String, Value>) -> Result<Matcher> {
    let mut entries = object.iter();
    let (Some((name, argument)), None) = (entries.next(), entries.next()) else {
        bail!("an alternative has one operator");
    };
    let text = || argument.as_str().map(str::to_owned).with_context(|| format!("{name} takes text"));
    Ok(match name.as_str() {
        "prefix" => Matcher::Prefix(text()?),
        "suffix" => Matcher::Suffix(text()?),
        "equals-ignore-case" => Matcher::EqualsIgnoringCase(text()?.to_lowercase()),
        "exists" => Matcher::Exists(argument.as_bool().context("exists takes true or false")?),
        "anything-but" => Matcher::AnythingBut(match argument {
            Value::Array(values) => values.iter().map(matcher).collect::<Result<_>>()?,
            one => vec![matcher(one)?],
        }),
        "numeric" => Matcher::Numeric(comparisons(argument)?),
        other => bail!("the operator {other} is not known here"),
    })
}

fn comparisons(argument: &Value) -> Result<Vec<(Comparison, f64)>> {
    let parts = argument.as_array().context("numeric takes a list")?;
    let pairs = parts.chunks(2).map(|pair| {
        let [comparison, bound] = pair else { bail!("numeric takes pairs") };
        let comparison = match comparison.as_str() {
            Some("<") => Comparison::Less,
            Some("<=") => Comparison::LessOrEqual,
            Some("=") => Comparison::Equal,
            Some(">=") => Comparison::GreaterOrEqual,
            Some(">") => Comparison::Greater,
            _ => bail!("numeric does not know {comparison}"),
        };
        Ok((comparison, bound.as_f64().context("numeric compares numbers")?))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn matches(pattern: Value, event: Value) -> bool {
        Pattern::parse(&pattern).unwrap().matches(&event)
    }

    #[test]
    fn every_field_must_match_one_of_its_alternatives() {
        let pattern = json!({"source": ["a", "b"], "detail": {"status": ["open"]}});
        assert!(matches(pattern.clone(), json!({"source": "b", "detail": {"status": "open", "more": 1}})));
        assert!(!matches(pattern.clone(), json!({"source": "c", "detail": {"status": "open"}})));
        assert!(!matches(pattern, json!({"source": "b"})));
    }

    #[test]
    fn a_list_in_the_event_matches_by_any_of_its_values() {
        assert!(matches(json!({"tags": ["x"]}), json!({"tags": ["y", "x"]})));
    }

    #[test]
    fn operators_do_what_eventbridge_says() {
        assert!(matches(json!({"a": [{"prefix": "mso"}]}), json!({"a": "mso-1"})));
        assert!(matches(json!({"a": [{"anything-but": ["x", "y"]}]}), json!({"a": "z"})));
        assert!(!matches(json!({"a": [{"anything-but": {"prefix": "z"}}]}), json!({"a": "zz"})));
        assert!(!matches(json!({"a": [{"anything-but": "x"}]}), json!({})));
        assert!(matches(json!({"a": [{"exists": false}]}), json!({})));
        assert!(!matches(json!({"a": [{"exists": true}]}), json!({})));
        assert!(matches(json!({"a": [{"numeric": [">", 0, "<=", 5]}]}), json!({"a": 5})));
        assert!(!matches(json!({"a": [{"numeric": [">", 0, "<=", 5]}]}), json!({"a": 6})));
        assert!(matches(json!({"a": [null, {"suffix": ".x"}]}), json!({"a": null})));
    }

    #[test]
    fn a_stream_record_is_matched_through_its_typed_attributes() {
        let pattern =
            json!({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["message"]}}}});
        let record = json!({"eventName": "INSERT", "dynamodb": {"NewImage": {"kind": {"S": "message"}}}});
        assert!(matches(pattern.clone(), record));
        assert!(!matches(pattern, json!({"eventName": "INSERT", "dynamodb": {}})));
    }

    #[test]
    fn what_is_not_known_is_an_error_rather_than_no_match() {
        assert!(Pattern::parse(&json!({"a": [{"cidr": "10.0.0.0/8"}]})).is_err());
        assert!(Pattern::parse(&json!({"$or": []})).is_err());
        assert!(Pattern::parse(&json!({"a": "x"})).is_err());
    }
}
