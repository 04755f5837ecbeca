//! Reads a request's body within API Gateway's bound.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use super::refusal::Refusal;

/// API Gateway's bound on a body.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// How much more of a refused body is read and thrown away, so that a client that sends before it listens
/// still learns why: a connection closed over unread bytes is reset, and the answer lost.
const DISCARD_LIMIT: usize = 16 * 1024 * 1024;
const DISCARD_TIME: Duration = Duration::from_secs(2);

/// Longest that a body may take to arrive.
const READ_TIME: Duration = Duration::from_secs(30);

/// Reads the whole body, or refuses it as soon as it is known to be too long.
pub(crate) async fn read(headers: &HeaderMap, mut body: Body) -> Result<Bytes, Refusal> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > BODY_LIMIT as u64) {
        discard(body).await;
        return Err(Refusal::BodyTooLarge);
    }
    let read = tokio::time::timeout(READ_TIME, up_to_limit(&mut body)).await;
    let read = read.unwrap_or(Err(Refusal::BodyUnreadable));
    if matches!(read, Err(Refusal::BodyTooLarge)) {
        discard(body).await;
    }
    read
}

async fn up_to_limit(body: &mut Body) -> Result<Bytes, Refusal> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refusal::BodyUnreadable)?.into_data() else {
            continue;
        };
        if read.len() + data.len() > BODY_LIMIT {
            return Err(Refusal::BodyTooLarge);
        }
        read.extend_from_slice(&data);
    }
    Ok(read.freeze())
}

async fn discard(mut body: Body) {
    let discarding = async {
        let mut discarded = 0;
        while let Some(Ok(frame)) = body.frame().await {
            discarded += frame.data_ref().map_or(0, Bytes::len);
            if discarded > DISCARD_LIMIT {
                return;
            }
        }
    };
    // Whether it came to its end or not, the answer is the same.
    let _ = tokio::time::timeout(DISCARD_TIME, discarding).await;
}
