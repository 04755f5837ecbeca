//! Wires `list-messages`.

use case_chat_aws::{ReadMarkers, Settings, ThreadLog};
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
    let dynamodb = settings.dynamodb();
    let thread = ThreadLog::new(dynamodb.clone(), environment.text("THREADS_TABLE")?);
    let markers = ReadMarkers::new(dynamodb, environment.text("INBOX_TABLE")?);
    let identity = Identity::new(Terms::from_environment(&environment)?);
    if environment.warms_up() {
        tokio::join!(thread.warm(), identity.warm(clock::now()));
    }
    http::serve(&identity, |call| list_messages::list(&thread, &markers, call)).await
}
