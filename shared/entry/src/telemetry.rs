//! Logs: JSON, one object a line, readable message, queryable fields. Never content.

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{
    environment::{Environment, InvalidVariable},
    metrics::Metrics,
};

/// Starts logging to standard output, from which Lambda takes it, and counts the start of that function's sandbox.
pub fn start(function: &'static str, environment: &Environment) -> Result<Metrics, InvalidVariable> {
    let lines = fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .without_time();
    // The runtime logs an event that it cannot read with the value that it stumbled over, which may
    // be a token; Lambda counts the error all the same.
    let ours = Targets::new().with_default(LevelFilter::INFO).with_target("lambda_runtime", LevelFilter::OFF);
    tracing_subscriber::registry().with(lines).with(ours).init();

    let metrics = Metrics::from_environment(environment)?;
    metrics.line().of("Function", function).count("ColdStarts", 1).print();
    Ok(metrics)
}
