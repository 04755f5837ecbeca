//! Logs: JSON, one object a line, readable message, queryable fields. Never content.

/// Starts logging to standard output, from which Lambda takes it.
pub fn start() {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .without_time()
        .with_max_level(tracing::Level::INFO)
        .init();
}
