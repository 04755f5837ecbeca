//! Exports: the whole thread, as it is, with a signed head; or as a bundle that other systems read.

use std::io::Write;
use std::process::{Command, Stdio};

use case_chat_stack_tests::{Client, Cloud, Sample, Setting, case, eventually};
use serde_json::{Value, json};
use verify_transcript::{Flaw, PublicKey, RecordFlaw, Verified, verify};

use crate::access::repository;
use crate::amira_and_chen;

/// The public key that the stack's transcripts are verified with.
pub(crate) async fn public_key(cloud: &Cloud) -> PublicKey {
    let url = format!("{}/_local/public-keys/case-chat-TranscriptKey.pem", cloud.url("aws"));
    let pem = reqwest::get(url).await.expect("an answer").bytes().await.expect("a key");
    PublicKey::from_pem(&pem).expect("a public key")
}

/// Exports a case and fetches the file.
pub(crate) async fn fetched(client: &Client, case_id: &str, format: &str) -> Vec<u8> {
    let exported = client.export(case_id, format).await;
    assert_eq!(exported.status, 201, "{}", exported.text);
    let (status, _, file) = client.download(exported.body["url"].as_str().expect("a URL")).await;
    assert_eq!(status, 200);
    file
}

fn parsed(file: &[u8]) -> Value {
    serde_json::from_slice(file).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transcript_is_the_whole_thread_and_holds() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let file = amira.upload("case-1", &Sample::pdf()).await;
    assert_eq!(
        amira.send_files("case-1", 0, "Ist es geheilt? \u{1F600}\n\"Ja\"?", &[&file]).await.status,
        201
    );
    assert_eq!(chen.write("case-1", 1, "Almost.").await.status, 201);

    let exported = chen.export("case-1", "transcript").await;
    assert_eq!((exported.status, &exported.body["head"]), (201, &json!(2)), "{}", exported.text);
    let url = exported.body["url"].as_str().expect("a URL");
    assert!(url.contains("X-Amz-Expires=60") && !url.contains("Befund"), "{url}");
    assert!(exported.body["expiresAt"].as_str().is_some_and(|at| at.ends_with('Z')));
    let (status, headers, file) = chen.download(url).await;
    assert_eq!((status, &headers["content-type"]), (200, &"application/json".parse().expect("a value")));
    assert_eq!(headers["content-disposition"], "attachment; filename=\"case-1-transcript.json\"");
    assert_eq!(headers["cache-control"], "private, no-store");

    let transcript = parsed(&file);
    assert_eq!(transcript["format"], "case-chat-transcript/1");
    assert_eq!((&transcript["caseId"], &transcript["head"]), (&json!("case-1"), &json!(2)));
    assert_eq!(transcript["records"], json!(amira.thread("case-1").await), "record by record");
    let key = public_key(&cloud).await;
    let Verified { case_id, head, exported_at, key_id } = verify(&file, &key).expect("it holds");
    assert_eq!((case_id.as_str(), head), ("case-1", 2));
    assert_eq!(exported_at, transcript["exportedAt"].as_str().expect("a time"));
    assert_eq!(key_id, "arn:aws:kms:eu-central-1:000000000000:key/case-chat-TranscriptKey");

    let text = String::from_utf8(file).expect("text");
    let forged = text.replace("Almost.", "Surely.");
    let found = verify(forged.as_bytes(), &key);
    assert_eq!(found, Err(Flaw::Record { seq: 2, flaw: RecordFlaw::Changed }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_is_a_format_and_no_more() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    for body in [json!({}), json!({ "format": "pdf" }), json!({ "format": "fhir", "to": "x" }), json!([])] {
        let refused = amira.post_raw("/cases/case-1/export", body.to_string()).await;
        assert_eq!((refused.status, refused.code()), (400, "invalid_request"), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_exports_and_uploads_so_often_an_hour_and_no_oftener() {
    let parameters = vec![("ExportsPerHour", "2"), ("UploadsPerHour", "3")];
    let cloud = Cloud::with(Setting { parameters, ..Setting::default() }).await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    for _ in 0..2 {
        assert_eq!(amira.export("case-1", "transcript").await.status, 201);
    }
    let refused = amira.export("case-1", "fhir").await;
    assert_eq!((refused.status, refused.code()), (429, "too_many_requests"));
    assert!(refused.retry_after.is_some_and(|seconds| (1..=1800).contains(&seconds)), "{refused:?}");
    assert_eq!(chen.export("case-1", "transcript").await.status, 201, "each has their own");
    let declaration = Sample::pdf().declaration();
    for _ in 0..3 {
        assert_eq!(amira.request_upload("case-1", &declaration).await.status, 201, "and of each kind");
    }
    let refused = amira.request_upload("case-1", &declaration).await;
    assert_eq!((refused.status, refused.code()), (429, "too_many_requests"));
    assert!(refused.retry_after.is_some_and(|seconds| (1..=1200).contains(&seconds)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_thread_goes_out_in_parts_and_holds() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let long = "a word or two ".repeat(1_000);
    let mut head = 0;
    assert_eq!(amira.write("case-1", head, &long[..8_000]).await.status, 201);
    head += 1;
    // Behind it, as if they had been posted one by one: each builds on the one before.
    let thread = amira.thread("case-1").await;
    let more = continued(thread.last().expect("a record"), 1_200, &long[..8_000]);
    let records: Vec<(u64, &str)> = (head + 1..).zip(more.iter().map(String::as_str)).collect();
    cloud.credentials_of("PostMessage").insert_all_into_thread("case-1", records).await;
    let file = fetched(&amira, "case-1", "transcript").await;
    assert!(file.len() > 10_000_000, "more than one part: {}", file.len());
    let verified = verify(&file, &public_key(&cloud).await).expect("it holds");
    assert_eq!(verified.head, head + 1_200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_is_too_long_is_refused_before_it_is_counted() {
    let cloud =
        Cloud::with(Setting { parameters: vec![("ExportsPerHour", "1")], ..Setting::default() }).await;
    let (amira, _) = amira_and_chen(&cloud).await;
    cloud.open("case-2", "amira", "chen").await;
    // The newest record says how many there are; those before it are not looked at.
    for (case_id, seq) in [("case-1", 100_000), ("case-2", 99_999)] {
        let mut record = amira.thread(case_id).await[0].clone();
        record["seq"] = json!(seq);
        cloud
            .credentials_of("PostMessage")
            .insert_all_into_thread(case_id, [(seq, record.to_string().as_str())])
            .await;
    }
    let stranger = cloud.sign_in("lucas").await;
    for format in ["transcript", "fhir"] {
        let refused = amira.export("case-1", format).await;
        assert_eq!((refused.status, refused.code()), (422, "export_too_large"), "{}", refused.text);
        assert_eq!(stranger.export("case-1", format).await.code(), "case_not_found");
    }
    let looked_at = amira.export("case-2", "transcript").await;
    assert_eq!(looked_at.code(), "thread_altered", "a hundred thousand, of which most are missing");
    assert_eq!(amira.export("case-2", "transcript").await.code(), "too_many_requests");
}

/// Messages behind a record, sealed as the functions seal them.
fn continued(last: &Value, count: u64, text: &str) -> Vec<String> {
    use sha2::{Digest, Sha256};
    let mut record = last.clone();
    let next = |_| {
        record["previousHash"] = record["hash"].take();
        record["seq"] = json!(record["seq"].as_u64().expect("a seq") + 1);
        record["fromRequester"] = json!(record["fromRequester"].as_u64().expect("a count") + 1);
        record["clientId"] = json!(case_chat_stack_tests::new_id());
        record["body"] = json!(text);
        record.as_object_mut().expect("a record").remove("hash");
        let digest = Sha256::digest(serde_json_canonicalizer::to_vec(&record).expect("JSON"));
        record["hash"] = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
        serde_json_canonicalizer::to_string(&record).expect("JSON")
    };
    (0..count).map(next).collect()
}

/// What HL7's structure definitions of FHIR R4 say against a resource.
fn fhir_flaws(resource: &[u8]) -> Value {
    let script = repository().join("tests/fhir/validate.js");
    assert!(script.with_file_name("node_modules").exists(), "run `npm ci` in tests/fhir first");
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node 20 is installed");
    node.stdin.take().expect("piped").write_all(resource).expect("it reads");
    let output = node.wait_with_output().expect("it ends");
    assert!(output.status.success());
    parsed(&output.stdout)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_fhir_r4_by_hl7s_own_definitions() {
    let cloud = Cloud::start().await;
    let (amira, _) = amira_and_chen(&cloud).await;
    let (report, picture) =
        (amira.upload("case-1", &Sample::pdf()).await, amira.upload("case-1", &Sample::png()).await);
    assert_eq!(amira.send_files("case-1", 0, "Two files", &[&report, &picture]).await.status, 201);
    let picture = amira.upload("case-1", &Sample::jpeg()).await;
    assert_eq!(amira.send_files("case-1", 1, "", &[&picture]).await.status, 201, "no text");
    cloud.host_says(case("case-1", 2, "amira", "okafor", "closed")).await;
    eventually("the case is closed", || async {
        (amira.get("/cases/case-1/messages").await.body["head"] == 4).then_some(())
    })
    .await;
    let file = fetched(&amira, "case-1", "fhir").await;
    assert_eq!(fhir_flaws(&file), json!([]));

    let bundle = parsed(&file);
    let resources = || bundle["entry"].as_array().expect("entries").iter().map(|entry| &entry["resource"]);
    let of = |kind: &str| resources().filter(|resource| resource["resourceType"] == kind).collect::<Vec<_>>();
    let (communications, documents) = (of("Communication"), of("DocumentReference"));
    assert_eq!((communications.len(), documents.len()), (5, 3));
    assert_eq!(communications[1]["payload"][0]["contentString"], "Two files");
    assert_eq!(communications[1]["sender"]["identifier"]["value"], "amira");
    assert_eq!(communications[1]["recipient"][0]["display"], "Name of chen");
    let urls: Vec<&Value> =
        bundle["entry"].as_array().expect("entries").iter().map(|entry| &entry["fullUrl"]).collect();
    let referred = &communications[1]["payload"][2]["contentReference"]["reference"];
    assert!(urls.contains(&referred), "{referred} is in the bundle");
    assert_eq!(documents[0]["content"][0]["attachment"]["title"], "Befund.pdf");
    let hash = documents[0]["masterIdentifier"]["value"].as_str().expect("a URI");
    assert!(hash.starts_with("ni:///sha-256;"), "{hash}");
    let mut broken = bundle.clone();
    broken["entry"][0]["resource"]["status"] = json!("over");
    assert_eq!(fhir_flaws(broken.to_string().as_bytes()).as_array().map(Vec::len), Some(1), "it does look");
}
