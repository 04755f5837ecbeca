//! The process's environment, read once at the start.

use std::{collections::HashMap, str::FromStr};

/// A variable that template.yaml should have set, and has not, or not to something usable.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is missing or not usable")]
pub struct InvalidVariable(&'static str);

/// The variables as they stood at the start.
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// Reads them; those that are not UTF-8 are left out.
    #[must_use]
    pub fn read() -> Self {
        let text = |value: std::ffi::OsString| value.into_string().ok();
        Self(std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect())
    }

    /// A variable, if it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    /// A variable that must be there and say something.
    pub fn text(&self, name: &'static str) -> Result<String, InvalidVariable> {
        self.get(name).filter(|value| !value.is_empty()).ok_or(InvalidVariable(name))
    }

    /// A variable that must be there and parse.
    pub fn parsed<T: FromStr>(&self, name: &'static str) -> Result<T, InvalidVariable> {
        self.text(name)?.parse().map_err(|_| InvalidVariable(name))
    }
}
