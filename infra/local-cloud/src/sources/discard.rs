//! Records that were given up on: reported by position, in Lambda's own form, and passed.

use anyhow::Result;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Record, Source, set_position};
use crate::clock::{now_millis, with_millis};
use crate::dynamodb::DynamoDb;
use crate::iam::Principal;

/// Why records were given up on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reason {
    RetryAttemptsExhausted,
    RecordAgeExceeded,
}

impl Source {
    /// Reports and passes records in one transaction, so that neither happens without the other.
    pub(super) async fn discard(&self, records: &[Record], reason: Reason, invocations: u32) -> Result<()> {
        let [first, .., last] = records else {
            return match records {
                [only] => self.discard_range(only, only, 1, reason, invocations).await,
                _ => Ok(()),
            };
        };
        self.discard_range(first, last, records.len(), reason, invocations).await
    }

    async fn discard_range(
        &self,
        first: &Record,
        last: &Record,
        count: usize,
        reason: Reason,
        invocations: u32,
    ) -> Result<()> {
        let condition = match reason {
            Reason::RetryAttemptsExhausted => "RetryAttemptsExhausted",
            Reason::RecordAgeExceeded => "RecordAgeExceeded",
        };
        tracing::warn!(mapping = self.mapping.id, condition, records = count, "records were given up on");
        let message = self.message(first, last, count, condition, invocations);
        let sender = Principal::Function(&self.function.id);
        // A report that may not be sent is lost, as it is on AWS; the records are passed all the same.
        let queue = self.mapping.on_failure.clone().filter(|queue| self.iam.may_send(&sender, queue));
        let queues = self.queues.clone();
        let (id, through) = (self.mapping.id.clone(), last.sequence_number.clone());
        self.state
            .transact(move |tx| {
                if let Some(queue) = queue {
                    queues.send_within(tx, &queue, &message, None)?;
                }
                set_position(tx, &id, &through)
            })
            .await
    }

    fn message(
        &self,
        first: &Record,
        last: &Record,
        count: usize,
        condition: &str,
        invocations: u32,
    ) -> Value {
        let mut message = json!({
            "requestContext": {
                "requestId": Uuid::new_v4().to_string(),
                "functionArn": self.function.arn,
                "condition": condition,
                "approximateInvokeCount": invocations,
            },
            "version": "1.0",
            "timestamp": with_millis(now_millis()),
            "DDBStreamBatchInfo": {
                "shardId": DynamoDb::shard_id(&self.mapping.table),
                "startSequenceNumber": first.sequence_number,
                "endSequenceNumber": last.sequence_number,
                "approximateArrivalOfFirstRecord": with_millis(first.written_at),
                "approximateArrivalOfLastRecord": with_millis(last.written_at),
                "batchSize": count,
                "streamArn": self.mapping.stream_arn,
            },
        });
        if invocations > 0 {
            message["responseContext"] =
                json!({ "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" });
        }
        message
    }
}
