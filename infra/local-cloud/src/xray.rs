//! X-Ray: the daemon that functions send segments to, and what it was sent.
//!
//! Every invocation of a function that is traced is sampled, and has a segment, as Lambda gives it one.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::clock::now_millis;

/// Segments that are remembered: more than any test makes, little enough to keep for weeks.
const CAPACITY: usize = 10_000;
/// X-Ray's bound on a segment.
const MAX_SEGMENT: usize = 64 * 1024;

/// The daemon's address, and the latest segments, oldest first.
#[derive(Debug, Clone)]
pub struct Xray {
    /// AWS_XRAY_DAEMON_ADDRESS.
    pub daemon: SocketAddr,
    segments: Arc<Mutex<VecDeque<Value>>>,
}

impl Xray {
    /// Listens for segments on a port of its own.
    pub async fn start() -> Result<(Self, JoinHandle<()>)> {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await.context("no port for X-Ray's daemon")?;
        let xray = Self { daemon: socket.local_addr()?, segments: Arc::default() };
        let listening = xray.clone();
        let task = tokio::spawn(async move {
            let mut datagram = vec![0; MAX_SEGMENT];
            while let Ok(length) = socket.recv(&mut datagram).await {
                match document(&datagram[..length]) {
                    Some(segment) => listening.record(segment),
                    None => tracing::warn!("X-Ray's daemon was sent what is no segment"),
                }
            }
        });
        Ok((xray, task))
    }

    /// The header of one more invocation, sampled if the function is traced.
    pub fn header(&self, function: &str, traced: bool) -> String {
        let (now, trace) = (now_millis(), Uuid::new_v4().simple().to_string());
        let root = format!("1-{:08x}-{}", now / 1000, &trace[..24]);
        let parent = Uuid::new_v4().simple().to_string()[..16].to_owned();
        if traced {
            self.record(json!({
                "name": function,
                "id": parent,
                "trace_id": root,
                "start_time": now as f64 / 1000.0,
                "in_progress": true,
                "origin": "AWS::Lambda::Function",
            }));
        }
        format!("Root={root};Parent={parent};Sampled={}", u8::from(traced))
    }

    /// All that are remembered.
    pub fn segments(&self) -> Vec<Value> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn record(&self, segment: Value) {
        let mut segments = self.segments.lock().unwrap_or_else(PoisonError::into_inner);
        if segments.len() == CAPACITY {
            segments.pop_front();
        }
        segments.push_back(segment);
    }
}

/// A segment behind the daemon's header.
fn document(datagram: &[u8]) -> Option<Value> {
    let (header, document) = str::from_utf8(datagram).ok()?.split_once('\n')?;
    let header: Value = serde_json::from_str(header).ok()?;
    let segment: Value = serde_json::from_str(document).ok()?;
    let needed = ["name", "id", "trace_id"].iter().all(|name| segment[*name].is_string());
    (header == json!({ "format": "json", "version": 1 }) && needed && segment["start_time"].is_f64())
        .then_some(segment)
}
