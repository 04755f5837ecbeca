//! A function that does as its event says, for the tests of how functions are run.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(obey)).await
}

async fn obey(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let order =
        event.payload["do"].as_str().or_else(|| event.payload["queryStringParameters"]["do"].as_str());
    match order {
        Some("fail") => Err("as ordered".into()),
        Some("exit") => std::process::exit(3),
        Some("hang") => std::future::pending().await,
        _ => Ok(json!({
            "process": std::process::id(),
            "environment": environment(),
            "arn": event.context.invoked_function_arn,
            "event": event.payload,
        })),
    }
}

#[expect(clippy::disallowed_methods, reason = "the environment is what this function is asked about")]
fn environment() -> Value {
    ["GREETING", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_LAMBDA_FUNCTION_NAME", "HOME"]
        .into_iter()
        .map(|name| (name.to_owned(), std::env::var(name).map_or(Value::Null, Value::from)))
        .collect()
}
