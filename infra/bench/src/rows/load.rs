//! A thousand people with a socket each, two to a case, who write at a steady pace: as many messages a second as this
//! machine carries, all of it on the one machine: the functions, the services' emulators and the people.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};
use case_chat_stack_tests::Cloud;
use futures::{StreamExt, TryStreamExt, stream::iter};
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

use crate::{
    cloud::{self, Person, TEXT},
    report::{Line, Report},
    say,
    statistics::{millis, percentile},
};

const CASES: usize = 500;
const LASTS: Duration = Duration::from_secs(60);
/// A pace is tried for so long before it is held.
const TRIAL: Duration = Duration::from_secs(8);
const FIRST_PACE: f64 = 20.0;
/// Of the last pace that went well in a trial, this much is held; and less, where that was too much.
const HELD: f64 = 0.8;
const P99: Duration = Duration::from_millis(500);
/// What has not come by then is lost.
const PATIENCE: Duration = Duration::from_secs(20);
/// Handshakes under way.
const AT_ONCE: usize = 16;

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

pub(super) async fn measure() -> Result<Report> {
    let cloud = cloud::start(&[]).await;
    let crowd = Crowd::gather(&cloud).await?;
    let mut pace = FIRST_PACE;
    while crowd.write(pace, TRIAL).await?.is_well() {
        pace *= 1.4;
    }
    let mut held = pace / 1.4 * HELD;
    let mut outcome = crowd.write(held, LASTS).await?;
    for _ in 0..3 {
        if outcome.is_well() {
            break;
        }
        held *= HELD;
        outcome = crowd.write(held, LASTS).await?;
    }
    let Outcome { sent, received, disordered, .. } = outcome;
    let mut report = Report::default();
    report.say(Line::new(
        format!("messages a second that 1,000 people in {CASES} cases write for {} s", LASTS.as_secs()),
        format!("{held:.0}"),
    ));
    report.say(
        Line::new(
            "of these, received by both, out of order; from POST to the other side's socket",
            format!("{received} of {}, {disordered}; {outcome}", 2 * sent),
        )
        .target("all, 0; p99 500 ms", outcome.is_well()),
    );
    Ok(report)
}

/// What became of the messages of one pace.
struct Outcome {
    sent: usize,
    /// Twice each, if all went well.
    received: usize,
    disordered: usize,
    refused: usize,
    times: Vec<Duration>,
}

impl Outcome {
    fn is_well(&self) -> bool {
        let complete = self.received == 2 * self.sent && self.disordered == 0 && self.refused == 0;
        complete && percentile(&self.times, 0.99) < P99
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [half, most, all] = [0.5, 0.99, 1.0].map(|share| millis(percentile(&self.times, share)));
        write!(to, "p50 {half:.0} ms, p99 {most:.0} ms, longest {all:.0} ms")
    }
}

/// The people, and what their sockets bring.
struct Crowd {
    cases: Vec<Case>,
    arrivals: Arc<Arrivals>,
}

/// A case, its two people, and the newest record that both have seen.
struct Case {
    id: String,
    people: [Person; 2],
    seen: [Arc<AtomicU64>; 2],
}

/// By the number that each message carries: when it was sent, and when it came to whom.
#[derive(Default)]
struct Arrivals {
    came: Mutex<BTreeMap<u64, [Option<Instant>; 2]>>,
    disordered: AtomicU64,
}

impl Crowd {
    async fn gather(cloud: &Cloud) -> Result<Self> {
        let name = |side: &str, number: usize| format!("{side}-{number}");
        let cases: Vec<_> = (0..CASES)
            .map(|number| (name("case", number), name("requester", number), name("provider", number)))
            .collect();
        say("Opening cases");
        cloud::open(cloud, &cases).await?;
        say("Opening sockets");
        let arrivals = Arc::<Arrivals>::default();
        let cases = iter(cases)
            .map(|(id, requester, provider)| {
                let arrivals = &arrivals;
                async move {
                    let mut people = Vec::new();
                    let seen = [Arc::default(), Arc::default()];
                    for (side, user_id) in [requester, provider].iter().enumerate() {
                        let person = cloud::sign_in(cloud, user_id);
                        let socket = connect(cloud, &person).await?;
                        tokio::spawn(listen(socket, side, Arc::clone(&seen[side]), Arc::clone(arrivals)));
                        people.push(person);
                    }
                    let people = people.try_into().map_err(|_| anyhow!("two people"))?;
                    Ok::<_, anyhow::Error>(Case { id, people, seen })
                }
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(Self { cases, arrivals })
    }

    /// Has the people write at a pace, one case after the other and one side after the other.
    async fn write(&self, pace: f64, lasts: Duration) -> Result<Outcome> {
        let first = self.arrivals.forget();
        let sent = (pace * lasts.as_secs_f64()) as usize;
        let mut ticks = interval(Duration::from_secs_f64(1.0 / pace));
        // Who is late catches up: the pace is held, whatever the machine does.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut posts = Vec::new();
        for number in 0..sent {
            ticks.tick().await;
            let case = &self.cases[number % CASES];
            let side = number / CASES % 2;
            let after = case.seen[0].load(Ordering::SeqCst).min(case.seen[1].load(Ordering::SeqCst));
            let message = json!({
                "clientId": case_chat_stack_tests::new_id(),
                "after": after,
                "body": format!("{number} {TEXT}"),
            });
            let (client, id) = (case.people[side].client.clone(), case.id.clone());
            posts.push((
                side,
                Instant::now(),
                tokio::spawn(async move { client.post(&id, &message).await.status }),
            ));
        }
        let deadline = Instant::now() + PATIENCE;
        while self.arrivals.count() < 2 * sent && Instant::now() < deadline {
            sleep(Duration::from_millis(20)).await;
        }
        let (mut refused, mut times) = (0, Vec::new());
        let came = self.arrivals.taken();
        let disordered = self.arrivals.disordered.load(Ordering::SeqCst) - first;
        for (number, (side, began, post)) in posts.into_iter().enumerate() {
            refused += usize::from(post.await? != 201);
            if let Some(at) = came.get(&(number as u64)).and_then(|came| came[1 - side]) {
                times.push(at - began);
            }
        }
        let received = came.values().flatten().flatten().count();
        let outcome = Outcome { sent, received, disordered: usize::try_from(disordered)?, refused, times };
        say(&format!(
            "{pace:.0} a second for {} s: {outcome}, {refused} refused, {} missing",
            lasts.as_secs(),
            2 * sent - received.min(2 * sent)
        ));
        Ok(outcome)
    }
}

impl Arrivals {
    fn note(&self, number: u64, side: usize) {
        self.lock().entry(number).or_default()[side] = Some(Instant::now());
    }

    fn count(&self) -> usize {
        self.lock().values().flatten().flatten().count()
    }

    /// Begins anew, and says how many came in disorder until now.
    fn forget(&self) -> u64 {
        self.lock().clear();
        self.disordered.load(Ordering::SeqCst)
    }

    fn taken(&self) -> BTreeMap<u64, [Option<Instant>; 2]> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, [Option<Instant>; 2]>> {
        self.came.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn connect(cloud: &Cloud, person: &Person) -> Result<Socket> {
    let mut request = cloud.url("websocket").into_client_request()?;
    let protocols = format!("case-chat.v1, bearer.{}", person.token);
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_str(&protocols)?);
    Ok(connect_async(request).await.context("a socket is refused")?.0)
}

/// Notes what comes, for as long as anything does.
async fn listen(
    mut socket: Socket,
    side: usize,
    seen: Arc<AtomicU64>,
    arrivals: Arc<Arrivals>,
) -> Result<()> {
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        let frame: Value = serde_json::from_str(&text)?;
        let record = &frame["record"];
        let Some(number) = record["body"].as_str().and_then(|body| body.split_once(' ')?.0.parse().ok())
        else {
            continue;
        };
        let seq = record["seq"].as_u64().context("a record without its number")?;
        if seq != seen.swap(seq, Ordering::SeqCst) + 1 {
            arrivals.disordered.fetch_add(1, Ordering::SeqCst);
        }
        arrivals.note(number, side);
    }
    ensure!(false, "a socket was closed");
    Ok(())
}
