//! Wires `unsubscribe`.

use case_chat_aws::{People, Settings};
use case_chat_entry::{environment::Environment, http, telemetry};
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let people = People::new(settings.dynamodb(), environment.text("INBOX_TABLE")?);
    if environment.warms_up() {
        people.warm().await;
    }
    let people = &people;
    http::serve_anyone(move |request| async move { unsubscribe::unsubscribe(people, &request).await }).await
}
