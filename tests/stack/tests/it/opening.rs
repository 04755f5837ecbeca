//! A socket that opened a moment ago misses nothing: what was stored before it opened is read as soon as it has, what
//! comes later is pushed, and the gateway's early 410 makes nobody forget it.

use case_chat_stack_tests::{Client, Cloud, Setting, Socket, case, eventually};
use futures::{StreamExt, future::join_all, stream::iter};
use serde_json::{Value, json};
use tokio::time::{Duration, Instant};

/// Cases, each with two people of its own, side by side.
const CASES: u64 = 4;
/// Rounds in each: one person's socket opens while the other writes.
const ROUNDS: u64 = 250;
/// Sockets that stay open to the end.
const KEPT: usize = 5;

struct Pair {
    case_id: String,
    amira: Client,
    chen: Client,
}

async fn pairs(cloud: &Cloud) -> Vec<Pair> {
    let signer = cloud.signer();
    let expires = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_secs() + 600;
    let person = |id: &str| {
        cloud.client(&signer.sign(&json!({
            "sub": id,
            "iss": cloud.url("issuer"),
            "aud": "case-chat-web",
            "token_use": "access",
            "exp": expires,
        })))
    };
    let opened = (0..CASES).map(|number| async move {
        let (case_id, amira, chen) =
            (format!("case-{number}"), format!("amira-{number}"), format!("chen-{number}"));
        cloud.host_says(case(&case_id, 1, &amira, &chen, "open")).await;
        let pair = Pair { case_id, amira: person(&amira), chen: person(&chen) };
        eventually("the case opens", || async {
            (pair.amira.get(&format!("/cases/{}/messages", pair.case_id)).await.status == 200).then_some(())
        })
        .await;
        pair
    });
    join_all(opened).await
}

impl Pair {
    /// One socket opens while one message is written. Gives the socket, and how the message got there.
    async fn race(&self, after: u64, text: &str) -> (Socket, bool, Vec<Value>) {
        let (posted, opened) =
            tokio::join!(self.amira.write(&self.case_id, after, text), self.chen.connect());
        assert_eq!(posted.status, 201, "{}", posted.text);
        let mut socket = opened.expect("a socket");
        let page = self.chen.get(&format!("/cases/{}/messages?after={after}", self.case_id)).await.body;
        let read = page["records"].as_array().expect("records").iter().any(|record| record["body"] == *text);
        let frames = socket.until_pong().await;
        (socket, read, frames)
    }
}

fn says(frame: &Value, text: &str) -> bool {
    frame["record"]["body"] == *text
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_a_socket_opens_is_read_or_pushed_a_thousand_times() {
    let cloud = Cloud::with(Setting {
        parameters: vec![("PostsBurst", "100000"), ("PostsPerSecond", "10000")],
        ..Setting::default()
    })
    .await;
    iter(pairs(&cloud).await)
        .for_each_concurrent(None, |pair| async move {
            for round in 0..ROUNDS {
                let text = format!("round {round}");
                let (mut socket, read, frames) = pair.race(round, &text).await;
                if !read && !frames.iter().any(|frame| says(frame, &text)) {
                    socket.records_until(&text).await;
                }
            }
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateways_early_410_costs_a_push_and_not_the_socket() {
    let cloud = Cloud::with(Setting {
        parameters: vec![("PostsBurst", "100000"), ("PostsPerSecond", "10000")],
        settling: Some(3_000),
        ..Setting::default()
    })
    .await;
    let pairs = pairs(&cloud).await;
    iter(&pairs)
        .for_each_concurrent(None, |pair| async {
            let mut kept = Vec::new();
            for round in 0..KEPT as u64 {
                let (socket, _, frames) = pair.race(round, &format!("too early {round}")).await;
                assert_eq!(frames, Vec::<Value>::new(), "pushes find a socket that settles gone");
                kept.push(socket);
            }
            // As the client does a few seconds after opening: whatever was not pushed is there to be read.
            let thread = pair.chen.thread(&pair.case_id).await;
            assert_eq!(thread.len(), KEPT + 1);
            // Nobody has forgotten the sockets: once they have settled, what is written is pushed to each.
            let deadline = Instant::now() + Duration::from_secs(30);
            let mut head = KEPT as u64;
            for socket in &mut kept {
                loop {
                    assert_eq!(pair.amira.write(&pair.case_id, head, "in time").await.status, 201);
                    head += 1;
                    if socket.until_pong().await.iter().any(|frame| says(frame, "in time")) {
                        break;
                    }
                    assert!(Instant::now() < deadline, "a socket that has settled hears nothing");
                }
            }
        })
        .await;
}
