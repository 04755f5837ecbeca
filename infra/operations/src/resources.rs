use std::{collections::BTreeMap, str::FromStr};

/// A stack's tables, queues and functions, by their names in template.yaml.
#[derive(Debug, Clone, Default)]
pub struct Resources(BTreeMap<String, String>);

/// One of them: `Threads=case-chat-Threads-1A2B3C`. A queue goes by its URL.
#[derive(Debug, Clone)]
pub struct Resource {
    name: String,
    physical: String,
}

/// A resource that is needed was not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not named: give --stack NAME, or --resource {0}=NAME")]
pub struct Unnamed(&'static str);

impl Resources {
    /// What it is called in the account.
    pub fn get(&self, name: &'static str) -> Result<String, Unnamed> {
        self.0.get(name).cloned().ok_or(Unnamed(name))
    }
}

impl FromIterator<Resource> for Resources {
    fn from_iter<T: IntoIterator<Item = Resource>>(resources: T) -> Self {
        Self(resources.into_iter().map(|resource| (resource.name, resource.physical)).collect())
    }
}

impl FromStr for Resource {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, physical) = text.split_once('=').ok_or("a resource is given as Name=name")?;
        Ok(Self { name: name.to_owned(), physical: physical.to_owned() })
    }
}
