//! Files: from a link to a message, and what is refused on the way.

use case_chat_stack_tests::{Client, Cloud, Reply, Sample, Setting, case, eventually, new_id};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::amira_and_chen;

fn assert_refused(reply: &Reply, status: u16, code: &str, what: &str) {
    assert_eq!((reply.status, reply.code()), (status, code), "{what}: {}", reply.text);
}

async fn granted(client: &Client, sample: &Sample) -> (Value, String) {
    let granted = client.request_upload("case-1", &sample.declaration()).await;
    assert_eq!(granted.status, 201, "{}", granted.text);
    let id = granted.body["attachmentId"].as_str().expect("an id").to_owned();
    (granted.body, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_each_type_go_across_as_they_are() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let samples = [Sample::pdf(), Sample::png(), Sample::jpeg(), Sample::dicom(b""), Sample::dicom(b"II*\0")];
    let mut ids = Vec::new();
    for sample in &samples {
        ids.push(amira.upload("case-1", sample).await);
    }
    let taken: Vec<&str> = ids.iter().map(String::as_str).collect();
    let posted = amira.send_files("case-1", 0, "", &taken).await;
    assert_eq!(posted.status, 201, "{}", posted.text);
    for ((sample, id), attachment) in
        samples.iter().zip(&ids).zip(posted.body["attachments"].as_array().expect("attachments"))
    {
        let expected = json!({
            "id": id,
            "name": sample.name,
            "contentType": sample.content_type,
            "size": sample.content.len(),
            "sha256": sample.hash(),
        });
        assert_eq!(*attachment, expected);
        for reader in [&amira, &chen] {
            let opened = reader.open("case-1", id).await;
            assert_eq!(opened.status, 200, "{}", opened.text);
            let link = opened.body["url"].as_str().expect("a URL");
            assert!(!link.contains("Befund"), "a link says no name: {link}");
            let (status, headers, content) = reader.download(link).await;
            assert_eq!((status, &content), (200, &sample.content));
            assert_eq!(headers["content-type"], sample.content_type);
            let kind = if sample.content_type.starts_with("image/") { "inline" } else { "attachment" };
            let disposition = headers["content-disposition"].to_str().expect("text");
            assert_eq!(disposition, format!("{kind}; filename=\"{0}\"; filename*=UTF-8''{0}", sample.name));
        }
    }
    crate::assert_chain(&chen.thread("case-1").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_do_everything_in_the_account_cannot_read_a_file() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let id = amira.upload("case-1", &Sample::pdf()).await;
    let denied =
        cloud.account().read_file(&format!("case-1/{id}")).await.expect_err("it is not theirs to read");
    assert!(denied.contains("kms:Decrypt") && denied.contains("explicit deny"), "{denied}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_must_hold_is_signed_into_the_link() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let (granted, _) = granted(&amira, &Sample::pdf()).await;
    let url = granted["upload"]["url"].as_str().expect("a URL");
    let parameter = |name: &str| {
        let (_, rest) = url.split_once(&format!("{name}=")).expect("the parameter");
        rest.split('&').next().expect("a value").replace("%3B", ";")
    };
    assert_eq!(
        parameter("X-Amz-SignedHeaders"),
        "content-length;content-type;host;if-none-match;x-amz-checksum-sha256"
    );
    assert_eq!(parameter("X-Amz-Expires"), "900");
    let headers: Vec<&String> = granted["upload"]["headers"].as_object().expect("headers").keys().collect();
    assert_eq!(headers, ["content-type", "if-none-match", "x-amz-checksum-sha256"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_attached_is_refused_before_it_is_uploaded() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let good = Sample::pdf().declaration();
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        changed
    };
    let cases = [
        ("an SVG", with("contentType", json!("image/svg+xml")), 422, "attachment_type_not_allowed"),
        ("HTML", with("contentType", json!("text/html")), 422, "attachment_type_not_allowed"),
        ("too large", with("size", json!(100_000_001)), 422, "attachment_too_large"),
        ("empty", with("size", json!(0)), 400, "invalid_request"),
        ("less than empty", with("size", json!(-1)), 400, "invalid_request"),
        ("a path", with("name", json!("../../etc/passwd")), 400, "invalid_request"),
        ("a turned name", with("name", json!("report\u{202e}fdp.exe")), 400, "invalid_request"),
        ("an endless name", with("name", json!("a".repeat(5_000))), 400, "invalid_request"),
        ("no name", with("name", json!("")), 400, "invalid_request"),
        ("no hash", with("sha256", json!("")), 400, "invalid_request"),
        ("half a hash", with("sha256", json!("AAAA")), 400, "invalid_request"),
        ("no type", with("contentType", json!("")), 400, "invalid_request"),
        ("an unknown field", with("key", json!("elsewhere")), 400, "invalid_request"),
    ];
    for (what, declaration, status, code) in cases {
        assert_refused(&amira.request_upload("case-1", &declaration).await, status, code, what);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_takes_exactly_the_file_it_was_made_for_and_once() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let sample = Sample::pdf();
    let (link, id) = granted(&amira, &sample).await;
    let longer = [&sample.content[..], b"x"].concat();
    let shorter = sample.content[1..].to_vec();
    let mut other = sample.content.clone();
    other[20] ^= 1;
    for (what, content) in [("a byte more", longer), ("a byte less", shorter), ("another content", other)] {
        let (status, said) = amira.put(&link, content).await;
        assert!((400..500).contains(&status), "{what}: {status} {said}");
        assert_refused(&amira.verify("case-1", &id).await, 422, "attachment_not_ready", what);
    }
    let changed = ["content-type", "if-none-match", "x-amz-checksum-sha256"];
    for left_out in changed {
        let header = |name: &str, value: &str| (name != left_out).then(|| value.to_owned());
        let (status, said) = amira.put_with(&link, sample.content.clone(), header).await;
        assert!((400..500).contains(&status), "without {left_out}: {status} {said}");
    }
    let as_html = |name: &str, value: &str| {
        Some(if name == "content-type" { "text/html".to_owned() } else { value.to_owned() })
    };
    let (status, said) = amira.put_with(&link, sample.content.clone(), as_html).await;
    assert_eq!(status, 403, "{said}");

    assert_eq!(amira.put(&link, sample.content.clone()).await.0, 200);
    assert_eq!(amira.put(&link, sample.content.clone()).await.0, 412, "once");
    assert_eq!(amira.verify("case-1", &id).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_of_its_declared_type_is_rejected_and_cannot_be_sent() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let program = *b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0PE\0\0";
    let samples = [
        Sample::new("invoice.pdf", "application/pdf", program),
        Sample::new("knee.jpg", "image/jpeg", Sample::png().content),
        Sample::new("knee.png", "image/png", *b"<!DOCTYPE html><script>alert(1)</script>"),
        Sample::new("knee.png", "image/png", *b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        Sample::dicom(&program),
    ];
    for sample in samples {
        let (link, id) = granted(&amira, &sample).await;
        assert_eq!(amira.put(&link, sample.content.clone()).await.0, 200);
        assert_refused(&amira.verify("case-1", &id).await, 422, "attachment_rejected", &sample.name);
        assert_refused(&amira.verify("case-1", &id).await, 422, "attachment_rejected", "and again");
        let sent = amira.send_files("case-1", 0, "look", &[&id]).await;
        assert_refused(&sent, 422, "attachment_not_ready", &sample.name);
        assert_refused(&amira.open("case-1", &id).await, 422, "attachment_not_ready", "nor opened");
    }
    assert_eq!(amira.thread("case-1").await.len(), 1, "no message was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_takes_only_its_senders_own_verified_files_of_this_case_and_each_once() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    cloud.open("case-2", "amira", "okafor").await;
    let sample = Sample::pdf();
    let (link, unverified) = granted(&amira, &sample).await;
    let elsewhere = amira.upload("case-2", &sample).await;
    let mine = amira.upload("case-1", &sample).await;
    let his = chen.upload("case-1", &sample).await;
    let never = new_id();
    for (what, id) in [
        ("not uploaded", &unverified),
        ("of another case", &elsewhere),
        ("the other's", &his),
        ("never asked for", &never),
    ] {
        let sent = amira.send_files("case-1", 0, "look", &[&mine, id]).await;
        assert_refused(&sent, 422, "attachment_not_ready", what);
    }
    assert_eq!(amira.put(&link, sample.content.clone()).await.0, 200);
    let sent = amira.send_files("case-1", 0, "look", &[&unverified]).await;
    assert_refused(&sent, 422, "attachment_not_ready", "uploaded and not verified");
    let twice = amira.send_files("case-1", 0, "look", &[&mine, &mine]).await;
    assert_refused(&twice, 400, "invalid_request", "the same twice");
    let eleven: Vec<String> = (0..11).map(|_| new_id()).collect();
    let eleven: Vec<&str> = eleven.iter().map(String::as_str).collect();
    assert_refused(&amira.send_files("case-1", 0, "look", &eleven).await, 400, "invalid_request", "eleven");

    assert_eq!(amira.send_files("case-1", 0, "", &[&mine]).await.status, 201, "no text is needed");
    let again = amira.send_files("case-1", 1, "again", &[&mine]).await;
    assert_refused(&again, 422, "attachment_not_ready", "sent already");
    assert_eq!(amira.thread("case-1").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_messages_that_want_the_same_file_at_once_do_not_both_get_it() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    for round in 0..10 {
        let id = amira.upload("case-1", &Sample::png()).await;
        let head = amira.thread("case-1").await.len() as u64 - 1;
        let message = json!({ "clientId": new_id(), "after": head, "body": "", "attachments": [id] });
        let other = json!({ "clientId": new_id(), "after": head, "body": "", "attachments": [id] });
        let (first, again, second) = tokio::join!(
            amira.post("case-1", &message),
            amira.post("case-1", &message),
            amira.post("case-1", &other)
        );
        let stored = [first.status < 300 || again.status < 300, second.status < 300];
        assert_eq!(stored.iter().filter(|stored| **stored).count(), 1, "round {round}: {stored:?}");
        let thread = chen.thread("case-1").await;
        let with_it = thread.iter().filter(|record| record["attachments"][0]["id"] == *id);
        assert_eq!(with_it.count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_opened_by_its_owner_and_by_the_other_once_it_is_sent() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let lucas = cloud.sign_in("lucas").await;
    cloud.open("case-2", "lucas", "chen").await;
    let id = amira.upload("case-1", &Sample::png()).await;
    assert_eq!(amira.open("case-1", &id).await.status, 200, "one's own, before it is sent");
    assert_refused(&chen.open("case-1", &id).await, 422, "attachment_not_ready", "not sent yet");
    assert_refused(&lucas.open("case-1", &id).await, 404, "case_not_found", "a stranger");
    assert_refused(&chen.open("case-2", &id).await, 422, "attachment_not_ready", "another case's");
    assert_refused(&chen.verify("case-1", &id).await, 422, "attachment_not_ready", "not his to verify");
    assert_eq!(amira.send_files("case-1", 0, "here", &[&id]).await.status, 201);
    let opened = chen.open("case-1", &id).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    let url = opened.body["url"].as_str().expect("a URL");
    assert!(url.contains("X-Amz-Expires=60"), "{url}");
    cloud.host_says(case("case-1", 2, "amira", "okafor", "closed")).await;
    let okafor = cloud.sign_in("okafor").await;
    eventually("the case is okafor's", || async {
        (okafor.open("case-1", &id).await.status == 200).then_some(())
    })
    .await;
    assert_refused(&chen.open("case-1", &id).await, 404, "case_not_found", "a former provider");
    let declaration = Sample::pdf().declaration();
    eventually("the case is closed", || async {
        (amira.request_upload("case-1", &declaration).await.code() == "case_closed").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_pass_by_the_functions() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    amira.upload("case-1", &Sample::pdf()).await;
    let small = most_memory_ever(&cloud);
    let mut large = Sample::pdf();
    large.content.resize(100_000_000, b' ');
    let since = cloud.account().newest_request().await;
    amira.upload("case-1", &large).await;
    let read: u64 = cloud.account().bytes_read_by("VerifyUpload", since).await;
    assert!((1..=64 * 1024).contains(&read), "{read} bytes");
    let grown = most_memory_ever(&cloud).saturating_sub(small);
    assert!(grown <= 8 * 1024, "{grown} KiB more than for a small file");
}

/// Of all functions that run: the most that any of them has ever had, in KiB.
fn most_memory_ever(cloud: &Cloud) -> u64 {
    let peak = |process: u32| {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    };
    cloud.children().into_iter().filter_map(peak).max().expect("a function runs")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_waits_for_the_scanner_and_is_sent_only_when_it_found_nothing() {
    let cloud =
        Cloud::with(Setting { parameters: vec![("MalwareScanning", "true")], ..Setting::default() }).await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let account = cloud.account();
    for (finding, status, code) in [
        ("NO_THREATS_FOUND", 200, ""),
        ("THREATS_FOUND", 422, "attachment_rejected"),
        ("UNSUPPORTED", 422, "attachment_rejected"),
    ] {
        let sample = Sample::pdf();
        let (link, id) = granted(&amira, &sample).await;
        assert_eq!(amira.put(&link, sample.content).await.0, 200);
        let waiting = amira.verify("case-1", &id).await;
        assert_eq!((waiting.status, &waiting.body), (202, &json!({ "status": "scanning" })));
        account.tag_in_quarantine(&format!("case-1/{id}"), "GuardDutyMalwareScanStatus", finding).await;
        assert_refused(&amira.verify("case-1", &id).await, status, code, finding);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_at_once_are_each_their_own() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let samples: Vec<Sample> = (0..10_u8)
        .map(|number| {
            let mut sample = Sample::pdf();
            sample.content.extend_from_slice(&[number; 1000]);
            sample
        })
        .collect();
    let ids = join_all(samples.iter().map(|sample| amira.upload("case-1", sample))).await;
    let taken: Vec<&str> = ids.iter().map(String::as_str).collect();
    let posted = amira.send_files("case-1", 0, "ten", &taken).await;
    assert_eq!(posted.status, 201, "{}", posted.text);
    for (sample, attachment) in samples.iter().zip(posted.body["attachments"].as_array().expect("ten")) {
        assert_eq!(attachment["sha256"], sample.hash());
    }
}
