//! What a template says and nothing here acts upon: named, never skipped in silence.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// A part of the template without effect here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ignored {
    /// The logical id, or a section such as `Globals`.
    pub resource: String,
    /// The property's path within it; empty when the whole resource is meant.
    pub property: String,
    /// What that comes to.
    pub effect: Effect,
}

/// Why a part of the template changes nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// A development machine has nothing like it.
    None,
    /// It is a policy of a kind that is not evaluated here.
    NotEnforced,
}

impl fmt::Display for Effect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::None => "means nothing here",
            Self::NotEnforced => "is not enforced here",
        })
    }
}

impl fmt::Display for Ignored {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.property.is_empty() { "" } else { "." };
        write!(out, "template: {}{dot}{} {}", self.resource, self.property, self.effect)
    }
}

/// A line for each property, with all resources that set it, and one for the resources that are meant as a whole.
pub fn lines(ignored: &[Ignored]) -> Vec<String> {
    let mut by_property: BTreeMap<(&str, Effect), Vec<&str>> = BTreeMap::new();
    for part in ignored {
        by_property.entry((&part.property, part.effect)).or_default().push(&part.resource);
    }
    let line = |((property, effect), resources): ((&str, Effect), Vec<&str>)| {
        let what = if property.is_empty() { "each of these" } else { property };
        format!("template: {what} {effect} ({})", resources.join(", "))
    };
    by_property.into_iter().map(line).collect()
}

/// Collects while a template is read.
#[derive(Clone, Default)]
pub(super) struct Report(Rc<RefCell<Vec<Ignored>>>);

impl Report {
    pub(super) fn add(&self, resource: &str, property: &str, effect: Effect) {
        let part = Ignored { resource: resource.to_owned(), property: property.to_owned(), effect };
        let mut parts = self.0.borrow_mut();
        if !parts.contains(&part) {
            parts.push(part);
        }
    }

    pub(super) fn into_sorted(self) -> Vec<Ignored> {
        let mut parts = self.0.take();
        parts.sort();
        parts
    }
}
