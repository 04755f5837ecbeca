//! Batches of a table's stream, answered record by record.

use std::collections::BTreeSet;

use aws_lambda_events::{
    dynamodb::{Event, EventRecord},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};

use crate::metrics::Metrics;

/// Where a record stands in the stream, as a partial batch response names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(String);

/// The records of a batch, in order, each with its position.
pub fn records(event: &Event) -> impl Iterator<Item = (Position, &EventRecord)> {
    event.records.iter().map(|record| {
        let position = record.change.sequence_number.clone().unwrap_or_default();
        (Position(position), record)
    })
}

/// Says which records failed, and counts them: to Lambda, such an answer is no error. Lambda delivers again from the lowest on, so what stands behind one
/// that failed may be handled already: handling twice must do no harm.
#[must_use]
pub fn failures(metrics: &Metrics, positions: impl IntoIterator<Item = Position>) -> DynamoDbEventResponse {
    // A record may have failed for both of its readers.
    let positions: BTreeSet<Position> = positions.into_iter().collect();
    metrics.line().count("RecordsFailed", positions.len() as u64).print();
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures = positions
        .into_iter()
        .map(|Position(position)| {
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(position);
            failure
        })
        .collect();
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    #[test]
    fn a_record_that_failed_for_both_of_its_readers_failed_once() {
        let environment = Environment::of([("METRICS_NAMESPACE", "case-chat".to_owned())]);
        let metrics = Metrics::from_environment(&environment).expect("a namespace");
        let failed = ["7", "8", "7"].map(|position| Position(position.to_owned()));
        let response = failures(&metrics, failed);
        let named: Vec<_> =
            response.batch_item_failures.iter().filter_map(|item| item.item_identifier.as_deref()).collect();
        assert_eq!(named, ["7", "8"]);
    }
}
