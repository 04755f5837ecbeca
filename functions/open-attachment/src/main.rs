//! Wires `open-attachment`.

use case_chat_aws::{AttachmentStore, Settings, ThreadLog, Uploads};
use case_chat_entry::{
    clock,
    environment::Environment,
    http,
    identity::{Identity, Terms},
    telemetry,
};
use lambda_http::Error;
use open_attachment::Desk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let dynamodb = settings.dynamodb();
    let desk = Desk {
        thread: ThreadLog::new(dynamodb.clone(), environment.text("THREADS_TABLE")?),
        uploads: Uploads::new(dynamodb, environment.text("UPLOADS_TABLE")?),
        attachments: AttachmentStore::new(settings.s3(), environment.text("ATTACHMENTS_BUCKET")?),
    };
    let identity = Identity::new(Terms::from_environment(&environment)?);
    if environment.warms_up() {
        tokio::join!(desk.thread.warm(), identity.warm(clock::now()));
    }
    http::serve(&identity, |call| open_attachment::open(&desk, call)).await
}
