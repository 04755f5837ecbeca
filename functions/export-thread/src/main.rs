//! Wires `export-thread`.

use case_chat_aws::{ExportStore, Limits, Settings, ThreadLog, TranscriptKey, Witnesses};
use case_chat_domain::Allowance;
use case_chat_entry::{
    clock,
    environment::Environment,
    http,
    identity::{Identity, Terms},
    telemetry,
};
use export_thread::Desk;
use lambda_http::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read();
    telemetry::start(env!("CARGO_PKG_NAME"), &environment)?;
    let settings = Settings::from_lookup(|name| environment.get(name))?;
    let dynamodb = settings.dynamodb();
    let desk = Desk {
        thread: ThreadLog::new(dynamodb.clone(), environment.text("THREADS_TABLE")?),
        witnesses: Witnesses::new(dynamodb.clone(), environment.text("INBOX_TABLE")?),
        limits: Limits::new(dynamodb, environment.text("LIMITS_TABLE")?),
        exports: ExportStore::new(settings.s3(), environment.text("EXPORTS_BUCKET")?),
        key: TranscriptKey::new(settings.kms(), environment.text("TRANSCRIPT_KEY")?),
        allowance: Allowance::per_hour(environment.parsed("EXPORTS_PER_HOUR")?),
        web_origin: environment.text("WEB_ORIGIN")?,
    };
    let identity = Identity::new(Terms::from_environment(&environment)?);
    if environment.warms_up() {
        tokio::join!(desk.thread.warm(), identity.warm(clock::now()));
    }
    http::serve(&identity, |call| export_thread::export(&desk, call)).await
}
