//! Wires `email-offline`.

use std::time::Duration;

use aws_lambda_events::sqs::SqsEvent;
use case_chat_aws::{Connections, Mailer, Notes, People, Settings, ThreadLog};
use case_chat_domain::Patience;
use case_chat_entry::{clock, environment::Environment, telemetry};
use email_offline::{Desk, Links};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    let metrics = telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let dynamodb = settings.dynamodb();
    let desk = Desk {
        thread: ThreadLog::new(dynamodb.clone(), environment.text("THREADS_TABLE")?),
        people: People::new(dynamodb.clone(), environment.text("INBOX_TABLE")?),
        connections: Connections::new(dynamodb, environment.text("CONNECTIONS_TABLE")?),
        notes: Notes::new(settings.queues(), environment.text("NOTES_QUEUE")?),
        mailer: Mailer::new(
            settings.mail(),
            environment.text("SENDER_ADDRESS")?,
            environment.text("CONFIGURATION_SET")?,
        ),
        ceiling: environment.parsed("EMAIL_CEILING")?,
        patience: Patience {
            interval: Duration::from_secs(environment.parsed("EMAIL_DELAY_SECONDS")?),
            at_latest: Duration::from_secs(environment.parsed("EMAIL_AT_LATEST_SECONDS")?),
        },
        links: Links {
            web_origin: environment.text("WEB_ORIGIN")?,
            http_endpoint: environment.text("HTTP_ENDPOINT")?,
        },
        metrics,
    };
    let desk = &desk;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(email_offline::work(desk, &event.payload, clock::now).await)
    }))
    .await
}
