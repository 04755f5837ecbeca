//! Wires `broadcast`.

use aws_lambda_events::dynamodb::Event;
use broadcast::Broadcast;
use case_chat_aws::{Connections, Settings, Sockets, ThreadLog};
use case_chat_entry::{clock, environment::Environment, telemetry, trace::Tracer};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    let metrics = telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let dynamodb = settings.dynamodb();
    let to = Broadcast {
        thread: ThreadLog::new(dynamodb.clone(), environment.text("THREADS_TABLE")?),
        connections: Connections::new(dynamodb, environment.text("CONNECTIONS_TABLE")?),
        sockets: Sockets::new(settings.sockets(&environment.text("WEBSOCKET_ENDPOINT")?)),
        metrics,
        tracer: Tracer::from_environment(&environment),
    };
    if environment.warms_up() {
        tokio::join!(to.connections.warm(), to.sockets.warm());
    }
    let to = &to;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| async move {
        Ok::<_, Error>(broadcast::broadcast(to, &event.payload, clock::now()).await)
    }))
    .await
}
