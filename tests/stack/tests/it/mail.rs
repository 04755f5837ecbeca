//! Mail to who is away: to whom, when, and how much of it.

use case_chat_stack_tests::{Client, Cloud, Sample, Setting, case, eventually, new_id};
use serde_json::{Value, json};

use crate::amira_and_chen;

pub(crate) const CHEN: &str = "chen@example.org";

/// Mails fall due after a second, and at the latest after four.
pub(crate) async fn cloud() -> Cloud {
    cloud_with(&[]).await
}

async fn cloud_with(parameters: &[(&'static str, &'static str)]) -> Cloud {
    let quick = [("EmailDelaySeconds", "1"), ("EmailAtLatestSeconds", "4"), ("PostsBurst", "1000")];
    let parameters = quick.iter().chain(parameters).copied().collect();
    Cloud::with(Setting { parameters, ..Setting::default() }).await
}

pub(crate) async fn write(writer: &Client, text: &str) -> u64 {
    let written = writer.write("case-1", 0, text).await;
    assert_eq!(written.status, 201, "{}", written.text);
    written.body["seq"].as_u64().expect("a seq")
}

pub(crate) fn text_of(mail: &Value) -> &str {
    mail["text"].as_str().expect("a text")
}

/// The link in a mail that ends such mails.
pub(crate) fn unsubscribe_link(mail: &Value) -> String {
    let header = mail["headers"]["List-Unsubscribe"].as_str().expect("a header");
    header.trim_matches(['<', '>']).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_to_somebody_who_is_away_makes_one_mail_with_sender_snippet_and_link() {
    let cloud = cloud().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    for number in 0..100 {
        write(&amira, &format!("message\n{number}")).await;
    }
    let outcomes = eventually("every note was looked at", || async {
        let verdicts = cloud.verdicts();
        (verdicts.len() >= 100).then_some(verdicts)
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "sent").count(), 1, "{outcomes:?}");
    let mails = cloud.mails().await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    let mail = &mails[0];
    assert_eq!((&mail["to"], &mail["subject"]), (&json!(CHEN), &json!("You have a new message")));
    assert!(text_of(mail).contains("Name of amira"), "{mail}");
    // Of one of them: notes come in no order. Its line break is none in a snippet.
    assert!(text_of(mail).contains("message "), "{mail}");
    let link = format!("{}/#/cases/case-1/chat", cloud.url("web"));
    assert!(
        text_of(mail).contains(&link) && mail["html"].as_str().is_some_and(|html| html.contains(&link)),
        "{mail}"
    );
    assert_eq!(mail["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    assert!(
        unsubscribe_link(mail).starts_with(&format!("{}/unsubscribe?token=", cloud.url("http"))),
        "{mail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_in_time_brings_no_mail_and_what_is_read_later_lets_the_next_one_through() {
    let cloud = cloud().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let seq = write(&amira, "read at once").await;
    assert_eq!(chen.read("case-1", &json!({ "seq": seq })).await.status, 200);
    assert_eq!(cloud.notes_done(1).await, ["read"]);
    assert_eq!(cloud.mails().await, Vec::<Value>::new());

    write(&amira, "not read").await;
    cloud.mail_to(CHEN, 1).await;
    let seq = write(&amira, "covered, since the mail before is unread").await;
    assert_eq!(cloud.notes_done(3).await, ["read", "sent", "covered"]);
    chen.read("case-1", &json!({ "seq": seq })).await;
    write(&amira, "a new burst").await;
    let second = cloud.mail_to(CHEN, 2).await;
    assert!(text_of(&second).contains("a new burst"), "{second}");
    // Nobody is told of what they wrote themselves.
    assert!(cloud.mails_to("amira@example.org").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_online_who_does_not_read_is_told_at_the_latest_after_the_bound() {
    let cloud = cloud().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let mut socket = chen.connect().await.expect("a socket");
    let written = amira.write("case-1", 0, "on a screen that nobody looks at").await;
    socket.records_until("on a screen that nobody looks at").await;
    let mail = cloud.mail_to(CHEN, 1).await;
    let at = |time: &Value| {
        time.as_str().expect("a time").parse::<case_chat_domain::Timestamp>().expect("a time").millis()
    };
    let waited = at(&mail["sentAt"]) - at(&written.body["sentAt"]);
    assert!(waited >= 4_000, "{waited} ms");
    assert!(cloud.log().contains("\"mail.outcome\":\"postponed\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_case_and_a_person_who_wants_none_bring_no_mail_until_they_do() {
    let cloud = cloud().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    assert_eq!(chen.choose("full", &["case-1"]).await.status, 200);
    write(&amira, "into a muted case").await;
    assert_eq!(cloud.notes_done(1).await, ["muted"]);
    assert_eq!(chen.choose("off", &[]).await.status, 200);
    write(&amira, "to somebody who wants none").await;
    assert_eq!(cloud.notes_done(2).await, ["muted", "off"]);
    assert_eq!(cloud.mails().await, Vec::<Value>::new());
    assert_eq!(chen.choose("generic", &[]).await.status, 200);
    write(&amira, "to somebody who wants little").await;
    let mail = cloud.mail_to(CHEN, 1).await;
    assert!(text_of(&mail).contains("3 new messages"), "{mail}");
    for word in ["amira", "somebody", "muted"] {
        assert!(
            !mail["text"].to_string().contains(word) && !mail["html"].to_string().contains(word),
            "{mail}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_says_no_more_than_the_deployment_allows_and_little_where_the_choice_cannot_be_read() {
    let strict = cloud_with(&[("EmailCeiling", "sender")]).await;
    let (amira, chen) = amira_and_chen(&strict).await;
    let preferences = chen.get("/preferences").await.body;
    assert_eq!(
        preferences,
        json!({ "email": "full", "mutedCases": [], "mail": "ok", "emailCeiling": "sender" })
    );
    write(&amira, "a secret").await;
    let mail = strict.mail_to(CHEN, 1).await;
    assert!(text_of(&mail).contains("Name of amira") && !mail.to_string().contains("a secret"), "{mail}");

    let cloud = cloud().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let row = json!({ "userId": { "S": "chen" }, "row": { "S": "prefs" }, "email": { "N": "7" }, "mutedCases": { "S": "?" } });
    let put = json!({ "TableName": "case-chat-Inbox", "Item": row });
    cloud.account().call("DynamoDB_20120810.PutItem", put).await;
    write(&amira, "a secret").await;
    let mail = cloud.mail_to(CHEN, 1).await;
    assert!(!mail.to_string().contains("a secret") && !mail.to_string().contains("Name of amira"), "{mail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_over_a_case_is_told_and_whoever_left_is_not() {
    let cloud = cloud_with(&[("EmailDelaySeconds", "2")]).await;
    let (amira, _) = amira_and_chen(&cloud).await;
    write(&amira, "for whoever it is by then").await;
    cloud.host_says(case("case-1", 2, "amira", "okafor", "open")).await;
    let mail = cloud.mail_to("okafor@example.org", 1).await;
    assert!(text_of(&mail).contains("#/cases/case-1/chat"), "{mail}");
    let outcomes = cloud.notes_done(2).await;
    assert_eq!(
        outcomes.iter().filter(|outcome| *outcome == "sent").count(),
        1,
        "one for the note that waited and the one for the change: {outcomes:?}"
    );
    assert!(cloud.mails_to(CHEN).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_may_be_the_second_is_counted_as_such() {
    let cloud = cloud().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let seq = write(&amira, "once").await;
    cloud.mail_to(CHEN, 1).await;
    eventually("it is counted", || async {
        cloud.log().contains("\"Mails\":1,\"Outcome\":\"sent\"").then_some(())
    })
    .await;
    assert!(!cloud.log().contains("MailsPerhapsTwice"));
    chen.read("case-1", &json!({ "seq": seq })).await;
    // Somebody began and died.
    let row = json!({
        "userId": { "S": "chen" },
        "row": { "S": "notice#case-1" },
        "leasedUntil": { "N": "1" },
        "leaseOwner": { "S": "nobody" },
    });
    let put = json!({ "TableName": "case-chat-Inbox", "Item": row });
    cloud.account().call("DynamoDB_20120810.PutItem", put).await;
    write(&amira, "perhaps twice").await;
    cloud.mail_to(CHEN, 2).await;
    eventually("it is counted", || async { cloud.log().contains("\"MailsPerhapsTwice\":1").then_some(()) })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_a_case_keeps_nobody_from_being_told() {
    let cloud = cloud_with(&[("EmailDelaySeconds", "2")]).await;
    let (amira, _) = amira_and_chen(&cloud).await;
    write(&amira, "before it was closed").await;
    cloud.host_says(case("case-1", 2, "amira", "chen", "closed")).await;
    eventually("it is closed", || async {
        (amira.write("case-1", 0, "?").await.code() == "case_closed").then_some(())
    })
    .await;
    assert!(text_of(&cloud.mail_to(CHEN, 1).await).contains("before it was closed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_in_the_readers_language_and_tell_files_as_a_count() {
    let cloud = cloud().await;
    for (case_id, provider, locale, words) in [
        ("case-es", "chen", "es-MX", "le ha escrito"),
        ("case-ar", "okafor", "ar", "وصلتك رسالة من"),
        ("case-fr", "third", "fr", "has written to you"),
    ] {
        let mut event = case(case_id, 1, "amira", provider, "open");
        event["provider"]["locale"] = json!(locale);
        cloud.host_says(event).await;
        let amira = cloud.sign_in("amira").await;
        eventually("it opens", || async {
            (amira.write(case_id, 0, "¿?").await.status == 201).then_some(())
        })
        .await;
        let mail = cloud.mail_to(&format!("{provider}@example.org"), 1).await;
        assert!(text_of(&mail).contains(words), "{mail}");
    }
    let lucas = cloud.sign_in("lucas").await;
    cloud.open("case-file", "lucas", "fourth").await;
    let own = lucas.upload("case-file", &Sample::png()).await;
    assert_eq!(lucas.send_files("case-file", 0, "", &[&own]).await.status, 201);
    let mail = cloud.mail_to("fourth@example.org", 1).await;
    assert!(text_of(&mail).contains("1 file attached"), "{mail}");
    assert!(!mail.to_string().contains("pdf") && !mail.to_string().contains("png"), "{mail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gets_a_case_back_is_told_again() {
    let cloud = cloud().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    write(&amira, "for chen").await;
    cloud.mail_to(CHEN, 1).await;
    cloud.host_says(case("case-1", 2, "amira", "okafor", "open")).await;
    cloud.mail_to("okafor@example.org", 1).await;
    cloud.host_says(case("case-1", 3, "amira", "chen", "open")).await;
    let again = cloud.mail_to(CHEN, 2).await;
    assert!(text_of(&again).contains("A case has been given to you"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_covers_messages_and_not_what_the_host_says_behind_them() {
    let cloud = cloud_with(&[("EmailDelaySeconds", "2")]).await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let seq = write(&amira, "before it was closed").await;
    cloud.host_says(case("case-1", 2, "amira", "chen", "closed")).await;
    cloud.mail_to(CHEN, 1).await;
    // All that there was to read, though not the newest record.
    assert_eq!(chen.read("case-1", &json!({ "seq": seq })).await.body["unread"], 0);
    cloud.host_says(case("case-1", 3, "amira", "chen", "open")).await;
    eventually("it is open again", || async {
        (amira.write("case-1", 0, "after that").await.status == 201).then_some(())
    })
    .await;
    assert!(text_of(&cloud.mail_to(CHEN, 2).await).contains("after that"));
}

/// Whatever people fill in appears where it belongs, and in no log line, metric, subject, address or error.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_people_fill_in_is_in_a_log_a_subject_or_an_address() {
    let cloud = cloud().await;
    let canary = "Kanarienvogel";
    let mut event = case("case-1", 1, "amira", "chen", "open");
    for person in ["requester", "provider"] {
        event[person]["name"] = json!(format!("{canary} {person}"));
        event[person]["email"] = json!(format!("{canary}.{person}@example.org"));
    }
    event["reference"] = json!(format!("{canary}-1"));
    cloud.host_says(event.clone()).await;
    let (amira, chen) = (cloud.sign_in("amira").await, cloud.sign_in("chen").await);
    amira.shares("case-1").await;
    let mut sample = Sample::pdf();
    sample.name = format!("{canary}.pdf");
    let file = amira.upload("case-1", &sample).await;
    assert_eq!(amira.send_files("case-1", 0, canary, &[&file]).await.status, 201);
    let link = chen.open("case-1", &file).await;
    assert!(!link.body["url"].to_string().contains(canary), "{}", link.text);
    // Errors of every kind, with it in the wrong place.
    for (path, body) in [
        ("/cases/case-1/messages", json!({ "clientId": canary, "after": 0, "body": canary })),
        (
            "/cases/case-1/messages",
            json!({ "clientId": new_id(), "after": 0, "body": format!("{canary}\u{0}") }),
        ),
        (
            "/cases/case-1/messages",
            json!({ "clientId": new_id(), "after": 0, "body": canary, "also": canary }),
        ),
        (
            "/cases/case-1/attachments",
            json!({ "name": format!("{canary}/x"), "contentType": canary, "size": 1, "sha256": canary }),
        ),
    ] {
        let refused = amira.post_raw(path, body.to_string()).await;
        assert!(refused.status >= 400 && !refused.text.contains(canary), "{}", refused.text);
    }
    let mail = cloud.mail_to(&format!("{canary}.provider@example.org"), 1).await;
    assert!(text_of(&mail).contains(canary), "the body is where it belongs");
    assert!(!mail["subject"].to_string().contains(canary));
    for (name, value) in mail["headers"].as_object().expect("headers") {
        assert!(name == "To" || !value.to_string().contains(canary), "{name}");
    }
    // What cannot be folded, is not repeated either.
    event["version"] = json!(canary);
    cloud.host_says(event).await;
    eventually("it is given up", || async { cloud.log().contains("an event was not folded").then_some(()) })
        .await;
    let log = cloud.log();
    let told: Vec<_> = log.lines().filter(|line| line.contains(canary)).collect();
    assert!(told.is_empty(), "{told:#?}");
}
