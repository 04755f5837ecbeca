//! What people do, in requests to AWS and in read and write units, as the emulated services count them; beside what the
//! design says.

use anyhow::Result;
use case_chat_stack_tests::{Cloud, eventually};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    cloud::{self, TEXT},
    lambda::{self, Launch},
    ledger::{self, Count, Mark},
    report::{Line, Report},
};

const CASE: &str = "case-1";
/// Of another pair, the provider of which is never online.
const AWAY: &str = "case-2";
/// Messages in a burst: what the streams bring in one batch while one invocation is under way.
pub(super) const BURST: usize = 10;

/// What was counted, for a message or a call.
#[derive(Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) post: Count,
    pub(super) fold: Count,
    pub(super) push: Count,
    /// Of a whole burst.
    pub(super) fold_of_burst: Count,
    pub(super) push_of_burst: Count,
    pub(super) mark: Count,
    pub(super) push_of_mark: Count,
    pub(super) mail: Count,
}

pub(super) async fn measure() -> Result<Report> {
    let cloud = cloud::start(&[]).await;
    let pair = |case: &str, requester: &str, provider: &str| (case.into(), requester.into(), provider.into());
    cloud::open(&cloud, &[pair(CASE, "amira", "chen"), pair("made-up", "amira", "chen")]).await?;
    let (amira, chen) = (cloud::sign_in(&cloud, "amira"), cloud::sign_in(&cloud, "chen"));
    let _sockets = (connect(&amira).await?, connect(&chen).await?);
    // Whatever a start asks ahead is not counted.
    amira.client.write(CASE, 0, TEXT).await;
    chen.client.read(CASE, &json!({ "seq": 1 })).await;
    chen.client.get("/cases").await;
    chen.client.get(&format!("/cases/{CASE}/messages")).await;

    let mut at = ledger::quiet(&cloud, &Mark::default()).await?;
    amira.client.write(CASE, 1, TEXT).await;
    let (mut post, mut fold, mut push) = (Count::default(), Count::default(), Count::default());
    count(
        &cloud,
        &mut at,
        [("PostMessage", &mut post), ("UpdateInbox", &mut fold), ("Broadcast", &mut push)],
    )
    .await?;
    chen.client.read(CASE, &json!({ "seq": 2 })).await;
    let (mut mark, mut push_of_mark) = (Count::default(), Count::default());
    count(&cloud, &mut at, [("MarkRead", &mut mark), ("Broadcast", &mut push_of_mark)]).await?;
    chen.client.get("/cases").await;
    let mut list = Count::default();
    count(&cloud, &mut at, [("ListCases", &mut list)]).await?;
    chen.client.get(&format!("/cases/{CASE}/messages")).await;
    let mut page = Count::default();
    count(&cloud, &mut at, [("ListMessages", &mut page)]).await?;

    // In batches of a size that is sure: made up, and handed over by hand.
    let messages = cloud::messages_after(&cloud::newest(&amira, "made-up").await?, BURST)?;
    let burst = lambda::of_records(&messages);
    at = ledger::quiet(&cloud, &at).await?;
    for function in ["update-inbox", "broadcast"] {
        Launch::of(&cloud, function).cold().start().await?.invoke(&burst).await?;
    }
    let (mut fold_of_burst, mut push_of_burst) = (Count::default(), Count::default());
    count(&cloud, &mut at, [("UpdateInbox", &mut fold_of_burst), ("Broadcast", &mut push_of_burst)]).await?;
    let mail = mail().await?;

    let mut report = Report::default();
    let tables = |table: f64, read: f64, write: f64| Count { table, read, write, ..Count::default() };
    let expected = [
        ("a post", post, tables(2.0, 1.0, 1.0)),
        ("its fold into both inboxes, and a note", fold, Count { queue: 1.0, ..tables(2.0, 0.0, 2.0) }),
        ("its push to two sockets", push, Count { pushes: 2.0, ..tables(2.0, 2.0, 0.0) }),
        ("a mark at the end of the thread", mark, tables(2.0, 1.0, 1.0)),
        ("its push to two sockets", push_of_mark, Count { pushes: 2.0, ..tables(3.0, 3.0, 0.0) }),
        ("the list of two cases", list, tables(1.0, 1.0, 0.0)),
        ("a page of three records", page, tables(4.0, 4.0, 0.0)),
        ("a burst of ten: fold, and notes", fold_of_burst, Count { queue: 1.0, ..tables(2.0, 0.0, 2.0) }),
        (
            "a burst of ten: push to two sockets",
            push_of_burst,
            Count { pushes: 20.0, ..tables(2.0, 2.0, 0.0) },
        ),
    ];
    for (what, counted, expected) in expected {
        report.say(Line::new(what, counted.to_string()).target(expected.to_string(), counted == expected));
    }
    report.say(Line::new("a note that becomes a mail", mail.to_string()));
    let counted = Counted { post, fold, push, fold_of_burst, push_of_burst, mark, push_of_mark, mail };
    report.values = serde_json::to_value(counted)?;
    Ok(report)
}

async fn connect(person: &cloud::Person) -> Result<case_chat_stack_tests::Socket> {
    person.client.connect().await.map_err(|status| anyhow::anyhow!("the socket is refused: {status}"))
}

/// Waits for the end of what is under way, and adds up what each function asked for.
async fn count<const N: usize>(
    cloud: &Cloud,
    at: &mut Mark,
    functions: [(&str, &mut Count); N],
) -> Result<()> {
    let end = ledger::quiet(cloud, at).await?;
    for (function, into) in functions {
        *into = ledger::count(cloud, function, at).await?;
    }
    *at = end;
    Ok(())
}

/// Of somebody who is away, the second of two mails, each for a message of a case of its own.
async fn mail() -> Result<Count> {
    let cloud = cloud::start(&[("EmailDelaySeconds", "1")]).await;
    let case = |id: &str| (id.to_owned(), "amira".to_owned(), "okafor".to_owned());
    cloud::open(&cloud, &[case(CASE), case(AWAY)]).await?;
    let amira = cloud::sign_in(&cloud, "amira");
    let mut at = Mark::default();
    for (nth, case_id) in [(1, CASE), (2, AWAY)] {
        at = ledger::quiet(&cloud, &at).await?;
        amira.client.write(case_id, 0, TEXT).await;
        eventually("the mail", || async {
            (cloud.mails_to("okafor@example.org").await.len() == nth).then_some(())
        })
        .await;
    }
    ledger::quiet(&cloud, &at).await?;
    ledger::count(&cloud, "EmailOffline", &at).await
}
