//! Traces across the stream, over which Lambda carries none: from the request that posts to the pushes of its record.
//!
//! A trace says which request it was, and nothing of whose, or what it was about.

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    net::{Ipv4Addr, SocketAddr, UdpSocket},
};

use case_chat_domain::Timestamp;
use serde_json::{Value, json};

use crate::environment::Environment;

/// What the daemon wants to read before each segment.
const HEADER: &str = "{\"format\":\"json\",\"version\":1}\n";

/// A request that X-Ray follows, and the segment in it that others go on from. Prints as X-Ray's own header.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Trace {
    root: String,
    parent: String,
}

impl Trace {
    /// Reads X-Ray's header: a trace if the request was sampled. It may come from a client, so its ids are ids or it
    /// is nothing.
    #[must_use]
    pub fn read(header: &str) -> Option<Self> {
        let part = |name: &str| {
            let mut parts = header.split(';').filter_map(|part| part.trim().split_once('='));
            parts.find_map(|(key, value)| (key == name).then_some(value))
        };
        let (root, parent) = (part("Root")?, part("Parent")?);
        let (version, rest) = root.split_once('-')?;
        let (time, number) = rest.split_once('-')?;
        let holds = version == "1" && is_hex(time, 8) && is_hex(number, 24) && is_hex(parent, 16);
        (holds && part("Sampled")? == "1").then(|| Self { root: root.to_owned(), parent: parent.to_owned() })
    }

    /// The id of what goes on from here: the same when it is told again.
    fn id(&self, name: &str) -> String {
        let mut hasher = DefaultHasher::new();
        (self, name).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Root={};Parent={};Sampled=1", self.root, self.parent)
    }
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Something that was done for a request after it was answered.
pub struct Segment<'a> {
    /// For which one.
    pub trace: &'a Trace,
    /// What it is called.
    pub name: &'static str,
    /// From when.
    pub start: Timestamp,
    /// Until when.
    pub end: Timestamp,
    /// How often it was done, and by which name.
    pub count: (&'static str, u64),
}

impl Segment<'_> {
    fn document(&self) -> Value {
        let seconds = |at: Timestamp| at.millis() as f64 / 1000.0;
        let (name, count) = self.count;
        json!({
            "name": self.name,
            "id": self.trace.id(self.name),
            "trace_id": self.trace.root,
            "parent_id": self.trace.parent,
            "start_time": seconds(self.start),
            "end_time": seconds(self.end),
            "annotations": { name: count },
        })
    }
}

/// Follows requests, where the stack is told to.
pub struct Tracer {
    /// Who is told; nobody where nothing is followed.
    daemon: Option<SocketAddr>,
}

impl Tracer {
    /// As the environment says. A client's header could ask for a trace where the stack has none.
    #[must_use]
    pub fn from_environment(environment: &Environment) -> Self {
        let active = environment.get("TRACING").is_some_and(|value| value == "Active");
        let daemon = environment.get("AWS_XRAY_DAEMON_ADDRESS").and_then(|address| address.parse().ok());
        Self { daemon: daemon.filter(|_| active) }
    }

    /// The trace of a request by its header, if it is followed.
    #[must_use]
    pub fn trace(&self, header: Option<&str>) -> Option<Trace> {
        self.daemon.and(header).and_then(Trace::read)
    }

    /// Tells X-Ray what was done: a datagram each, and nobody fails for one that is lost.
    pub fn report<'a>(&self, segments: impl IntoIterator<Item = Segment<'a>>) {
        let mut segments = segments.into_iter().peekable();
        let Some(daemon) = self.daemon.filter(|_| segments.peek().is_some()) else {
            return;
        };
        let Ok(socket) = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)) else {
            return;
        };
        for segment in segments {
            let _ = socket.send_to(format!("{HEADER}{}", segment.document()).as_bytes(), daemon);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLED: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    fn tracer(tracing: &str, daemon: SocketAddr) -> Tracer {
        Tracer::from_environment(&Environment::of([
            ("TRACING", tracing.to_owned()),
            ("AWS_XRAY_DAEMON_ADDRESS", daemon.to_string()),
        ]))
    }

    #[test]
    fn a_trace_is_what_x_ray_sampled_and_nothing_that_only_looks_like_it() {
        let with_more = format!("{SAMPLED};Lineage=1:a87bd80c:0");
        assert_eq!(Trace::read(&with_more).map(|trace| trace.to_string()).as_deref(), Some(SAMPLED));
        for other in [
            SAMPLED.replace("Sampled=1", "Sampled=0"),
            SAMPLED.replace(";Sampled=1", ""),
            SAMPLED.replace("53995c3f42cd8ad8", "a word of somebody"),
            SAMPLED.replace("1-5759e988", "2-5759e988"),
            SAMPLED.replace("2793;", "279;"),
            String::new(),
        ] {
            assert_eq!(Trace::read(&other), None, "{other}");
        }
    }

    #[test]
    fn a_push_goes_on_where_the_post_was_and_told_twice_is_the_same() {
        let daemon = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let tracer = tracer("Active", daemon.local_addr().expect("bound"));
        let trace = tracer.trace(Some(SAMPLED)).expect("a trace");
        let at = Timestamp::from_millis;
        let segment = || Segment {
            trace: &trace,
            name: "push",
            start: at(1_795_381_800_000),
            end: at(1_795_381_800_250),
            count: ("pushes", 2),
        };
        tracer.report([segment(), segment()]);
        let mut datagram = [0; 1024];
        for _ in 0..2 {
            let length = daemon.recv(&mut datagram).expect("a datagram");
            let text = str::from_utf8(&datagram[..length]).expect("text");
            let (header, document) = text.split_once('\n').expect("two lines");
            assert_eq!(header, "{\"format\":\"json\",\"version\":1}");
            assert_eq!(
                serde_json::from_str::<Value>(document).expect("JSON"),
                json!({
                    "name": "push",
                    "id": trace.id("push"),
                    "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
                    "parent_id": "53995c3f42cd8ad8",
                    "start_time": 1_795_381_800.0,
                    "end_time": 1_795_381_800.25,
                    "annotations": { "pushes": 2 },
                })
            );
        }
        assert!(is_hex(&trace.id("push"), 16));
    }

    #[test]
    fn what_is_not_to_be_followed_is_not_whoever_asks() {
        let daemon = SocketAddr::from(([127, 0, 0, 1], 2000));
        assert_eq!(tracer("Disabled", daemon).trace(Some(SAMPLED)), None);
        assert_eq!(Tracer::from_environment(&Environment::of([])).trace(Some(SAMPLED)), None);
        assert_eq!(tracer("Active", daemon).trace(None), None);
    }
}
