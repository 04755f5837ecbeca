//! Wires `sync-case`.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use case_chat_aws::{CaseRegister, Settings, ThreadLog};
use case_chat_entry::{clock, environment::Environment, telemetry};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::value::RawValue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let environment = Environment::read();
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let client = settings.dynamodb();
    let thread = ThreadLog::new(client.clone(), environment.text("THREADS_TABLE")?);
    let register = CaseRegister::new(client, environment.text("CASES_TABLE")?);
    if environment.warms_up() {
        thread.warm().await;
    }
    let (register, thread) = (&register, &thread);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<EventBridgeEvent<Box<RawValue>>>| async move {
        let folded = async {
            let snapshot = sync_case::read(event.payload.detail.get())?;
            sync_case::sync(register, thread, &snapshot, clock::now).await
        };
        folded
            .await
            .inspect_err(|error| tracing::error!(%error, "an event was not folded"))
            .map_err(Error::from)
    }))
    .await
}
