//! Wires `record-bounce`.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use case_chat_aws::{People, Settings};
use case_chat_entry::{environment::Environment, telemetry};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::value::RawValue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    let metrics = telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let people = People::new(settings.dynamodb(), environment.text("INBOX_TABLE")?);
    let (people, metrics) = (&people, &metrics);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<EventBridgeEvent<Box<RawValue>>>| async move {
        let recorded = record_bounce::record(people, metrics, event.payload.detail.get()).await;
        recorded
            .inspect_err(|error| tracing::error!(%error, "what became of a mail could not be recorded"))
            .map_err(Error::from)
    }))
    .await
}
