//! Wires `request-upload`.

use case_chat_aws::{Limits, Quarantine, Settings, ThreadLog, Uploads};
use case_chat_domain::{Allowance, AttachmentPolicy};
use case_chat_entry::{
    clock,
    environment::Environment,
    http,
    identity::{Identity, Terms},
    telemetry,
};
use lambda_http::Error;
use request_upload::Desk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let dynamodb = settings.dynamodb();
    let types = environment.text("ATTACHMENT_TYPES")?;
    let desk = Desk {
        thread: ThreadLog::new(dynamodb.clone(), environment.text("THREADS_TABLE")?),
        uploads: Uploads::new(dynamodb.clone(), environment.text("UPLOADS_TABLE")?),
        limits: Limits::new(dynamodb, environment.text("LIMITS_TABLE")?),
        allowance: Allowance::per_hour(environment.parsed("UPLOADS_PER_HOUR")?),
        quarantine: Quarantine::new(settings.s3(), environment.text("QUARANTINE_BUCKET")?),
        policy: AttachmentPolicy {
            types: types.split(',').map(|one| one.trim().to_owned()).collect(),
            max_bytes: environment.parsed("ATTACHMENT_MAX_BYTES")?,
        },
    };
    let identity = Identity::new(Terms::from_environment(&environment)?);
    if environment.warms_up() {
        tokio::join!(desk.thread.warm(), identity.warm(clock::now()));
    }
    http::serve(&identity, |call| request_upload::request(&desk, call)).await
}
