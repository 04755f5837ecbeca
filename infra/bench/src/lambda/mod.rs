//! Functions run as Lambda runs them, one process for each, and what an invocation costs that process.

mod events;
mod process;
mod sandbox;

pub(crate) use events::{http, of_records, sample};
pub(crate) use process::cpu_of_this_thread;
pub(crate) use sandbox::{Invoked, Sandbox};

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Result;
use case_chat_stack_tests::Cloud;

use crate::paths;

/// What a process is started with.
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: BTreeMap<String, String>,
}

impl Launch {
    /// A function of a running cloud, by the name of its package. It has the credentials that the cloud gave it.
    pub(crate) fn of(cloud: &Cloud, package: &str) -> Self {
        let mut environment = cloud.environment_of(&logical_id(package));
        environment.extend(ALWAYS.map(|(name, value)| (name.to_owned(), value.to_owned())));
        Self { program: paths::function(package), arguments: Vec::new(), environment }
    }

    /// With one more variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Without the requests that a start makes ahead, so that the first invocation pays for all that it needs.
    pub(crate) fn cold(self) -> Self {
        self.with("WARM_UP", "off")
    }

    pub(crate) async fn start(&self) -> Result<Sandbox> {
        Sandbox::start(self).await
    }
}

/// What Lambda sets for every function.
pub(crate) const ALWAYS: [(&str, &str); 3] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
];

/// `post-message` is `PostMessage` in template.yaml.
pub(crate) fn logical_id(package: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    package.split('-').map(capital).collect()
}
