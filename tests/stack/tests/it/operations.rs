//! What whoever is on call does after trouble, while the system runs.

use std::{
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    sync::Mutex,
};

use case_chat_aws::Settings;
use case_chat_domain::Timestamp;
use case_chat_operations::{Inboxes, Load, LoadError, QUEUES, Resource, Resources, Tally, load, redrive};
use case_chat_stack_tests::{Cloud, Setting, case, eventually};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{amira_and_chen, inbox::table, mail::CHEN};

/// An operation, with the account's own credentials, and what it says meanwhile.
struct Operator {
    settings: Settings,
    resources: Resources,
    bus: String,
    said: Mutex<Vec<String>>,
}

impl Operator {
    fn of(cloud: &Cloud) -> Self {
        let settings = Settings::from_lookup(|name| match name {
            "AWS_REGION" => Some("eu-central-1".to_owned()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("local".to_owned()),
            "AWS_ENDPOINT_URL" => Some(cloud.url("aws").to_owned()),
            _ => None,
        });
        let named = |name: &&str| format!("{name}=case-chat-{name}");
        let queue = |name: &&str| format!("{name}={}/000000000000/case-chat-{name}", cloud.url("aws"));
        let named = ["Threads", "Inbox", "SyncCase", "RecordBounce"].iter().map(named);
        let resources = named.chain(QUEUES.iter().chain(&["Notes"]).map(queue));
        Self {
            settings: settings.expect("settings").patient(),
            resources: resources.map(|resource| resource.parse().expect("a resource")).collect(),
            bus: cloud.url("eventBus").to_owned(),
            said: Mutex::default(),
        }
    }

    fn say(&self, line: &str) {
        self.said.lock().expect("no test has panicked").push(line.to_owned());
    }

    async fn rebuild(&self) -> Tally {
        self.rebuild_at(now()).await
    }

    async fn rebuild_at(&self, now: Timestamp) -> Tally {
        let inboxes = Inboxes::new(&self.settings, &self.resources).expect("all is named");
        inboxes.rebuild(now, &|line| self.say(line)).await.expect("rebuilt")
    }

    /// How many messages stay in all the queues.
    async fn redrive(&self) -> u64 {
        let mut stay = 0;
        for queue in QUEUES {
            let say = |line: &str| self.say(line);
            let redriven = redrive(&self.settings, &self.resources, queue, now(), &say).await;
            stay += redriven.expect("redriven");
        }
        stay
    }

    async fn load(&self, lines: &str) -> Result<Load, LoadError> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(&file, lines).expect("written");
        load(&self.settings, file.path(), &self.bus, &|line| self.say(line)).await
    }

    fn said(&self) -> String {
        self.said.lock().expect("no test has panicked").join("\n")
    }
}

fn now() -> Timestamp {
    let since_1970 = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_millis();
    Timestamp::from_millis(i64::try_from(since_1970).expect("a time"))
}

/// The rows `case#`, once each person's row of these cases has seen that record.
async fn rows_at(cloud: &Cloud, heads: &[(&str, &str, u64)]) -> Vec<Value> {
    eventually("all is folded", || async {
        let rows = table(cloud).await.into_iter().filter(is_of_case).collect::<Vec<_>>();
        let seen = |(user, case_id, head): &(&str, &str, u64)| {
            rows.iter().any(|row| {
                row["userId"]["S"] == *user
                    && row["row"]["S"] == format!("case#{case_id}")
                    && row["head"]["N"].as_str() == Some(&*head.to_string())
            })
        };
        heads.iter().all(seen).then_some(rows)
    })
    .await
}

fn is_of_case(row: &Value) -> bool {
    row["row"]["S"].as_str().is_some_and(|row| row.starts_with("case#"))
}

async fn delete(cloud: &Cloud, row: &Value) {
    let key = json!({ "userId": row["userId"], "row": row["row"] });
    let deleted = json!({ "TableName": "case-chat-Inbox", "Key": key });
    assert_eq!(cloud.account().call("DynamoDB_20120810.DeleteItem", deleted).await, json!({}));
}

async fn put(cloud: &Cloud, row: &Value) {
    let put = json!({ "TableName": "case-chat-Inbox", "Item": row });
    assert_eq!(cloud.account().call("DynamoDB_20120810.PutItem", put).await, json!({}));
}

/// Of four cases: handed over and back, written in before and after, closed, and only opened.
async fn lived_in(cloud: &Cloud) -> Vec<Value> {
    let (amira, chen) = amira_and_chen(cloud).await;
    let (lucas, okafor) = (cloud.sign_in("lucas").await, cloud.sign_in("okafor").await);
    for (case_id, requester, provider) in
        [("case-2", "lucas", "chen"), ("case-3", "amira", "okafor"), ("case-4", "lucas", "okafor")]
    {
        cloud.open(case_id, requester, provider).await;
    }
    assert_eq!(amira.write("case-1", 0, "before").await.status, 201);
    assert_eq!(chen.write("case-1", 1, "an answer").await.status, 201);
    cloud.host_says(case("case-1", 2, "amira", "okafor", "open")).await;
    okafor.shares("case-1").await;
    assert_eq!(lucas.write("case-2", 0, "for chen").await.status, 201);
    cloud.host_says(case("case-2", 2, "lucas", "okafor", "open")).await;
    okafor.shares("case-2").await;
    cloud.host_says(case("case-2", 3, "lucas", "chen", "open")).await;
    chen.shares("case-2").await;
    assert_eq!(lucas.write("case-2", 3, "for chen again").await.status, 201);
    assert_eq!(okafor.write("case-3", 0, "the last word").await.status, 201);
    cloud.host_says(case("case-3", 2, "amira", "okafor", "closed")).await;
    rows_at(
        cloud,
        &[
            ("amira", "case-1", 3),
            ("okafor", "case-1", 3),
            ("chen", "case-1", 3),
            ("lucas", "case-2", 4),
            ("chen", "case-2", 4),
            ("okafor", "case-2", 3),
            ("amira", "case-3", 2),
            ("okafor", "case-3", 2),
            ("lucas", "case-4", 0),
            ("okafor", "case-4", 0),
        ],
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_were_lost_come_back_as_the_stream_had_left_them() {
    let cloud = Cloud::start().await;
    let rows = lived_in(&cloud).await;
    let operator = Operator::of(&cloud);
    let untouched = operator.rebuild().await;
    let all = rows.len() as u64;
    assert_eq!((untouched.written, untouched.unchanged, untouched.failed), (0, all, 0), "{untouched:?}");

    // A thread that the host's register has lost is there all the same.
    let case = json!({ "TableName": "case-chat-Cases", "Key": { "caseId": { "S": "case-2" } } });
    cloud.account().call("DynamoDB_20120810.DeleteItem", case).await;
    for row in &rows {
        delete(&cloud, row).await;
    }
    let rebuilt = operator.rebuild().await;
    assert_eq!((rebuilt.cases, rebuilt.written, rebuilt.failed), (4, all, 0), "{rebuilt:?}");
    assert_eq!(rows_at(&cloud, &[]).await, rows);

    // Rows that lag behind, that lack what came before them, and that somebody who left still has in full.
    let of = |user: &str, case_id: &str| {
        let row = rows
            .iter()
            .find(|row| row["userId"]["S"] == user && row["row"]["S"] == format!("case#{case_id}"));
        row.expect("a row").clone()
    };
    let mut behind = of("amira", "case-1");
    behind["head"]["N"] = json!("0");
    put(&cloud, &behind).await;
    let mut bare = of("amira", "case-3");
    bare.as_object_mut().expect("a row").remove("previewText");
    put(&cloud, &bare).await;
    let mut lingering = of("okafor", "case-1");
    lingering["userId"]["S"] = json!("chen");
    lingering["head"]["N"] = json!("2");
    put(&cloud, &lingering).await;
    let mended = operator.rebuild().await;
    assert_eq!((mended.written, mended.unchanged), (3, all - 3), "{mended:?}");
    assert_eq!(rows_at(&cloud, &[]).await, rows);

    // A row that has seen more than its thread holds stays: it is what tells of a thread that was cut.
    let mut ahead = of("amira", "case-1");
    ahead["head"]["N"] = json!("9");
    put(&cloud, &ahead).await;
    assert_eq!(operator.rebuild().await.ahead, 1);
    assert!(rows_at(&cloud, &[]).await.contains(&ahead));
    let said = operator.said();
    assert!(!said.contains("Name of") && !said.contains("before"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_time_to_live_took_away_does_not_come_back_and_an_altered_thread_is_not_folded() {
    let cloud = Cloud::start().await;
    let rows = lived_in(&cloud).await;
    for row in &rows {
        delete(&cloud, row).await;
    }
    let operator = Operator::of(&cloud);
    let in_91_days = Timestamp::from_millis(now().millis() + 91 * 24 * 60 * 60 * 1000);
    let record = cloud.sign_in("amira").await.thread("case-1").await[0].to_string();
    let inserted = cloud.credentials_of("PostMessage").insert_into_thread("case-9", 0, &record).await;
    assert!(inserted["__type"].is_null(), "{inserted}");
    let rebuilt = operator.rebuild_at(in_91_days).await;
    assert_eq!((rebuilt.cases, rebuilt.failed), (5, 1), "{rebuilt:?}");
    let of_the_closed = |row: &&Value| row["row"]["S"] == "case#case-3";
    let listed: Vec<Value> = rows.iter().filter(|row| !of_the_closed(row)).cloned().collect();
    assert_eq!(rows_at(&cloud, &[]).await, listed);
    assert!(
        operator.said().contains("case case-9: the thread was altered at record 0"),
        "{}",
        operator.said()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_while_two_people_write_loses_nothing_and_moves_nothing_back() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    for row in rows_at(&cloud, &[("amira", "case-1", 0), ("chen", "case-1", 0)]).await {
        delete(&cloud, &row).await;
    }
    let operator = Operator::of(&cloud);
    let writing = async {
        for number in 0..20 {
            let text = number.to_string();
            let (one, other) = tokio::join!(amira.write("case-1", 0, &text), chen.write("case-1", 0, &text));
            assert_eq!((one.status, other.status), (201, 201));
        }
    };
    let rebuilding = async {
        let mut seen = 0;
        for _ in 0..10 {
            assert_eq!(operator.rebuild().await.failed, 0);
            let head = chen.get("/cases").await.body["cases"][0]["head"].as_u64().expect("a head");
            assert!(head >= seen, "{head} after {seen}");
            seen = head;
        }
    };
    tokio::join!(writing, rebuilding);
    let rows = rows_at(&cloud, &[("amira", "case-1", 40), ("chen", "case-1", 40)]).await;
    for reader in [&amira, &chen] {
        assert_eq!(reader.get("/cases").await.body["cases"][0]["unread"], 20);
    }
    assert_eq!(operator.rebuild().await.written, 0);
    assert_eq!(rows_at(&cloud, &[]).await, rows);
}

/// The functions' binaries, of which one fails until it is mended.
struct Binaries(TempDir);

impl Binaries {
    fn with_broken(broken: &str) -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        for function in std::fs::read_dir(built()).expect("the functions are built").flatten() {
            symlink(function.path(), folder.path().join(function.file_name())).expect("a link");
        }
        let binary = folder.path().join(broken);
        std::fs::remove_file(&binary).expect("it is built");
        std::fs::write(&binary, "#!/bin/sh\nexit 1\n").expect("written");
        std::fs::set_permissions(&binary, PermissionsExt::from_mode(0o755)).expect("executable");
        Self(folder)
    }

    fn setting(&self, parameters: Vec<(&'static str, &'static str)>) -> Setting {
        Setting { functions: Some(self.0.path().to_owned()), parameters, ..Setting::default() }
    }

    fn mend(&self, broken: &str) {
        let mended = self.0.path().join("mended");
        symlink(built().join(broken), &mended).expect("a link");
        std::fs::rename(mended, self.0.path().join(broken)).expect("renamed");
    }
}

fn built() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug").canonicalize().expect("a folder")
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_update_inbox_gave_up_on_are_folded_and_who_is_away_is_told() {
    let binaries = Binaries::with_broken("update-inbox");
    let cloud = Cloud::with(binaries.setting(vec![("EmailDelaySeconds", "1")])).await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    assert_eq!(amira.write("case-1", 0, "while nothing is folded").await.status, 201);
    let seqs = |failures: &[Value]| {
        let of_update = failures
            .iter()
            .filter(|failure| failure["requestContext"]["functionArn"].to_string().contains("UpdateInbox"));
        of_update.filter_map(|failure| failure["DDBStreamBatchInfo"]["batchSize"].as_u64()).sum::<u64>()
    };
    eventually("both records are given up", || async {
        (seqs(&cloud.account().waiting_in("StreamRecordsFailed").await) == 2).then_some(())
    })
    .await;
    assert_eq!(chen.get("/cases").await.body["cases"], json!([]));

    binaries.mend("update-inbox");
    let operator = Operator::of(&cloud);
    let sent = json!({ "QueueUrl": "/case-chat-StreamRecordsFailed", "MessageBody": "{}" });
    let sent = cloud.account().call("AmazonSQS.SendMessage", sent).await;
    let id = sent["MessageId"].as_str().expect("an id");
    assert_eq!(operator.redrive().await, 1, "{}", operator.said());
    let stays = format!("StreamRecordsFailed: message {id} stays: it names no records");
    assert!(operator.said().contains(&stays), "{}", operator.said());
    let list = chen.get("/cases").await.body;
    assert_eq!((&list["cases"][0]["head"], &list["totalUnread"]), (&json!(1), &json!(1)), "{list}");
    cloud.mail_to(CHEN, 1).await;
    assert_eq!(cloud.account().waiting_in("StreamRecordsFailed").await, [json!({})]);
    assert_eq!(operator.redrive().await, 1);
    assert_eq!(cloud.notes_done(1).await, ["sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_sync_case_gave_up_on_are_folded_and_what_is_none_stays() {
    let binaries = Binaries::with_broken("sync-case");
    let cloud = Cloud::with(binaries.setting(Vec::new())).await;
    cloud.host_says(case("case-1", 1, "amira", "chen", "open")).await;
    cloud.host_says(json!({ "caseId": "case-7" })).await;
    let account = cloud.account();
    eventually("the events are kept", || async {
        (account.waiting_in("CaseEventsFailed").await.len() == 2).then_some(())
    })
    .await;
    let undelivered = json!({
        "id": "0", "source": "mso.cases", "detail-type": "CaseChanged", "account": "000000000000",
        "time": "2026-11-22T21:10:00Z", "region": "eu-central-1", "resources": [],
        "detail": case("case-2", 1, "amira", "chen", "open"),
    });
    let sent =
        json!({ "QueueUrl": "/case-chat-CaseEventsUndelivered", "MessageBody": undelivered.to_string() });
    account.call("AmazonSQS.SendMessage", sent).await;

    let operator = Operator::of(&cloud);
    assert_eq!(operator.redrive().await, 3, "nothing is mended yet: {}", operator.said());
    binaries.mend("sync-case");
    assert_eq!(operator.redrive().await, 1, "{}", operator.said());
    let stays = account.waiting_in("CaseEventsFailed").await;
    assert_eq!(
        stays.iter().map(|kept| &kept["requestPayload"]["detail"]["caseId"]).collect::<Vec<_>>(),
        ["case-7"]
    );
    assert_eq!(account.waiting_in("CaseEventsUndelivered").await, Vec::<Value>::new());
    let amira = cloud.sign_in("amira").await;
    for case_id in ["case-1", "case-2"] {
        assert_eq!(amira.get(&format!("/cases/{case_id}/messages")).await.status, 200, "{case_id}");
    }
    let said = operator.said();
    let why = "case-chat-SyncCase failed again: the event is not a whole case (line 1, column 19)";
    assert!(said.contains(why), "{said}");
    assert!(!said.contains("Name of") && !said.contains("example.org"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_and_bounces_that_were_given_up_on_count_after_all() {
    let cloud =
        Cloud::with(Setting { parameters: vec![("EmailDelaySeconds", "1")], ..Setting::default() }).await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let seq = amira.write("case-1", 0, "read at once").await.body["seq"].clone();
    assert_eq!(chen.read("case-1", &json!({ "seq": seq })).await.status, 200);
    assert_eq!(cloud.notes_done(1).await, ["read"]);
    let note = json!({ "caseId": "case-1", "role": "provider", "seq": seq, "since": now().to_string() });
    let bounce: Value =
        serde_json::from_str(include_str!("../../../../events/record-bounce.json")).expect("JSON");
    let given_up = json!({ "requestContext": {}, "requestPayload": bounce });
    for (queue, body) in
        [("NotesFailed", &note), ("NotesFailed", &json!({ "caseId": 7 })), ("BouncesFailed", &given_up)]
    {
        let sent = json!({ "QueueUrl": format!("/case-chat-{queue}"), "MessageBody": body.to_string() });
        cloud.account().call("AmazonSQS.SendMessage", sent).await;
    }
    let operator = Operator::of(&cloud);
    // A run that broke off has taken them.
    let url = "/case-chat-NotesFailed";
    let taken = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 180 });
    let taken = cloud.account().call("AmazonSQS.ReceiveMessage", taken).await;
    assert_eq!(operator.redrive().await, 2, "{}", operator.said());
    let held = "NotesFailed: 2 are held by a run that broke off; again in 3 minutes";
    assert!(operator.said().contains(held), "{}", operator.said());
    for message in taken["Messages"].as_array().expect("messages") {
        let back =
            json!({ "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0 });
        cloud.account().call("AmazonSQS.ChangeMessageVisibility", back).await;
    }
    assert_eq!(operator.redrive().await, 1, "what is no note stays: {}", operator.said());
    let mut outcomes = cloud.notes_done(3).await;
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["bounced", "read", "read"]);
    assert_eq!(chen.get("/preferences").await.body["mail"], "bounced");
    assert_eq!(cloud.account().waiting_in("NotesFailed").await, [json!({ "caseId": 7 })]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_wrong_line_puts_nothing_and_names_the_line_without_repeating_it() {
    let cloud = Cloud::start().await;
    let operator = Operator::of(&cloud);
    let good = case("case-1", 1, "amira", "chen", "open");
    let mut alone = case("case-2", 1, "amira", "amira", "open");
    alone["reference"] = json!("somebody private");
    let lines = format!("{good}\n{alone}\n\n{{\"caseId\":\"private\"}}\n");
    let refused = operator.load(&lines).await.expect_err("two are wrong");
    assert_eq!(refused.to_string(), "2 wrong lines; nothing was put");
    assert_eq!(
        operator.said(),
        "line 2: a case is shared by two different people\nline 4: not a whole case (column 20)"
    );
    // The bus would have been asked in between.
    cloud.open("case-3", "amira", "chen").await;
    let asked = json!({ "TableName": "case-chat-Cases" });
    let known = cloud.account().call("DynamoDB_20120810.Scan", asked).await;
    assert_eq!(known["Count"], 1, "{known}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_exist_already_are_known_after_a_load_and_the_same_after_another() {
    let cloud = Cloud::start().await;
    let operator = Operator::of(&cloud);
    let cases: Vec<String> = (0..25).map(|number| format!("case-{number}")).collect();
    let lines: String =
        cases.iter().map(|case_id| format!("{}\n", case(case_id, 3, "amira", "chen", "open"))).collect();
    let heads: Vec<_> =
        cases.iter().flat_map(|case_id| ["amira", "chen"].map(|user| (user, case_id.as_str(), 0))).collect();
    let mut before = None;
    for _ in 0..2 {
        assert_eq!(operator.load(&lines).await.expect("put"), Load { put: 25, failed: 0 });
        // Whatever is opened after them all has been handed out after them all.
        cloud.open("case-after", "lucas", "okafor").await;
        let rows = rows_at(&cloud, &heads).await;
        let rows: Vec<Value> = rows.into_iter().filter(|row| row["row"]["S"] != "case#case-after").collect();
        assert_eq!(rows.len(), 50);
        assert!(before.replace(rows.clone()).is_none_or(|before| before == rows));
    }
    let amira = cloud.sign_in("amira").await;
    assert_eq!(amira.get("/cases").await.body["cases"].as_array().map(Vec::len), Some(25));
    assert!(!operator.said().contains("Name of"), "{}", operator.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_that_is_not_there_is_asked_once_and_an_inbox_that_is_not_ten_times() {
    let cloud = Cloud::start().await;
    let mut operator = Operator::of(&cloud);
    for number in 0..15 {
        cloud.open(&format!("case-{number}"), "amira", "chen").await;
    }
    operator.bus = "elsewhere".to_owned();
    let line = format!("\n{}\n", case("case-1", 1, "amira", "chen", "open"));
    let refused = operator.load(&line.repeat(25)).await.expect_err("there is no such bus");
    let said = format!("{:#}", anyhow::Error::from(refused));
    assert_eq!(said, "stopped at line 2, with 0 put: PutEvents failed: refused ResourceNotFoundException");
    assert_eq!(operator.said(), "");

    let failed = format!("StreamRecordsFailed={}/0/case-chat-StreamRecordsFailed", cloud.url("aws"));
    let named = ["Threads=case-chat-Threads", "Inbox=elsewhere", "Notes=elsewhere", &failed];
    let resources = named.map(|named| named.parse::<Resource>().expect("a resource")).into_iter().collect();
    let inboxes = Inboxes::new(&operator.settings, &resources).expect("all is named");
    let refused = inboxes.rebuild(now(), &|line| operator.say(line)).await.expect_err("no inbox");
    assert!(refused.to_string().contains("ResourceNotFoundException"), "{refused}");
    assert_eq!(operator.said().lines().count(), 10, "{}", operator.said());

    // However it ends, what it took is there for the next run.
    let records = json!({ "DDBStreamBatchInfo": {
        "streamArn": "arn:aws:dynamodb:eu-central-1:000000000000:table/case-chat-Threads/stream/1",
        "approximateArrivalOfFirstRecord": now().to_string(),
    } });
    let sent = json!({ "QueueUrl": "/case-chat-StreamRecordsFailed", "MessageBody": records.to_string() });
    cloud.account().call("AmazonSQS.SendMessage", sent).await;
    let say = |line: &str| operator.say(line);
    let refused = redrive(&operator.settings, &resources, "StreamRecordsFailed", now(), &say).await;
    assert!(refused.expect_err("no inbox").to_string().contains("ResourceNotFoundException"));
    assert_eq!(cloud.account().waiting_in("StreamRecordsFailed").await, [records]);
}
