//! What may go wrong while a mail is on its way: crashes between any two steps, repeats, a provider that says no.

use std::time::Duration;

use case_chat_aws::{Connections, Inbox, Mail, Mailer, Notes, People, ThreadLog};
use case_chat_domain::{Level, Note, Notice, Patience, Timestamp, UserId, fold_into_inbox};
use case_chat_stack_tests::{Cloud, Setting, case, eventually};
use email_offline::{Desk, Links, Outcome, handle};
use serde_json::{Value, json};

use crate::{amira_and_chen, metrics, settings_of};

const CHEN: &str = "chen@example.org";
/// An attempt's lease has ended by then.
const LATER: i64 = 120_000;

/// A cloud in which notes fall due so late that only these tests work on them.
async fn slow_cloud() -> Cloud {
    Cloud::with(Setting { parameters: vec![("EmailDelaySeconds", "900")], ..Setting::default() }).await
}

/// The function's desk, in this process, with its own credentials.
fn desk(cloud: &Cloud) -> Desk {
    let settings = settings_of(cloud, "EmailOffline");
    let dynamodb = settings.dynamodb();
    Desk {
        thread: ThreadLog::new(dynamodb.clone(), "case-chat-Threads".to_owned()),
        people: People::new(dynamodb.clone(), "case-chat-Inbox".to_owned()),
        connections: Connections::new(dynamodb, "case-chat-Connections".to_owned()),
        notes: Notes::new(settings.queues(), format!("{}/case-chat-Notes", cloud.url("aws"))),
        mailer: Mailer::new(
            settings.mail(),
            "case-chat@example.org".to_owned(),
            "case-chat-MailSet".to_owned(),
        ),
        ceiling: Level::Full,
        patience: Patience { interval: Duration::from_secs(120), at_latest: Duration::from_secs(900) },
        links: Links {
            web_origin: "https://web.example".to_owned(),
            http_endpoint: "https://api.example".to_owned(),
        },
        metrics: metrics(),
    }
}

/// A message of Amira's, its note, and when it was stored.
async fn written(cloud: &Cloud) -> (Note, Timestamp) {
    let (amira, _) = amira_and_chen(cloud).await;
    let record = amira.write("case-1", 0, "hello").await.body;
    let note =
        json!({ "caseId": "case-1", "role": "provider", "seq": record["seq"], "since": record["sentAt"] });
    let note: Note = serde_json::from_value(note).expect("a note");
    let since = note.since;
    (note, since)
}

fn after(at: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(at.millis() + millis)
}

/// As a worker that takes a note in hand, and is then heard of no more.
async fn begin(desk: &Desk, note: &Note, now: Timestamp) -> UserId {
    let chen = "chen".parse().expect("an id");
    let until = after(now, 90_000);
    let lease = desk.people.lease(&chen, &note.case_id, &Notice::default(), now, until).await;
    lease.expect("a lease").expect("nobody else has it");
    chen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_died_before_sending_is_followed_by_one_that_sends() {
    let cloud = slow_cloud().await;
    let (note, now) = written(&cloud).await;
    let desk = desk(&cloud);
    begin(&desk, &note, now).await;
    assert_eq!(handle(&desk, &note, after(now, 1)).await.expect("done"), Outcome::Busy);
    assert!(cloud.mails().await.is_empty());
    assert_eq!(
        handle(&desk, &note, after(now, LATER)).await.expect("done"),
        Outcome::Sent { perhaps_twice: true }
    );
    assert!(handle(&desk, &note, after(now, LATER)).await.expect("done").is_over());
    assert_eq!(cloud.mails_to(CHEN).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_died_between_sending_and_noting_it_makes_the_one_repeat_that_is_accepted() {
    let cloud = slow_cloud().await;
    let (note, now) = written(&cloud).await;
    let desk = desk(&cloud);
    let chen = begin(&desk, &note, now).await;
    let mail = Mail {
        subject: "x",
        text: "x".to_owned(),
        html: "x".to_owned(),
        unsubscribe: "https://x.example".to_owned(),
    };
    let _ = desk.mailer.send(&CHEN.parse().expect("an address"), &chen, mail).await.expect("sent");
    assert_eq!(
        handle(&desk, &note, after(now, LATER)).await.expect("done"),
        Outcome::Sent { perhaps_twice: true }
    );
    assert!(handle(&desk, &note, after(now, 2 * LATER)).await.expect("done").is_over());
    assert_eq!(cloud.mails_to(CHEN).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_note_ten_times_at_once_makes_one_mail() {
    let cloud = slow_cloud().await;
    let (note, now) = written(&cloud).await;
    let desk = desk(&cloud);
    let outcomes = futures::future::join_all((0..10).map(|_| handle(&desk, &note, now))).await;
    let outcomes: Vec<_> = outcomes.into_iter().map(|outcome| outcome.expect("done")).collect();
    let sent = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Sent { .. })).count();
    assert_eq!(sent, 1, "{outcomes:?}");
    for outcome in outcomes {
        assert!(
            matches!(outcome, Outcome::Sent { perhaps_twice: false } | Outcome::Busy) || outcome.is_over()
        );
    }
    assert!(handle(&desk, &note, after(now, LATER)).await.expect("done").is_over());
    assert_eq!(cloud.mails_to(CHEN).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_the_row_and_its_note_loses_no_mail() {
    let cloud = slow_cloud().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    amira.write("case-1", 0, "hello").await;
    let thread = amira.thread("case-1").await;
    // Another account's stack, where the first attempt wrote the rows and died.
    let fresh =
        Cloud::with(Setting { parameters: vec![("EmailDelaySeconds", "1")], ..Setting::default() }).await;
    fresh.host_says(case("case-0", 1, "amira", "chen", "open")).await;
    let settings = settings_of(&fresh, "UpdateInbox");
    let inbox = Inbox::new(settings.dynamodb(), "case-chat-Inbox".to_owned());
    let notes = Notes::new(settings.queues(), format!("{}/case-chat-Notes", fresh.url("aws")));
    let records: Vec<case_chat_domain::Record> =
        thread.iter().map(|record| serde_json::from_value(record.clone()).expect("a record")).collect();
    for (user_id, change) in fold_into_inbox(&records) {
        inbox.apply(&user_id, &records[0].case_id, &change).await.expect("applied");
    }
    for record in &thread {
        let put = json!({ "caseId": record["caseId"], "seq": record["seq"] });
        fresh
            .credentials_of("PostMessage")
            .insert_into_thread("case-1", put["seq"].as_u64().expect("a seq"), &canonical(record))
            .await;
    }
    let answer = update_inbox::update(&inbox, &notes, &metrics(), &crate::inbox::batch(&thread)).await;
    assert!(answer.batch_item_failures.is_empty(), "{answer:?}");
    fresh.mail_to(CHEN, 1).await;
}

fn canonical(record: &Value) -> String {
    serde_json_canonicalizer::to_string(record).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_mail_cannot_go_to_and_a_provider_that_is_busy_stop_nobody_elses_mail() {
    let parameters = vec![("EmailDelaySeconds", "1")];
    let cloud = Cloud::with(Setting { parameters, mail_per_second: Some(1), ..Setting::default() }).await;
    let amira = cloud.sign_in("amira").await;
    let addresses = [
        ("first", json!("first@example.org")),
        ("nobody", json!("not an address")),
        ("accented", json!("jörg@example.org")),
        ("none", Value::Null),
        ("second", json!("second@example.org")),
    ];
    for (provider, address) in &addresses {
        let mut event = case(&format!("case-{provider}"), 1, "amira", provider, "open");
        event["provider"]["email"] = address.clone();
        cloud.host_says(event).await;
        eventually("it opens", || async {
            (amira.write(&format!("case-{provider}"), 0, "hello").await.status == 201).then_some(())
        })
        .await;
    }
    cloud.mail_to("first@example.org", 1).await;
    let outcomes = cloud.notes_done(4).await;
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "undeliverable").count(), 3, "{outcomes:?}");
    // The other one comes at once, or after a "not now" when the queue brings its note again.
    eventually("the other one goes, or is put off", || async {
        let refused = cloud.log().contains("TooManyRequestsException");
        (refused || cloud.mails_to("second@example.org").await.len() == 1).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_is_none_holds_up_no_other() {
    let cloud =
        Cloud::with(Setting { parameters: vec![("EmailDelaySeconds", "1")], ..Setting::default() }).await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let sent = json!({ "QueueUrl": "/case-chat-Notes", "MessageBody": "{\"caseId\":7}", "DelaySeconds": 0 });
    cloud.account().call("AmazonSQS.SendMessage", sent).await;
    eventually("it is looked at", || async { cloud.log().contains("this is no note").then_some(()) }).await;
    amira.write("case-1", 0, "hello").await;
    cloud.mail_to(CHEN, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_could_not_be_handed_over_goes_with_the_next_attempt() {
    let cloud = slow_cloud().await;
    let (note, now) = written(&cloud).await;
    let mut desk = desk(&cloud);
    let settings = settings_of(&cloud, "EmailOffline");
    let set = "case-chat-Missing".to_owned();
    let good = std::mem::replace(
        &mut desk.mailer,
        Mailer::new(settings.mail(), "case-chat@example.org".to_owned(), set),
    );
    // A configuration set that the function may not use: nothing that the reader's address could help.
    assert!(handle(&desk, &note, now).await.is_err());
    assert!(cloud.mails().await.is_empty());
    desk.mailer = good;
    let outcome = handle(&desk, &note, after(now, LATER)).await.expect("done");
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    assert_eq!(cloud.mails_to(CHEN).await.len(), 1);
}
