//! Wires `verify-upload`.

use case_chat_aws::{AttachmentStore, Quarantine, Settings, ThreadLog, Uploads};
use case_chat_entry::{
    clock,
    environment::Environment,
    http,
    identity::{Identity, Terms},
    telemetry,
};
use lambda_http::Error;
use verify_upload::Desk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let (dynamodb, s3) = (settings.dynamodb(), settings.s3());
    let desk = Desk {
        thread: ThreadLog::new(dynamodb.clone(), environment.text("THREADS_TABLE")?),
        uploads: Uploads::new(dynamodb, environment.text("UPLOADS_TABLE")?),
        quarantine: Quarantine::new(s3.clone(), environment.text("QUARANTINE_BUCKET")?),
        attachments: AttachmentStore::new(s3, environment.text("ATTACHMENTS_BUCKET")?),
        scanned: environment.parsed("MALWARE_SCANNING")?,
    };
    let identity = Identity::new(Terms::from_environment(&environment)?);
    if environment.warms_up() {
        tokio::join!(desk.thread.warm(), identity.warm(clock::now()));
    }
    http::serve(&identity, |call| verify_upload::verify(&desk, call)).await
}
