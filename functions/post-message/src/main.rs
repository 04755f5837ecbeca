//! Wires `post-message`.

use case_chat_aws::{AttachmentStore, Settings, ThreadLog, Uploads};
use case_chat_domain::Rate;
use case_chat_entry::{
    clock,
    environment::Environment,
    http,
    identity::{Identity, Terms},
    telemetry,
    trace::Tracer,
};
use lambda_http::Error;
use post_message::Desk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    let metrics = telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let dynamodb = settings.dynamodb();
    let desk = Desk {
        thread: ThreadLog::new(dynamodb.clone(), environment.text("THREADS_TABLE")?),
        uploads: Uploads::new(dynamodb, environment.text("UPLOADS_TABLE")?),
        attachments: AttachmentStore::new(settings.s3(), environment.text("ATTACHMENTS_BUCKET")?),
        rate: Rate {
            burst: environment.parsed("POSTS_BURST")?,
            per_second: environment.parsed("POSTS_PER_SECOND")?,
        },
        metrics,
        tracer: Tracer::from_environment(&environment),
    };
    let identity = Identity::new(Terms::from_environment(&environment)?);
    if environment.warms_up() {
        tokio::join!(desk.thread.warm(), identity.warm(clock::now()));
    }
    http::serve(&identity, |call| post_message::post(&desk, call)).await
}
