//! Reads an object property by property, and reports those that nobody asked for.
//!
//! Owns the rule that nothing in a template is skipped in silence: `finish` names what is left.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use super::intrinsics::text_of;
use super::warnings::{Effect, Report};

/// An object of the template, its intrinsic functions resolved already.
pub(super) struct Properties {
    resource: String,
    path: String,
    values: Map<String, Value>,
    report: Report,
}

impl Properties {
    pub(super) fn new(resource: &str, values: Value, report: &Report) -> Result<Self> {
        Self::at(resource.to_owned(), String::new(), values, report.clone())
    }

    fn at(resource: String, path: String, values: Value, report: Report) -> Result<Self> {
        let values = match values {
            Value::Object(values) => values,
            Value::Null => Map::new(),
            other => bail!("{resource}.{path} must be a map, not {other}"),
        };
        Ok(Self { resource, path, values, report })
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn describe(&self, name: &str) -> String {
        format!("{}.{}", self.resource, self.path_of(name))
    }

    /// Takes a property as it stands.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.values.remove(name).filter(|value| !value.is_null())
    }

    /// Takes a property that must be there.
    pub(super) fn require(&mut self, name: &str) -> Result<Value> {
        self.take(name).with_context(|| format!("{} is missing", self.describe(name)))
    }

    /// Takes text, or a scalar as text.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        text_of(&value).map(Some).with_context(|| format!("{} must be text", self.describe(name)))
    }

    /// Takes text that must be there.
    pub(super) fn require_text(&mut self, name: &str) -> Result<String> {
        self.text(name)?.with_context(|| format!("{} is missing", self.describe(name)))
    }

    /// Takes a number, which CloudFormation allows to be text.
    pub(super) fn number(&mut self, name: &str) -> Result<Option<i64>> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        text.parse().map(Some).with_context(|| format!("{} must be a whole number", self.describe(name)))
    }

    /// Takes a number that is none below zero.
    pub(super) fn count(&mut self, name: &str) -> Result<Option<u32>> {
        let Some(number) = self.number(name)? else {
            return Ok(None);
        };
        u32::try_from(number).map(Some).with_context(|| format!("{} is out of range", self.describe(name)))
    }

    /// Takes a number of seconds.
    pub(super) fn seconds(&mut self, name: &str) -> Result<Option<Duration>> {
        Ok(self.count(name)?.map(|seconds| Duration::from_secs(seconds.into())))
    }

    /// Takes a boolean, which CloudFormation allows to be text.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool> {
        let Some(text) = self.text(name)? else {
            return Ok(false);
        };
        text.parse().with_context(|| format!("{} must be true or false", self.describe(name)))
    }

    /// Takes a list of text.
    pub(super) fn texts(&mut self, name: &str) -> Result<Vec<String>> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) => {
                let texts: Option<Vec<_>> = values.iter().map(text_of).collect();
                texts.with_context(|| format!("{} must be a list of text", self.describe(name)))
            }
            Some(_) => bail!("{} must be a list", self.describe(name)),
        }
    }

    /// Takes a nested object; an absent one is empty.
    pub(super) fn nested(&mut self, name: &str) -> Result<Self> {
        let path = self.path_of(name);
        let values = self.take(name).unwrap_or(Value::Null);
        Self::at(self.resource.clone(), path, values, self.report.clone())
    }

    /// Takes a list of objects; an absent one is empty. Their paths do not say which of them it is.
    pub(super) fn list(&mut self, name: &str) -> Result<Vec<Self>> {
        let path = self.path_of(name);
        let values = match self.take(name) {
            None => Vec::new(),
            Some(Value::Array(values)) => values,
            Some(_) => bail!("{} must be a list", self.describe(name)),
        };
        let at = |values| Self::at(self.resource.clone(), path.clone(), values, self.report.clone());
        values.into_iter().map(at).collect()
    }

    /// Whether a property is set.
    pub(super) fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// The names of what is left.
    pub(super) fn names(&self) -> Vec<String> {
        self.values.keys().cloned().collect()
    }

    /// Takes a policy that nothing here evaluates, and reports it as not enforced.
    pub(super) fn policy(&mut self, name: &str) {
        if self.take(name).is_some() {
            self.report.add(&self.resource, &self.path_of(name), Effect::NotEnforced);
        }
    }

    /// Reports everything that was not taken.
    pub(super) fn finish(self) {
        for name in self.values.keys() {
            self.report.add(&self.resource, &self.path_of(name), Effect::None);
        }
    }
}
