//! Wires `relay-typing`.

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use case_chat_aws::{Connections, Settings, Sockets, ThreadLog};
use case_chat_entry::{
    audit::{Entry, Outcome},
    clock,
    environment::Environment,
    handshake, telemetry,
};
use case_chat_wire::Code;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use relay_typing::{Pace, Relay};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let dynamodb = settings.dynamodb();
    let relay = Relay {
        thread: ThreadLog::new(dynamodb.clone(), environment.text("THREADS_TABLE")?),
        connections: Connections::new(dynamodb, environment.text("CONNECTIONS_TABLE")?),
        sockets: Sockets::new(settings.sockets(&environment.text("WEBSOCKET_ENDPOINT")?)),
        pace: Pace::default(),
    };
    if environment.warms_up() {
        tokio::join!(relay.thread.warm(), relay.sockets.warm());
    }
    let relay = &relay;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<ApiGatewayWebsocketProxyRequest>| async move {
        let mut entry = Entry::of_socket(&event.payload);
        let done = handshake::status(200);
        Ok::<_, Error>(match relay.handle(&event.payload, &mut entry, clock::now()).await {
            Ok(Some(outcome)) => handshake::audited(&entry, outcome, done),
            Ok(None) => done,
            Err(error) => {
                tracing::warn!(%error, "a hint was not passed on");
                handshake::audited(&entry, Outcome::Refused(Code::Internal), done)
            }
        })
    }))
    .await
}
