//! The environment of a function's process: the template's variables and those that Lambda sets, nothing else.
//!
//! The one place here that reads this process's own environment.

use std::collections::BTreeMap;

use super::Surroundings;
use crate::template::Function;

/// What a function's process inherits: how to find programs, and how loudly to panic.
const INHERITED: [&str; 2] = ["PATH", "RUST_BACKTRACE"];

/// The access key id by which a function's calls are known.
pub fn access_key_id(function: &str) -> String {
    format!("LOCAL{function}")
}

/// The secret of every key here, the account's own included, and the token of every function's session.
pub const SECRET: &str = "local";

#[expect(clippy::disallowed_methods, reason = "the rule is meant for the functions; theirs is made here")]
fn inherited() -> impl Iterator<Item = (String, String)> {
    INHERITED.into_iter().filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)))
}

/// The variables that say whose calls a function's are.
pub(super) const CREDENTIALS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// What a function needs when something else runs it, which sets the rest itself.
pub(super) fn for_others(function: &Function, surroundings: &Surroundings) -> BTreeMap<String, String> {
    let mut environment = of(function, surroundings);
    let own = |name: &str| function.environment.contains_key(name);
    let needed = ["AWS_REGION", "AWS_ENDPOINT_URL"];
    environment.retain(|name, _| {
        own(name) || needed.contains(&name.as_str()) || CREDENTIALS.contains(&name.as_str())
    });
    environment
}

pub(super) fn of(function: &Function, surroundings: &Surroundings) -> BTreeMap<String, String> {
    let mut environment: BTreeMap<String, String> = inherited().collect();
    environment.extend(function.environment.clone());
    let set = [
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory.to_string()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "local".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023".to_owned()),
        ("AWS_REGION", surroundings.region.clone()),
        ("AWS_DEFAULT_REGION", surroundings.region.clone()),
        ("AWS_ACCESS_KEY_ID", access_key_id(&function.id)),
        ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ("AWS_SESSION_TOKEN", SECRET.to_owned()),
        ("AWS_ENDPOINT_URL", surroundings.aws_url.clone()),
        ("AWS_XRAY_DAEMON_ADDRESS", surroundings.xray.daemon.to_string()),
        ("TZ", ":UTC".to_owned()),
    ];
    environment.extend(set.map(|(name, value)| (name.to_owned(), value)));
    environment
}
