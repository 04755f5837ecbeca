//! Mappings of queues: how many invocations at a time, with which rights, and which mappings cannot be run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use case_chat_local_cloud::template::read;
use case_chat_local_gateway::{Invoke, Invoked};
use futures::future::BoxFuture;
use tokio::sync::Semaphore;

use crate::queue_sources::{Fixture, TEMPLATE};
use crate::support::{Scripted, stack, succeeded, surroundings};

/// A function that takes until it is let go.
struct Slow {
    now: AtomicUsize,
    most: AtomicUsize,
    gate: Semaphore,
}

impl Invoke for Slow {
    fn invoke<'a>(&'a self, _function: &'a str, _payload: Bytes) -> BoxFuture<'a, Invoked> {
        Box::pin(async {
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            self.gate.acquire().await.unwrap().forget();
            self.now.fetch_sub(1, Ordering::SeqCst);
            succeeded()
        })
    }
}

#[tokio::test]
async fn no_more_invocations_run_at_a_time_than_the_mapping_says() {
    // Long enough that nothing comes again meanwhile.
    let template = TEMPLATE
        .replace("BatchSize: 10", "BatchSize: 1")
        .replace("VisibilityTimeout: 1", "VisibilityTimeout: 600");
    let fixture = Fixture::open(&template);
    fixture.send(&["a", "b", "c", "d", "e"]).await;
    let slow =
        Arc::new(Slow { now: AtomicUsize::new(0), most: AtomicUsize::new(0), gate: Semaphore::new(0) });
    let following = fixture.follow(Arc::clone(&slow) as _);
    fixture.becomes("Work", (3, 2)).await;
    for left in [(2, 2), (1, 2), (0, 2), (0, 1), (0, 0)] {
        slow.gate.add_permits(1);
        fixture.becomes("Work", left).await;
    }
    assert_eq!(slow.most.load(Ordering::SeqCst), 2);
    following.abort();
}

#[tokio::test]
async fn nothing_is_taken_from_a_queue_without_each_of_the_rights() {
    for action in ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"] {
        let fixture = Fixture::open(&TEMPLATE.replace(&format!("sqs:{action}"), "sqs:GetQueueUrl"));
        fixture.send(&["a"]).await;
        let function = Arc::new(Scripted::new(|_| succeeded()));
        fixture.follow(Arc::clone(&function) as _).await.unwrap();
        assert!(function.events().is_empty(), "{action}");
        assert_eq!(fixture.counts("Work").await, (1, 0));
    }
}

#[test]
fn a_mapping_that_cannot_be_run_is_refused() {
    for (right, wrong, expected) in [
        (
            "VisibilityTimeout: 1",
            "VisibilityTimeout: 0",
            "0 seconds is less than Function timeout: 1 seconds",
        ),
        ("BatchSize: 10", "BatchSize: 11", "BatchSize"),
        ("InSeconds: 0", "InSeconds: 1", "MaximumBatchingWindowInSeconds"),
        ("MaximumConcurrency: 2", "MaximumConcurrency: 1", "MaximumConcurrency"),
        ("ReportBatchItemFailures", "ReportNothing", "ReportNothing"),
        ("BatchSize: 10", "FilterCriteria: { Filters: [{ Pattern: '{}' }] }", "FilterCriteria"),
        ("BatchSize: 10", "StartingPosition: LATEST", "StartingPosition"),
        (
            "EventSourceArn: !GetAtt Work.Arn",
            "EventSourceArn: arn:aws:sqs:eu-central-1:000000000000:x",
            "not a queue",
        ),
    ] {
        let refused = read(&TEMPLATE.replace(right, wrong), &surroundings()).unwrap_err();
        assert!(format!("{refused:#}").contains(expected), "{refused:#}");
    }
    let stack = stack(&TEMPLATE.replace("BatchSize: 10", "Enabled: false"));
    assert!(stack.queue_mappings.is_empty());
}
