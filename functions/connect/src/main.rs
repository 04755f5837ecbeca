//! Wires `connect`.

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use case_chat_aws::{Connections, Settings};
use case_chat_entry::{
    clock,
    environment::Environment,
    identity::{Identity, Terms},
    telemetry,
};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let connections = Connections::new(settings.dynamodb(), environment.text("CONNECTIONS_TABLE")?);
    let web_origin = environment.text("WEB_ORIGIN")?;
    let identity = Identity::new(Terms::from_environment(&environment)?);
    if environment.warms_up() {
        tokio::join!(connections.warm(), identity.warm(clock::now()));
    }
    let (connections, identity, web_origin) = (&connections, &identity, web_origin.as_str());
    lambda_runtime::run(service_fn(move |event: LambdaEvent<ApiGatewayWebsocketProxyRequest>| async move {
        Ok::<_, Error>(connect::connect(connections, identity, web_origin, &event.payload).await)
    }))
    .await
}
