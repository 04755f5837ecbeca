//! Functions built for release, started by a stub of the Lambda runtime API.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

/// Whatever the functions ask of their environment. Warm-up is off: it waits for others' answers.
const ENVIRONMENT: [(&str, &str); 40] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "start"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
    ("AWS_REGION", "eu-central-1"),
    ("AWS_ACCESS_KEY_ID", "start"),
    ("AWS_SECRET_ACCESS_KEY", "start"),
    ("WARM_UP", "off"),
    ("METRICS_NAMESPACE", "start"),
    ("TRACING", "Disabled"),
    ("THREADS_TABLE", "start"),
    ("CASES_TABLE", "start"),
    ("INBOX_TABLE", "start"),
    ("CONNECTIONS_TABLE", "start"),
    ("UPLOADS_TABLE", "start"),
    ("LIMITS_TABLE", "start"),
    ("UPLOADS_PER_HOUR", "300"),
    ("EXPORTS_BUCKET", "start"),
    ("EXPORTS_PER_HOUR", "10"),
    ("TRANSCRIPT_KEY", "start"),
    ("QUARANTINE_BUCKET", "start"),
    ("ATTACHMENTS_BUCKET", "start"),
    ("ATTACHMENT_TYPES", "image/png"),
    ("ATTACHMENT_MAX_BYTES", "1"),
    ("MALWARE_SCANNING", "false"),
    ("WEBSOCKET_ENDPOINT", "https://start.example/live"),
    ("WEB_ORIGIN", "https://start.example"),
    ("HTTP_ENDPOINT", "https://start.example"),
    ("NOTES_QUEUE", "https://start.example/notes"),
    ("SENDER_ADDRESS", "start@start.example"),
    ("CONFIGURATION_SET", "start"),
    ("EMAIL_CEILING", "full"),
    ("EMAIL_DELAY_SECONDS", "120"),
    ("EMAIL_AT_LATEST_SECONDS", "900"),
    ("ISSUER", "https://start.example"),
    ("AUDIENCE", "start"),
    ("USER_CLAIM", "sub"),
    ("ADMIN_CLAIM", "groups"),
    ("ADMIN_GROUP", "admin"),
    ("POSTS_BURST", "60"),
    ("POSTS_PER_SECOND", "1"),
];

/// Whether a binary built for release, which starts otherwise, refuses an issuer without TLS.
pub(crate) fn check_issuer(binary: &Path) -> Result<()> {
    start(binary)?;
    let plain = Command::new(binary)
        .env_clear()
        .envs(ENVIRONMENT)
        .envs([("ISSUER", "http://start.example"), ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9")])
        .output()?;
    let said = String::from_utf8_lossy(&plain.stderr);
    ensure!(
        !plain.status.success() && said.contains("ISSUER"),
        "{} takes an issuer without TLS: {said}",
        binary.display()
    );
    Ok(())
}

/// From the process's start until it asks for its first invocation.
pub(crate) fn start(binary: &Path) -> Result<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let runtime_api = listener.local_addr()?.to_string();
    let begun = Instant::now();
    let mut process = Command::new(binary)
        .env_clear()
        .envs(ENVIRONMENT)
        .env("AWS_LAMBDA_RUNTIME_API", &runtime_api)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()?;
    let (stream, _) = listener.accept()?;
    let mut line = String::new();
    let mut request = BufReader::new(stream);
    request.read_line(&mut line)?;
    let took = begun.elapsed();
    process.kill()?;
    process.wait()?;
    ensure!(line.contains("/invocation/next"), "it asked for {line:?} first");
    Ok(took)
}
