//! One batch of the stream pushed to more and more sockets. A person has at most 20, so there are more and more people,
//! two to a case, a message in each.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use case_chat_domain::SealedRecord;
use case_chat_stack_tests::{Cloud, Socket};
use serde_json::json;

use crate::{
    cloud,
    lambda::{self, Invoked, Launch},
    ledger::{self, Count, Mark},
    report::{Chart, Line, Report, Series},
    statistics::{median, millis},
};

/// People, and sockets of each: 1, 8, 32, 128 in all.
const SHAPES: [(usize, usize); 4] = [(1, 1), (2, 4), (2, 16), (8, 16)];
const RUNS: usize = 40;
/// Of one socket among 32 that is gone: as often a new row is put there.
const DEATHS: usize = 10;
/// A request of a large batch may cost this much more than one of a small batch, by chance.
const MORE: f64 = 1.3;
/// Two round trips, beside the others'.
const NOTHING: Duration = Duration::from_millis(20);

pub(super) async fn measure() -> Result<Report> {
    let mut report = Report::default();
    let (mut cpu, mut took) = (Vec::new(), Vec::new());
    let (mut shown, mut each) = (Vec::new(), Vec::new());
    for (people, sockets_each) in SHAPES {
        let sockets = people * sockets_each;
        let stage = Stage::set(people, sockets_each).await?;
        let (invoked, count) = stage.push(RUNS, false).await?;
        let one = count * (1.0 / RUNS as f64);
        let (spent, waited) =
            (median(invoked.iter().map(|one| one.cpu)), median(invoked.iter().map(|one| one.took)));
        cpu.push((sockets as f64, millis(spent)));
        took.push((sockets as f64, millis(waited)));
        each.push(millis(spent) / one.requests());
        shown.push(format!("{sockets}: {} requests, {:.1} ms of CPU", one.requests(), millis(spent)));
        if sockets == 32 {
            let (dead, count) = stage.push(DEATHS, true).await?;
            let with_dead = count * (1.0 / DEATHS as f64);
            let waited_with_dead = median(dead.iter().map(|one| one.took));
            let more = with_dead.requests() - one.requests();
            report.say(
                Line::new(
                    "one more that is gone, among 32: until the batch is done",
                    format!(
                        "{:.1} ms, {:.1} ms without it; {more} requests once, then none; the others are pushed to meanwhile",
                        millis(waited_with_dead),
                        millis(waited)
                    ),
                )
                // A push to it, and its row removed.
                .target("nothing", more == 2.0 && waited_with_dead < waited + NOTHING),
            );
        }
    }
    let (some, many) = (each[2], each[3]);
    report.lines.insert(
        0,
        Line::new(
            "a batch pushed to so many sockets",
            format!("{}; {some:.3}, then {many:.3} ms for each request", shown.join("; ")),
        )
        .target("linear", many <= some * MORE),
    );
    Chart {
        title: "A batch pushed to many sockets",
        x: "sockets",
        logarithmic: false,
        series: vec![
            Series { name: "ms until it is done", points: took },
            Series { name: "ms of CPU", points: cpu },
        ],
    }
    .draw("push.svg")?;
    Ok(report)
}

/// A cloud with people who have sockets.
struct Stage {
    cloud: Cloud,
    cases: Vec<(String, SealedRecord)>,
    _sockets: Vec<Socket>,
}

impl Stage {
    async fn set(people: usize, each: usize) -> Result<Self> {
        let cloud = cloud::start(&[]).await;
        let cases: Vec<(String, String, String)> = (0..people.div_ceil(2))
            .map(|pair| {
                (format!("case-{pair}"), format!("person-{}", 2 * pair), format!("person-{}", 2 * pair + 1))
            })
            .collect();
        cloud::open(&cloud, &cases).await?;
        let mut sockets = Vec::new();
        for number in 0..people {
            let person = cloud::sign_in(&cloud, &format!("person-{number}"));
            for _ in 0..each {
                let socket = person.client.connect().await;
                sockets.push(socket.map_err(|status| anyhow!("a socket is refused: {status}"))?);
            }
        }
        let mut newest = Vec::new();
        for (case_id, requester, _) in cases {
            let reader = cloud::sign_in(&cloud, &requester);
            newest.push((case_id.clone(), cloud::newest(&reader, &case_id).await?));
        }
        Ok(Self { cloud, cases: newest, _sockets: sockets })
    }

    /// A message in each case, as one batch, so many times; and what all of them asked for.
    async fn push(&self, times: usize, with_dead: bool) -> Result<(Vec<Invoked>, Count)> {
        let mut sandbox = Launch::of(&self.cloud, "broadcast").cold().start().await?;
        let mut batches = Vec::new();
        for (_, newest) in &self.cases {
            batches.push(cloud::messages_after(newest, times + 1)?);
        }
        let batch = |number: usize| -> Result<_> {
            let records = batches.iter().map(|messages| messages.get(number).cloned());
            Ok(lambda::of_records(&records.collect::<Option<Vec<_>>>().context("too few messages")?))
        };
        // It connects with the first one.
        sandbox.invoke(&batch(times)?).await?;
        let since = ledger::quiet(&self.cloud, &Mark::default()).await?;
        let mut invoked = Vec::new();
        for number in 0..times {
            if with_dead {
                self.bury().await;
            }
            invoked.push(sandbox.invoke(&batch(number)?).await?);
        }
        ledger::quiet(&self.cloud, &since).await?;
        let count = ledger::count(&self.cloud, "Broadcast", &since).await?;
        Ok((invoked, count))
    }

    /// A row of a socket that is gone, from long ago.
    async fn bury(&self) {
        let number = |value: u64| json!({ "N": value.to_string() });
        let item = json!({
            "userId": { "S": "person-0" },
            "connectionId": { "S": "Z29uZQ==" },
            "connectedAt": number(1),
            "tokenExpiresAt": number(9_999_999_999_000),
            "expiresAt": number(9_999_999_999),
        });
        let put = json!({ "TableName": "case-chat-Connections", "Item": item });
        self.cloud.account().call("DynamoDB_20120810.PutItem", put).await;
    }
}
