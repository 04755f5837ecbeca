//! Dollars for a million messages: what `units` and `node` counted, at the list prices in `prices.json`.
//!
//! How long an invocation lasts is not measured, since nothing here is as far away as AWS's services are: it is the CPU
//! that was measured, stretched to the share of a processor that 512 MB have, and an assumed time for each round trip.

use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{
    Row,
    node::{Spendings, Spent},
    units::{BURST, Counted},
};
use crate::{
    ledger::Count,
    paths,
    report::{Line, Report, Results},
};

const MEMORY_GB: f64 = 0.5;
/// Lambda gives a whole processor at 1,769 MB.
const STRETCH: f64 = 1769.0 / 512.0;
/// DynamoDB answers in single-digit milliseconds. Assumed.
const ROUND_TRIP_MS: f64 = 5.0;
/// What Lambda itself logs of an invocation: START, END, REPORT. Assumed.
const LOGGED_BY_LAMBDA_BYTES: f64 = 300.0;
const MILLION: f64 = 1_000_000.0;
const UNBATCHED: f64 = 7.0;
const IN_BURSTS: f64 = 4.0;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prices {
    region: String,
    date: String,
    http_request: Price,
    socket_message: Price,
    invocation: Price,
    gigabyte_second: Price,
    write_unit: Price,
    read_unit: Price,
    queue_request: Price,
    mail: Price,
    log_gigabyte: Price,
}

#[derive(Deserialize)]
struct Price {
    dollars: f64,
    #[serde(rename = "for")]
    count: f64,
}

impl Price {
    fn of(&self, count: f64) -> f64 {
        count * self.dollars / self.count
    }
}

/// One invocation, for so many messages.
struct Invocation<'a> {
    count: &'a Count,
    spent: &'a Spent,
    /// One after the other.
    round_trips: f64,
    messages: f64,
}

impl Prices {
    /// Of a million messages.
    fn of(&self, invocation: &Invocation<'_>) -> f64 {
        let Invocation { count, spent, round_trips, messages } = invocation;
        let seconds = (spent.cpu_ms * STRETCH + round_trips * ROUND_TRIP_MS) / 1000.0;
        let one = self.invocation.of(1.0)
            + self.gigabyte_second.of(seconds * MEMORY_GB)
            + self.write_unit.of(count.write)
            + self.read_unit.of(count.read)
            + self.socket_message.of(count.pushes)
            + self.queue_request.of(count.queue)
            + self.mail.of(count.mails);
        one * MILLION / messages
    }

    /// What an invocation logs, a million times.
    fn of_logs(&self, spent: &Spent) -> f64 {
        self.log_gigabyte.of((spent.logged_bytes + LOGGED_BY_LAMBDA_BYTES) / 1e9) * MILLION
    }
}

pub(super) fn measure(results: &Results) -> Result<Report> {
    let prices: Prices =
        serde_json::from_slice(&fs::read(paths::bench("prices.json"))?).context("prices.json")?;
    let counted: Counted = results.values(Row::Units)?;
    let spendings: Spendings = results.values(Row::Node)?;
    let once = |count, spent, round_trips| Invocation { count, spent, round_trips, messages: 1.0 };
    let burst = |count, spent, round_trips| Invocation { count, spent, round_trips, messages: BURST as f64 };
    let request = prices.http_request.of(MILLION);

    let post = request + prices.of(&once(&counted.post, &spendings.post, 2.0));
    let fold = prices.of(&once(&counted.fold, &spendings.fold, 3.0));
    let push = prices.of(&once(&counted.push, &spendings.push, 2.0));
    let fold_of_burst = prices.of(&burst(&counted.fold_of_burst, &spendings.fold_of_burst, 3.0));
    let push_of_burst =
        prices.of(&burst(&counted.push_of_burst, &spendings.push_of_burst, 1.0 + BURST as f64));
    let mark = request + prices.of(&once(&counted.mark, &spendings.mark, 2.0));
    let push_of_mark = prices.of(&once(&counted.push_of_mark, &spendings.push, 3.0));
    // Its CPU is not measured: a fold's stands in.
    let trips = counted.mail.requests();
    let mail = prices.of(&once(&counted.mail, &spendings.fold, trips));
    let ses = prices.mail.of(MILLION);

    let mut report = Report::default();
    let (unbatched, in_bursts) = (post + fold + push, post + fold_of_burst + push_of_burst);
    let where_and_when = format!("{}, {}", prices.region, prices.date);
    report.say(
        Line::new(
            format!("a million messages at list prices ({where_and_when}): post, fold, push to two sockets"),
            format!("${unbatched:.2} ({post:.2} + {fold:.2} + {push:.2})"),
        )
        .target(format!("${UNBATCHED}"), unbatched <= UNBATCHED),
    );
    report.say(
        Line::new(
            "the same in bursts of ten",
            format!("${in_bursts:.2} ({post:.2} + {fold_of_burst:.2} + {push_of_burst:.2})"),
        )
        .target(format!("${IN_BURSTS}"), in_bursts <= IN_BURSTS),
    );
    report.say(Line::new(
        "of that, what no batch makes less while a frame holds one record: the post, and two frames",
        format!("${:.2}", post + prices.socket_message.of(2.0 * MILLION)),
    ));
    let logs: f64 =
        [&spendings.post, &spendings.fold, &spendings.push].iter().map(|spent| prices.of_logs(spent)).sum();
    report.say(Line::new("what the first of these log, the audit trail in it", format!("${logs:.2} more")));
    report.say(Line::new("a million marks, with their push", format!("${:.2}", mark + push_of_mark)));
    report.say(Line::new(
        "a million notes that become mails",
        format!("${mail:.2}, of which SES's own ${ses:.0}"),
    ));
    report.say(Line::new(
        "of these, assumed",
        format!(
            "{ROUND_TRIP_MS} ms for each round trip to AWS, {LOGGED_BY_LAMBDA_BYTES} bytes logged by Lambda itself; \
             not in it: stored bytes, connection minutes, traffic"
        ),
    ));
    Ok(report)
}
