//! Metrics for CloudWatch, as lines of the log (Embedded Metric Format): no request, no permission.
//!
//! Names, dimensions and their values are constants of the functions: nothing of a person or a case is in a metric.

use std::io::Write;

use case_chat_domain::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    clock,
    environment::{Environment, InvalidVariable},
};

/// CloudWatch takes no more values of one metric from a line.
const MAX_VALUES: usize = 100;

/// The metrics of this stack.
#[derive(Debug, Clone)]
pub struct Metrics {
    namespace: String,
}

impl Metrics {
    /// Under the name that the environment gives them.
    pub fn from_environment(environment: &Environment) -> Result<Self, InvalidVariable> {
        Ok(Self { namespace: environment.text("METRICS_NAMESPACE")? })
    }

    /// A line that is not printed yet.
    pub fn line(&self) -> Line<'_> {
        Line { namespace: &self.namespace, dimension: None, kinds: Vec::new(), values: Map::new() }
    }
}

/// What happened in one invocation, all on one line.
#[must_use]
pub struct Line<'a> {
    namespace: &'a str,
    dimension: Option<(&'static str, &'static str)>,
    kinds: Vec<Value>,
    values: Map<String, Value>,
}

impl Line<'_> {
    /// Of which kind it was: of the few that there are.
    pub fn of(mut self, dimension: &'static str, value: &'static str) -> Self {
        self.dimension = Some((dimension, value));
        self
    }

    /// How often something happened. What did not happen is not said.
    pub fn count(self, name: &'static str, count: u64) -> Self {
        if count == 0 {
            return self;
        }
        self.with(name, "Count", count.into())
    }

    /// How many milliseconds something took, each time.
    pub fn millis(self, name: &'static str, each: &[i64]) -> Self {
        match each {
            [] => self,
            _ => self.with(name, "Milliseconds", (&each[..each.len().min(MAX_VALUES)]).into()),
        }
    }

    /// Prints the line, if it says anything.
    pub fn print(self) {
        if let Some(line) = self.at(clock::now()) {
            // Nobody fails for a metric.
            let _ = writeln!(std::io::stdout().lock(), "{line}");
        }
    }

    fn with(mut self, name: &'static str, unit: &'static str, value: Value) -> Self {
        self.kinds.push(json!({ "Name": name, "Unit": unit }));
        self.values.insert(name.to_owned(), value);
        self
    }

    fn at(self, now: Timestamp) -> Option<Value> {
        let Self { namespace, dimension, kinds, mut values } = self;
        if kinds.is_empty() {
            return None;
        }
        let dimensions: Vec<&str> = dimension.iter().map(|(name, _)| *name).collect();
        let directive = json!({ "Namespace": namespace, "Dimensions": [dimensions], "Metrics": kinds });
        values.insert(
            "_aws".to_owned(),
            json!({ "Timestamp": now.millis(), "CloudWatchMetrics": [directive] }),
        );
        values.extend(dimension.map(|(name, value)| (name.to_owned(), value.into())));
        Some(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics() -> Metrics {
        let environment = Environment::of([("METRICS_NAMESPACE", "case-chat".to_owned())]);
        Metrics::from_environment(&environment).expect("a namespace")
    }

    fn text(line: Line<'_>) -> String {
        line.at(Timestamp::from_millis(1_795_381_800_000)).map(|line| line.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_batch_is_one_line_with_a_value_for_each_message() {
        let metrics = metrics();
        let line = metrics.line().count("MessagesDelivered", 3).count("ConnectionsGone", 0);
        assert_eq!(
            text(line.millis("DeliveryDelay", &[12, 40])),
            "{\"DeliveryDelay\":[12,40],\"MessagesDelivered\":3,\"_aws\":{\"CloudWatchMetrics\":[\
             {\"Dimensions\":[[]],\"Metrics\":[{\"Name\":\"MessagesDelivered\",\"Unit\":\"Count\"},\
             {\"Name\":\"DeliveryDelay\",\"Unit\":\"Milliseconds\"}],\"Namespace\":\"case-chat\"}],\
             \"Timestamp\":1795381800000}}"
        );
    }

    #[test]
    fn a_dimension_stands_beside_what_is_counted_by_it() {
        let metrics = metrics();
        assert_eq!(
            text(metrics.line().of("Outcome", "sent").count("Mails", 1)),
            "{\"Mails\":1,\"Outcome\":\"sent\",\"_aws\":{\"CloudWatchMetrics\":[\
             {\"Dimensions\":[[\"Outcome\"]],\"Metrics\":[{\"Name\":\"Mails\",\"Unit\":\"Count\"}],\
             \"Namespace\":\"case-chat\"}],\"Timestamp\":1795381800000}}"
        );
    }

    #[test]
    fn where_nothing_happened_there_is_no_line() {
        let metrics = metrics();
        assert_eq!(text(metrics.line().count("MessagesDelivered", 0).millis("DeliveryDelay", &[])), "");
    }

    #[test]
    fn a_line_holds_as_many_values_as_cloudwatch_takes() {
        let metrics = metrics();
        let line = metrics.line().millis("DeliveryDelay", &[1; 101]).at(Timestamp::from_millis(0));
        assert_eq!(line.expect("a line")["DeliveryDelay"].as_array().map(Vec::len), Some(100));
    }
}
