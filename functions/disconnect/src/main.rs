//! Wires `disconnect`.

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use case_chat_aws::{Connections, Settings};
use case_chat_entry::{
    audit::{Entry, Outcome},
    environment::Environment,
    handshake, telemetry,
};
use case_chat_wire::Code;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let connections = Connections::new(settings.dynamodb(), environment.text("CONNECTIONS_TABLE")?);
    if environment.warms_up() {
        connections.warm_index().await;
    }
    let connections = &connections;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<ApiGatewayWebsocketProxyRequest>| async move {
        let mut entry = Entry::of_socket(&event.payload);
        let connection_id = handshake::connection_id(&event.payload).unwrap_or_default();
        let outcome = match disconnect::disconnect(connections, connection_id).await {
            Ok(owner) => {
                entry.subject = owner.map(Into::into);
                Outcome::Done
            }
            Err(error) => {
                tracing::error!(%error, "the socket stays noted until a push finds it gone");
                Outcome::Refused(Code::Internal)
            }
        };
        Ok::<_, Error>(handshake::audited(&entry, outcome, handshake::status(200)))
    }))
    .await
}
