//! CPU of a post: of the first one in a sandbox, and of those that follow; beside a Lambda in Node.js with the calls of
//! the common samples of chats over API Gateway's WebSockets (`node-sample/`).
//!
//! The two do not do the same. Ours verifies a token, reads the tail, decides, and inserts what must not be there yet;
//! folding into inboxes and pushing are functions of their own, measured beside it. The sample trusts whoever is
//! connected, overwrites without a condition, reads the whole table of connections, and pushes itself.

mod handshake;

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, ensure};
use case_chat_stack_tests::Cloud;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    cloud::{self, Person, TEXT},
    lambda::{self, ALWAYS, Invoked, Launch, Sandbox},
    paths,
    report::{Line, Report},
    statistics::{median, megabytes, millis, rounded},
};

const CASE: &str = "case-1";
/// Sandboxes that are started for a first post.
const STARTS: usize = 21;
const WARMING: usize = 50;
const RUNS: usize = 300;
const BURST: usize = super::units::BURST;
/// A post connects to DynamoDB and to the issuer.
const CONNECTIONS: u32 = 2;
const FIRST_POST_MS: f64 = 2.5;

/// What a function spends on an invocation.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spent {
    pub(super) cpu_ms: f64,
    pub(super) logged_bytes: f64,
}

/// What each function spends.
#[derive(Serialize, Deserialize)]
pub(super) struct Spendings {
    pub(super) post: Spent,
    pub(super) fold: Spent,
    pub(super) push: Spent,
    /// Of a whole burst.
    pub(super) fold_of_burst: Spent,
    pub(super) push_of_burst: Spent,
    pub(super) mark: Spent,
}

pub(super) async fn measure(node: &Path) -> Result<Report> {
    let cloud = cloud::start(&[]).await;
    let case = |id: &str| (id.to_owned(), "amira".to_owned(), "chen".to_owned());
    cloud::open(&cloud, &[case(CASE), case("made-up")]).await?;
    let (amira, chen) = (cloud::sign_in(&cloud, "amira"), cloud::sign_in(&cloud, "chen"));
    let mut report = Report::default();

    let mut after = 0;
    let cold = first_posts(&cloud, &amira, &Launch::of(&cloud, "post-message").cold(), &mut after).await?;
    let warmed = first_posts(&cloud, &amira, &Launch::of(&cloud, "post-message"), &mut after).await?;
    let handshake = handshake::cpu()?;
    let all = cold.first + handshake * CONNECTIONS;
    report.say(
        Line::new(
            "CPU of the first post, its connections included; of these, the handshakes of TLS measured by themselves, \
             as the transport trusts Amazon's roots alone",
            format!(
                "{:.2} ms: {:.2} ms, and {CONNECTIONS} handshakes of {:.2} ms",
                millis(all),
                millis(cold.first),
                millis(handshake)
            ),
        )
        .target(format!("{FIRST_POST_MS} ms"), millis(all) <= FIRST_POST_MS),
    );
    report.say(Line::new(
        "the same as deployed, where a start connects ahead",
        format!(
            "{:.2} ms, after {:.2} ms at the start (cold {:.2} ms)",
            millis(warmed.first),
            millis(warmed.start),
            millis(cold.start)
        ),
    ));

    let _sockets = (cloud_socket(&amira).await?, cloud_socket(&chen).await?);
    let mut post = Launch::of(&cloud, "post-message").start().await?;
    let post = warm(&mut post, |_| {
        after += 1;
        lambda::http(&cloud, "post-message", &amira, CASE, "", Some(&cloud::message(after - 1)))
    })
    .await?;
    let mark = marks(&cloud, &chen, after).await?;
    let newest = cloud::newest(&amira, "made-up").await?;
    let messages = cloud::messages_after(&newest, (WARMING + RUNS) * (BURST + 1))?;
    let (single, bursts) = messages.split_at(WARMING + RUNS);
    let batch = |number: usize, size: usize| -> Result<Value> {
        let from = if size == 1 { single } else { bursts };
        let records = from.chunks(size).nth(number).context("too few messages")?;
        Ok(lambda::of_records(records))
    };
    let mut spent = Vec::new();
    for size in [1, BURST] {
        for function in ["update-inbox", "broadcast"] {
            let mut sandbox = Launch::of(&cloud, function).start().await?;
            spent.push(warm(&mut sandbox, |number| batch(number, size)).await?);
        }
    }
    let [fold, push, fold_of_burst, push_of_burst] =
        <[Spent; 4]>::try_from(spent).ok().context("four measurements")?;

    let mut sample = node_sample(&cloud, node).await?;
    let start = sample.start;
    let first = sample.invoke(&sent(0)).await?;
    answered(&first)?;
    let node = warm(&mut sample, |number| Ok(sent(number + 1))).await?;
    let memory = megabytes(sample.peak_memory()?);

    let whole = post.cpu_ms + fold.cpu_ms + push.cpu_ms;
    report.say(Line::new(
        "CPU of a warm post; in Node.js 20, the samples' calls: clients made, PutItem, Scan, two pushes",
        format!("{:.2} ms; {:.2} ms: {:.1}x", post.cpu_ms, node.cpu_ms, node.cpu_ms / post.cpu_ms),
    ));
    report.say(Line::new(
        "the same with fold and push to two sockets; two inboxes, a note and unread counts more than the sample",
        format!("{whole:.2} ms; {:.2} ms: {:.1}x", node.cpu_ms, node.cpu_ms / whole),
    ));
    report.say(Line::new(
        "of ten messages in a burst, each; with fold and push",
        format!("{:.2} ms", post.cpu_ms + (fold_of_burst.cpu_ms + push_of_burst.cpu_ms) / BURST as f64),
    ));
    report.say(Line::new(
        "the sample's start, its first invocation, its memory",
        format!("{:.0} ms and {:.0} ms of CPU, {memory:.0} MB", millis(start), millis(first.cpu)),
    ));
    let spendings = Spendings { post, fold, push, fold_of_burst, push_of_burst, mark };
    report.values = serde_json::to_value(spendings)?;
    Ok(report)
}

/// Medians of CPU.
struct Firsts {
    start: Duration,
    first: Duration,
}

async fn first_posts(cloud: &Cloud, amira: &Person, launch: &Launch, after: &mut u64) -> Result<Firsts> {
    let (mut starts, mut firsts) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let event = lambda::http(cloud, "post-message", amira, CASE, "", Some(&cloud::message(*after)))?;
        let mut sandbox = launch.start().await?;
        starts.push(sandbox.start);
        let invoked = sandbox.invoke(&event).await?;
        answered(&invoked)?;
        firsts.push(invoked.cpu);
        *after += 1;
    }
    Ok(Firsts { start: median(starts), first: median(firsts) })
}

async fn marks(cloud: &Cloud, chen: &Person, head: u64) -> Result<Spent> {
    let mut sandbox = Launch::of(cloud, "mark-read").start().await?;
    // The newest that there is, as far as the mark can go forward: each is a write.
    let first = head + 1 - (WARMING + RUNS) as u64;
    warm(&mut sandbox, |number| {
        let seq = json!({ "seq": first + number as u64 });
        lambda::http(cloud, "mark-read", chen, CASE, "", Some(&seq))
    })
    .await
}

/// The median of many, after some that are not counted.
async fn warm(sandbox: &mut Sandbox, event: impl FnMut(usize) -> Result<Value>) -> Result<Spent> {
    let events: Vec<Value> = (0..WARMING + RUNS).map(event).collect::<Result<_>>()?;
    let mut invoked = sandbox.invoke_each(events).await?;
    let invoked = invoked.split_off(WARMING);
    invoked.iter().try_for_each(answered)?;
    let logged: u64 = invoked.iter().map(|one| one.logged).sum();
    Ok(Spent {
        cpu_ms: rounded(millis(median(invoked.iter().map(|one| one.cpu)))),
        logged_bytes: logged as f64 / RUNS as f64,
    })
}

/// What failed is not measured.
fn answered(invoked: &Invoked) -> Result<()> {
    let refused = invoked.answer["statusCode"].as_u64().is_some_and(|status| status >= 300);
    let failed = invoked.answer["batchItemFailures"].as_array().is_some_and(|failures| !failures.is_empty());
    ensure!(!refused && !failed, "the function refused: {}", invoked.answer);
    Ok(())
}

async fn cloud_socket(person: &Person) -> Result<case_chat_stack_tests::Socket> {
    person.client.connect().await.map_err(|status| anyhow::anyhow!("the socket is refused: {status}"))
}

/// The sample over tables of its own, beside ours; it pushes to the sockets that are open.
async fn node_sample(cloud: &Cloud, node: &Path) -> Result<Sandbox> {
    let account = cloud.account();
    for (table, key) in [("sample-connections", "connectionId"), ("sample-messages", "messageId")] {
        let wanted = json!({
            "TableName": table,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": key, "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
        });
        let made = account.call("DynamoDB_20120810.CreateTable", wanted).await;
        ensure!(!made["TableDescription"].is_null(), "{made}");
    }
    let ours = account.call("DynamoDB_20120810.Scan", json!({ "TableName": "case-chat-Connections" })).await;
    let sockets = ours["Items"].as_array().context("the open sockets")?;
    ensure!(sockets.len() == 2, "two sockets are open");
    for socket in sockets {
        let item = json!({ "connectionId": socket["connectionId"] });
        let put = json!({ "TableName": "sample-connections", "Item": item });
        account.call("DynamoDB_20120810.PutItem", put).await;
    }
    let mut environment = Launch::of(cloud, "post-message").environment;
    environment.extend(ALWAYS.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let launch = Launch {
        program: node.to_owned(),
        arguments: vec![paths::bench("node-sample/bootstrap.mjs").to_string_lossy().into_owned()],
        environment,
    };
    let launch = launch
        .with("CONNECTIONS_TABLE", "sample-connections")
        .with("MESSAGES_TABLE", "sample-messages")
        .with("AWS_ACCESS_KEY_ID", "local")
        .with("AWS_SECRET_ACCESS_KEY", "local")
        .with("NODE_NO_WARNINGS", "1");
    launch.start().await.context("Node.js 20 is needed")
}

/// A message as it comes by the sample's socket.
fn sent(number: usize) -> Value {
    json!({
        "requestContext": {
            "routeKey": "sendmessage",
            "connectionId": "bm9uZQ==",
            "requestId": format!("request-{number}"),
            "domainName": "sample.example",
            "stage": "live",
        },
        "body": json!({ "action": "sendmessage", "data": TEXT }).to_string(),
    })
}
