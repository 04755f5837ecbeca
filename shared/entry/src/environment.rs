//! The process's environment, read once at the start.

use std::{collections::HashMap, str::FromStr};

/// A variable that template.yaml should have set, and has not, or not to something usable.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is missing or not usable")]
pub struct InvalidVariable(pub(crate) &'static str);

/// The variables as they stood at the start.
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// Reads them; those that are not UTF-8 are left out.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn read() -> Self {
        let text = |value: std::ffi::OsString| value.into_string().ok();
        Self(std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect())
    }

    /// Other variables than the process's own.
    #[must_use]
    pub fn of(variables: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
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

    /// Whether to open connections before the first request: yes, unless `WARM_UP` is `off`, as
    /// where the start itself is measured.
    #[must_use]
    pub fn warms_up(&self) -> bool {
        self.get("WARM_UP").is_none_or(|value| value != "off")
    }

    /// A variable that must be there and parse.
    pub fn parsed<T: FromStr>(&self, name: &'static str) -> Result<T, InvalidVariable> {
        self.text(name)?.parse().map_err(|_| InvalidVariable(name))
    }
}
