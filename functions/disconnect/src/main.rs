//! Wires `disconnect`.

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use case_chat_aws::{Connections, Settings};
use case_chat_entry::{environment::Environment, handshake, telemetry};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let environment = Environment::read();
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let connections = Connections::new(settings.dynamodb(), environment.text("CONNECTIONS_TABLE")?);
    if environment.warms_up() {
        connections.warm_index().await;
    }
    let connections = &connections;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<ApiGatewayWebsocketProxyRequest>| async move {
        let connection_id = handshake::connection_id(&event.payload).unwrap_or_default();
        if let Err(error) = disconnect::disconnect(connections, connection_id).await {
            tracing::error!(%error, "the socket stays noted until a push finds it gone");
        }
        Ok::<_, Error>(handshake::status(200))
    }))
    .await
}
