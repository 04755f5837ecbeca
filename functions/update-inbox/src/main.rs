//! Wires `update-inbox`.

use aws_lambda_events::dynamodb::Event;
use case_chat_aws::{Inbox, Notes, Settings};
use case_chat_entry::{environment::Environment, telemetry};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    let metrics = telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let inbox = Inbox::new(settings.dynamodb(), environment.text("INBOX_TABLE")?);
    let notes = Notes::new(settings.queues(), environment.text("NOTES_QUEUE")?);
    let (inbox, notes, metrics) = (&inbox, &notes, &metrics);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| async move {
        Ok::<_, Error>(update_inbox::update(inbox, notes, metrics, &event.payload).await)
    }))
    .await
}
