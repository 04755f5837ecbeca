//! Wires `sync-case`.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use case_chat_aws::{CaseRegister, People, Settings, ThreadLog};
use case_chat_domain::UnsubscribeToken;
use case_chat_entry::{clock, environment::Environment, telemetry};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::value::RawValue;
use uuid::Uuid;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let client = settings.dynamodb();
    let thread = ThreadLog::new(client.clone(), environment.text("THREADS_TABLE")?);
    let register = CaseRegister::new(client.clone(), environment.text("CASES_TABLE")?);
    let people = People::new(client, environment.text("INBOX_TABLE")?);
    if environment.warms_up() {
        thread.warm().await;
    }
    let (register, thread, people) = (&register, &thread, &people);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<EventBridgeEvent<Box<RawValue>>>| async move {
        let folded = async {
            let told = sync_case::read(event.payload.detail.get(), new_token)?;
            sync_case::keep_profiles(people, &told.profiles).await?;
            sync_case::sync(register, thread, &told.snapshot, clock::now).await
        };
        folded
            .await
            .inspect_err(|error| tracing::error!(%error, "an event was not folded"))
            .map_err(Error::from)
    }))
    .await
}

fn new_token() -> UnsubscribeToken {
    UnsubscribeToken::from_random(Uuid::new_v4().into_bytes())
}
