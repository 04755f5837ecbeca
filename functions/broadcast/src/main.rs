//! Wires `broadcast`.

use aws_lambda_events::dynamodb::Event;
use case_chat_aws::{Connections, Settings, Sockets};
use case_chat_entry::{clock, environment::Environment, telemetry};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let environment = Environment::read();
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let connections = Connections::new(settings.dynamodb(), environment.text("CONNECTIONS_TABLE")?);
    let sockets = Sockets::new(settings.sockets(&environment.text("WEBSOCKET_ENDPOINT")?));
    if environment.warms_up() {
        tokio::join!(connections.warm(), sockets.warm());
    }
    let (connections, sockets) = (&connections, &sockets);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| async move {
        Ok::<_, Error>(broadcast::broadcast(connections, sockets, &event.payload, clock::now()).await)
    }))
    .await
}
