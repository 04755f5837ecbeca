//! What a post and a page cost in a longer and longer thread, and the list of cases with more and more of them.
//!
//! The records that make a thread long are written by the batch, as the functions would have written them.

use anyhow::{Context, Result};
use case_chat_stack_tests::{Cloud, eventually};
use serde_json::Value;

use crate::{
    cloud::{self, Person},
    lambda::{self, Launch, Sandbox},
    ledger::{self, Count, Mark},
    report::{Chart, Line, Report, Series},
    say,
    statistics::{median, millis, rounded},
};

const CASE: &str = "case-0";
const MESSAGES: [u64; 3] = [10, 1_000, 100_000];
const CASES: [usize; 3] = [10, 100, 1_000];
const RUNS: u64 = 20;
/// Of records at a time, so that what comes after them keeps up.
const FILLED_AT_ONCE: usize = 5_000;

/// An operation at one size.
struct At {
    size: f64,
    count: Count,
    cpu_ms: f64,
    bytes: usize,
}

pub(super) async fn measure() -> Result<Report> {
    let cloud = cloud::start(&[]).await;
    cloud::open(&cloud, &cases(0..1)).await?;
    let amira = cloud::sign_in(&cloud, "amira");
    let mut report = Report::default();
    threads(&cloud, &amira, &mut report).await?;
    lists(&cloud, &amira, &mut report).await?;
    Ok(report)
}

fn cases(numbers: std::ops::Range<usize>) -> Vec<(String, String, String)> {
    numbers.map(|number| (format!("case-{number}"), "amira".to_owned(), "chen".to_owned())).collect()
}

async fn threads(cloud: &Cloud, amira: &Person, report: &mut Report) -> Result<()> {
    let mut post = Launch::of(cloud, "post-message").start().await?;
    let mut page = Launch::of(cloud, "list-messages").start().await?;
    let (mut posts, mut pages) = (Vec::new(), Vec::new());
    for messages in MESSAGES {
        fill(cloud, amira, messages).await?;
        let newest =
            || async { Ok::<_, anyhow::Error>(cloud::newest(amira, CASE).await?.record().seq.get()) };
        let head = newest().await?;
        let events = (head..head + RUNS)
            .map(|after| lambda::http(cloud, "post-message", amira, CASE, "", Some(&cloud::message(after))));
        posts.push(
            at(cloud, &mut post, "PostMessage", messages as f64, events.collect::<Result<_>>()?).await?,
        );
        // The middle of the thread, ten records at a time, as in the shortest.
        let query = format!("before={}&limit=10", (messages / 2).max(10));
        let events = (0..RUNS).map(|_| lambda::http(cloud, "list-messages", amira, CASE, &query, None));
        pages.push(
            at(cloud, &mut page, "ListMessages", messages as f64, events.collect::<Result<_>>()?).await?,
        );
    }
    for (what, all) in [("a post", &posts), ("a page of 10 from its middle", &pages)] {
        let flat = all.windows(2).all(|pair| pair[0].count == pair[1].count);
        report.say(
            Line::new(format!("{what}, in a thread of 10; 1,000; 100,000 messages"), shown(all))
                .target("flat", flat),
        );
    }
    Chart {
        title: "A post and a page, in a thread of any length",
        x: "messages in the thread",
        logarithmic: true,
        series: vec![
            curve("page: read units", &pages, |at| at.count.read),
            curve("page: ms of CPU", &pages, |at| at.cpu_ms),
            curve("post: units", &posts, |at| at.count.read + at.count.write),
            curve("post: ms of CPU", &posts, |at| at.cpu_ms),
        ],
    }
    .draw("thread.svg")
}

async fn lists(cloud: &Cloud, amira: &Person, report: &mut Report) -> Result<()> {
    let mut list = Launch::of(cloud, "list-cases").start().await?;
    let mut lists = Vec::new();
    let mut open = 1;
    for wanted in CASES {
        cloud::open(cloud, &cases(open..wanted)).await?;
        open = wanted;
        eventually("every case is listed", || async {
            let listed = amira.client.get("/cases").await;
            (listed.body["cases"].as_array().map(Vec::len) == Some(wanted)).then_some(())
        })
        .await;
        let events = (0..RUNS).map(|_| lambda::http(cloud, "list-cases", amira, "", "status=open", None));
        lists.push(at(cloud, &mut list, "ListCases", wanted as f64, events.collect::<Result<_>>()?).await?);
    }
    let bytes: Vec<String> = lists.iter().map(|at| format!("{:.1}", at.bytes as f64 / 1000.0)).collect();
    let per_case = |at: &At| at.count.read / at.size;
    let linear =
        lists.last().zip(lists.first()).is_some_and(|(last, first)| per_case(last) <= per_case(first));
    report.say(
        Line::new(
            "the list of 10; 100; 1,000 open cases",
            format!("{}; {} KB", shown(&lists), bytes.join(", ")),
        )
        .target("linear in bytes", linear),
    );
    Chart {
        title: "The list of cases, of any length",
        x: "open cases",
        logarithmic: false,
        series: vec![
            curve("read units", &lists, |at| at.count.read),
            curve("ms of CPU", &lists, |at| at.cpu_ms),
        ],
    }
    .draw("inbox.svg")
}

/// Has a function handle events, and says what one costs.
async fn at(
    cloud: &Cloud,
    sandbox: &mut Sandbox,
    function: &str,
    size: f64,
    events: Vec<Value>,
) -> Result<At> {
    let since = ledger::quiet(cloud, &Mark::default()).await?;
    let runs = events.len() as f64;
    let invoked = sandbox.invoke_each(events).await?;
    ledger::quiet(cloud, &since).await?;
    let count = ledger::count(cloud, function, &since).await? * (1.0 / runs);
    let body = invoked.last().and_then(|one| one.answer["body"].as_str()).context("no answer")?;
    let cpu_ms = rounded(millis(median(invoked.iter().map(|one| one.cpu))));
    Ok(At { size, count, cpu_ms, bytes: body.len() })
}

/// Makes the thread so long.
async fn fill(cloud: &Cloud, amira: &Person, messages: u64) -> Result<()> {
    let functions = cloud.credentials_of("PostMessage");
    loop {
        let newest = cloud::newest(amira, CASE).await?;
        let missing = usize::try_from(messages.saturating_sub(newest.record().seq.get()))?;
        if missing == 0 {
            return Ok(());
        }
        let records = cloud::messages_after(&newest, missing.min(FILLED_AT_ONCE))?;
        let records = records.iter().map(|sealed| (sealed.record().seq.get(), sealed.json()));
        functions.insert_all_into_thread(CASE, records).await;
        say(&format!("{} messages to go", missing.saturating_sub(FILLED_AT_ONCE)));
    }
}

fn shown(all: &[At]) -> String {
    let last = all.last().map_or_else(String::new, |at| at.count.to_string());
    let joined = |values: Vec<String>| values.join(", ");
    let flat = all.windows(2).all(|pair| pair[0].count == pair[1].count);
    let counts = if flat {
        last
    } else {
        format!("{} read units", joined(all.iter().map(|at| format!("{}", at.count.read)).collect()))
    };
    format!("{counts}; {} ms of CPU", joined(all.iter().map(|at| format!("{:.2}", at.cpu_ms)).collect()))
}

fn curve(name: &'static str, all: &[At], value: impl Fn(&At) -> f64) -> Series {
    Series { name, points: all.iter().map(|at| (at.size, value(at))).collect() }
}
