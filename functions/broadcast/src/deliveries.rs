//! How the messages of a batch fare, for metrics and traces: neither says whose they are, or what is in them.

use std::cell::Cell;

use case_chat_aws::News;
use case_chat_domain::{Event, Timestamp};
use case_chat_entry::{
    clock,
    metrics::Metrics,
    trace::{Segment, Trace, Tracer},
};

/// A message of the batch, by the order in which it was added.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message(usize);

/// What has come of a batch so far.
pub(crate) struct Deliveries {
    picked_up: Timestamp,
    messages: Vec<Delivery>,
    gone: Cell<u64>,
}

struct Delivery {
    sent_at: Timestamp,
    trace: Option<Trace>,
    pushes: Cell<u64>,
    last: Cell<Timestamp>,
}

impl Deliveries {
    /// Of a batch that was picked up then.
    pub(crate) fn since(picked_up: Timestamp) -> Self {
        Self { picked_up, messages: Vec::new(), gone: Cell::new(0) }
    }

    /// Watches what is new, if somebody wrote it.
    pub(crate) fn watch(&mut self, news: &News, trace: Option<Trace>) -> Option<Message> {
        let News::Record(sealed) = news else {
            return None;
        };
        let record = sealed.record();
        if !matches!(record.event, Event::Message { .. }) {
            return None;
        }
        let (pushes, last) = (Cell::new(0), Cell::new(self.picked_up));
        self.messages.push(Delivery { sent_at: record.sent_at, trace, pushes, last });
        Some(Message(self.messages.len() - 1))
    }

    /// A socket took a message.
    pub(crate) fn taken(&self, message: Message) {
        let delivery = &self.messages[message.0];
        delivery.pushes.set(delivery.pushes.get() + 1);
        delivery.last.set(clock::now());
    }

    /// A socket was no longer there.
    pub(crate) fn gone(&self) {
        self.gone.set(self.gone.get() + 1);
    }

    /// One line for the batch, and a segment for each message that is followed.
    pub(crate) fn tell(&self, metrics: &Metrics, tracer: &Tracer) {
        let delivered = || self.messages.iter().filter(|delivery| delivery.pushes.get() > 0);
        // Clocks differ: nothing arrives before it was sent.
        let delay = |delivery: &Delivery| (delivery.last.get().millis() - delivery.sent_at.millis()).max(0);
        metrics
            .line()
            .count("MessagesDelivered", delivered().map(|delivery| delivery.pushes.get()).sum())
            .count("ConnectionsGone", self.gone.get())
            .millis("DeliveryDelay", &delivered().map(delay).collect::<Vec<_>>())
            .print();
        tracer.report(delivered().filter_map(|delivery| {
            Some(Segment {
                trace: delivery.trace.as_ref()?,
                name: "push",
                start: self.picked_up,
                end: delivery.last.get(),
                count: ("pushes", delivery.pushes.get()),
            })
        }));
    }
}
