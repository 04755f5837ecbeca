//! How long objects stay: through restarts and crashes, and no longer than lifecycle rules say.

use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::Body;
use case_chat_local_cloud::aws::Ledger;
use case_chat_local_cloud::iam::Iam;
use case_chat_local_cloud::s3::{Buckets, Surroundings};
use case_chat_local_cloud::start;
use case_chat_local_cloud::state::State;
use reqwest::Method;
use tempfile::TempDir;

use super::client::{
    ACCOUNT, ATTACHMENTS, Answer, Ask, Cloud, QUARANTINE, ask, deliver, now, options, upload,
};
use super::template::TEMPLATE;
use crate::support::{command, stack};

#[tokio::test]
async fn objects_survive_a_restart_and_what_no_object_has_does_not() {
    let cloud = Cloud::start().await;
    let put = cloud.by_url(upload("LOCALUpload", "a")).await;
    std::fs::write(cloud.directory.path().join("data/objects/half"), "hel").unwrap();
    let cloud = cloud.restart().await;
    let read = cloud.send(ask("LOCALVerify", Method::GET, format!("{QUARANTINE}/a"))).await;
    assert_eq!((read.text().as_str(), read.header("etag")), ("hello", put.header("etag")));
    assert_eq!(cloud.files(), 1);
    cloud.running.stop().await;
}

#[tokio::test]
async fn objects_survive_a_crash() {
    let directory = TempDir::new().unwrap();
    let options = options(directory.path(), TEMPLATE);
    let (mut cloud, endpoints) = command(&options);
    let put = upload(ACCOUNT, "a").sign(endpoints["aws"].as_str().unwrap(), Some(60), now());
    assert_eq!(deliver(put).await.status, 200);
    assert!(Command::new("kill").args(["-s", "KILL", &cloud.id().to_string()]).status().unwrap().success());
    cloud.wait().unwrap();
    let running = start(options).await.unwrap();
    let get = ask(ACCOUNT, Method::GET, format!("{QUARANTINE}/a")).sign(&running.endpoints.aws, None, now());
    assert_eq!(deliver(get).await.text(), "hello");
    running.stop().await;
}

/// The buckets alone, without a cloud around them.
struct Alone {
    buckets: Buckets,
    _directory: TempDir,
}

impl Alone {
    async fn open() -> Self {
        let directory = TempDir::new().unwrap();
        let stack = stack(TEMPLATE);
        let surroundings = Surroundings {
            iam: Iam::new(&stack, "000000000000", "eu-central-1", None).unwrap(),
            buckets: stack.buckets,
            keys: stack.keys,
            functions: [].into(),
            account: "000000000000".to_owned(),
            region: "eu-central-1".to_owned(),
            ledger: Ledger::default(),
        };
        let state = State::open(&directory.path().join("state.db")).unwrap();
        let buckets = Buckets::open(&directory.path().join("objects"), state, surroundings).await.unwrap();
        Self { buckets, _directory: directory }
    }

    async fn send(&self, ask: Ask<'_>) -> Answer {
        let length = ask.body.len().to_string();
        let ask = ask.header("content-length", length);
        let (parts, body) = ask.sign("http://local", None, now()).into_parts();
        let mut request = axum::extract::Request::from_parts(parts, Body::from(body));
        *request.uri_mut() = ask.path.parse().unwrap();
        let (parts, body) = self.buckets.answer(request).await.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body: body.to_vec() }
    }

    async fn keys(&self) -> Vec<String> {
        let list = self.send(ask(ACCOUNT, Method::GET, format!("{ATTACHMENTS}?list-type=2"))).await;
        let text = list.text();
        let keys = text.split("<Key>").skip(1).map(|part| part.split_once('<').unwrap().0.to_owned());
        keys.collect()
    }
}

#[tokio::test]
async fn what_a_rule_means_is_removed_at_the_midnight_after_its_days() {
    let alone = Alone::open().await;
    let put = |key: &str| ask(ACCOUNT, Method::PUT, format!("{ATTACHMENTS}/{key}")).body("x");
    for (key, tags) in
        [("a/old", "state=unattached"), ("a/kept", "state=attached"), ("b/other", "state=unattached")]
    {
        let put = alone.send(put(key).header("x-amz-tagging", tags)).await;
        assert_eq!(put.status, 200, "{}", put.text());
    }
    assert_eq!(alone.send(put("a/plain")).await.status, 200);
    let made = now().duration_since(UNIX_EPOCH).unwrap();
    let at =
        |days: u64| i64::try_from((made + Duration::from_secs(days * 24 * 60 * 60)).as_millis()).unwrap();
    assert_eq!(alone.buckets.sweep_expired(at(6)).await.unwrap(), 0);
    assert_eq!(alone.buckets.sweep_expired(at(7) - 60_000).await.unwrap(), 0);
    assert_eq!(alone.keys().await, ["a/kept", "a/old", "a/plain", "b/other"]);
    assert_eq!(alone.buckets.sweep_expired(at(8)).await.unwrap(), 1);
    assert_eq!(alone.keys().await, ["a/kept", "a/plain", "b/other"]);
    assert_eq!(alone.buckets.sweep_expired(at(800)).await.unwrap(), 0, "a rule that is off removes nothing");
}
