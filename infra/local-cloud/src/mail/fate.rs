//! What becomes of a mail: SES's mailbox simulator, and what the event bus is told.
//!
//! Mail to `bounce@simulator.amazonses.com` bounces, mail to `complaint@…` is complained of, with a label or not. So
//! that people of this machine can be used as well, so does mail to any address that begins with `bounce+` or
//! `complaint+`. All other mail arrives.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Mailbox, Sent};
use crate::clock::with_millis;
use crate::template::{ConfigurationSet, MailEvent};

const SIMULATOR: &str = "simulator.amazonses.com";

/// What the bus is told of a mail that was sent with a configuration set: detail types, with their details.
pub(super) fn news(sent: &Sent, set: &ConfigurationSet, account: &str) -> Vec<(&'static str, Value)> {
    let mut news = Vec::new();
    for event in &set.events {
        let meant = sent.letter.to.iter().filter(|recipient| fate(recipient) == Some(*event));
        let recipients: Vec<&str> = meant.map(|recipient| recipient.address.as_str()).collect();
        if recipients.is_empty() {
            continue;
        }
        let mail = mail(sent, set, account);
        news.push(match event {
            MailEvent::Bounce => {
                let bounce = bounce(&recipients, sent.at);
                ("Email Bounced", json!({ "eventType": "Bounce", "bounce": bounce, "mail": mail }))
            }
            MailEvent::Complaint => {
                let complaint = complaint(&recipients, sent.at);
                let detail = json!({ "eventType": "Complaint", "complaint": complaint, "mail": mail });
                ("Email Complaint Received", detail)
            }
        });
    }
    news
}

fn fate(recipient: &Mailbox) -> Option<MailEvent> {
    let (name, labelled) = match recipient.local().split_once('+') {
        Some((name, _)) => (name, true),
        None => (recipient.local(), false),
    };
    let simulated = labelled || recipient.domain().eq_ignore_ascii_case(SIMULATOR);
    match name {
        "bounce" if simulated => Some(MailEvent::Bounce),
        "complaint" if simulated => Some(MailEvent::Complaint),
        _ => None,
    }
}

fn bounce(recipients: &[&str], at: i64) -> Value {
    let recipient = |address: &&str| {
        json!({
            "emailAddress": address,
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        })
    };
    json!({
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": recipients.iter().map(recipient).collect::<Vec<_>>(),
        "timestamp": with_millis(at),
        "feedbackId": Uuid::new_v4().to_string(),
        "reportingMTA": "dsn; local",
    })
}

fn complaint(recipients: &[&str], at: i64) -> Value {
    let recipient = |address: &&str| json!({ "emailAddress": address });
    json!({
        "complaintSubType": null,
        "complaintFeedbackType": "abuse",
        "complainedRecipients": recipients.iter().map(recipient).collect::<Vec<_>>(),
        "timestamp": with_millis(at),
        "arrivalDate": with_millis(at),
        "feedbackId": Uuid::new_v4().to_string(),
        "userAgent": "Amazon SES Mailbox Simulator",
    })
}

fn mail(sent: &Sent, set: &ConfigurationSet, account: &str) -> Value {
    let letter = &sent.letter;
    let headers = letter.headers.iter().map(|(name, value)| json!({ "name": name, "value": value }));
    let own = [("ses:configuration-set", set.name.as_str()), ("ses:from-domain", letter.from.domain())];
    let given = letter.tags.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let tags = own.into_iter().chain(given).map(|(name, value)| (name.to_owned(), json!([value])));
    json!({
        "timestamp": with_millis(sent.at),
        "messageId": sent.message_id,
        "source": letter.from.address,
        "sendingAccountId": account,
        "destination": letter.to.iter().map(|recipient| &recipient.address).collect::<Vec<_>>(),
        "headersTruncated": false,
        "headers": headers.collect::<Vec<_>>(),
        "commonHeaders": {
            "from": [letter.from.text],
            "to": letter.to.iter().map(|recipient| &recipient.text).collect::<Vec<_>>(),
            "messageId": sent.message_id,
            "subject": letter.subject(),
        },
        "tags": tags.collect::<Value>(),
    })
}
