//! Wires `list-cases`.

use case_chat_aws::{Inbox, Settings};
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
    let inbox = Inbox::new(settings.dynamodb(), environment.text("INBOX_TABLE")?);
    let identity = Identity::new(Terms::from_environment(&environment)?);
    if environment.warms_up() {
        tokio::join!(inbox.warm(), identity.warm(clock::now()));
    }
    http::serve(&identity, |call| list_cases::list(&inbox, call)).await
}
