//! Wires `preferences`.

use case_chat_aws::{People, Settings};
use case_chat_entry::{
    clock,
    environment::Environment,
    http,
    identity::{Identity, Terms},
    telemetry,
};
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let people = People::new(settings.dynamodb(), environment.text("INBOX_TABLE")?);
    let ceiling = environment.parsed("EMAIL_CEILING")?;
    let identity = Identity::new(Terms::from_environment(&environment)?);
    if environment.warms_up() {
        tokio::join!(people.warm(), identity.warm(clock::now()));
    }
    http::serve(&identity, |call| preferences::preferences(&people, ceiling, call)).await
}
