//! What the tests stand on: functions that are closures, servers on port 0, and waiting with a deadline.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use case_chat_local_gateway::{Invoke, Invoked};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::{Value, json};

type Handler = dyn Fn(String, Value) -> BoxFuture<'static, Invoked> + Send + Sync;

/// Functions, and the events that they have seen.
pub(crate) struct Functions {
    handler: Box<Handler>,
    seen: Mutex<Vec<(String, Value)>>,
}

impl Functions {
    pub(crate) fn new(handler: impl Fn(&str, &Value) -> Invoked + Send + Sync + 'static) -> Arc<Self> {
        Self::waiting(move |function, event| futures::future::ready(handler(&function, &event)).boxed())
    }

    pub(crate) fn waiting(
        handler: impl Fn(String, Value) -> BoxFuture<'static, Invoked> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { handler: Box::new(handler), seen: Mutex::default() })
    }

    /// Every function answers 200 with an empty body.
    pub(crate) fn fine() -> Arc<Self> {
        Self::new(|_, _| returned(json!({ "statusCode": 200 })))
    }

    pub(crate) fn events(&self, function: &str) -> Vec<Value> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|(name, _)| name == function).map(|(_, event)| event.clone()).collect()
    }
}

impl Invoke for Functions {
    fn invoke<'a>(&'a self, function: &'a str, payload: Bytes) -> BoxFuture<'a, Invoked> {
        let event: Value = serde_json::from_slice(&payload).unwrap();
        self.seen.lock().unwrap().push((function.to_owned(), event.clone()));
        (self.handler)(function.to_owned(), event)
    }
}

pub(crate) fn returned(answer: Value) -> Invoked {
    Invoked::Returned(answer.to_string().into())
}

/// Serves a router and says where.
pub(crate) async fn serve(router: axum::Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    serve_on(listener, router);
    address
}

pub(crate) fn serve_on(listener: tokio::net::TcpListener, router: axum::Router) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
}

pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

/// Looks again until the condition holds, or fails at the deadline.
pub(crate) async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let mut again = tokio::time::interval(Duration::from_millis(5));
    let waiting = async {
        while !holds() {
            again.tick().await;
        }
    };
    tokio::time::timeout(DEADLINE, waiting).await.unwrap_or_else(|_| panic!("not in time: {what}"));
}
