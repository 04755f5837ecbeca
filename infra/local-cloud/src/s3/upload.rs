//! A body on its way into a file, piece by piece.

use futures::StreamExt;
use s3s::dto::StreamingBlob;
use s3s::{S3Error, S3Result, StdError, s3_error};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::access::internal;
use super::checksums::{Computed, Hasher};
use super::store::Draft;

/// S3's bound on what comes in one piece.
pub(super) const MAX_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// Takes a body in; what it came to. Whatever goes wrong, the draft goes with it.
pub(super) async fn receive(
    body: Option<StreamingBlob>,
    length: u64,
    draft: &Draft,
    mut hasher: Hasher,
) -> S3Result<Computed> {
    let mut file = File::create(&draft.path).await.map_err(|error| internal(error.into()))?;
    let mut received = 0;
    if let Some(mut body) = body {
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(|error| broken(&error))?;
            received += piece.len() as u64;
            if received > length {
                break;
            }
            hasher.update(&piece);
            file.write_all(&piece).await.map_err(|error| internal(error.into()))?;
        }
    }
    if received != length {
        return Err(incomplete());
    }
    file.flush().await.map_err(|error| internal(error.into()))?;
    Ok(hasher.finish())
}

/// `s3s` keeps these errors to itself but for their names.
fn broken(error: &StdError) -> S3Error {
    let error = error.to_string();
    if error.contains("Sha256Mismatch") {
        let mut mismatch = s3_error!(
            InvalidRequest,
            "The provided 'x-amz-content-sha256' header does not match what was computed."
        );
        mismatch.set_code(s3s::S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into()));
        mismatch.set_status_code(axum::http::StatusCode::BAD_REQUEST);
        return mismatch;
    }
    if error.contains("SignatureMismatch") {
        return s3_error!(SignatureDoesNotMatch, "A chunk's signature does not match what it holds.");
    }
    incomplete()
}

fn incomplete() -> S3Error {
    s3_error!(
        IncompleteBody,
        "You did not provide the number of bytes specified by the Content-Length HTTP header"
    )
}
