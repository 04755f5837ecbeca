//! What functions print, line by line, on the local cloud's own standard error.

use std::io::Write;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// Copies lines, each behind the function's name, until the pipe closes.
pub(super) fn forward(function: &str, pipe: Option<impl AsyncRead + Unpin + Send + 'static>) {
    let Some(pipe) = pipe else { return };
    let function = function.to_owned();
    tokio::spawn(async move {
        let mut lines = BufReader::new(pipe).split(b'\n');
        while let Ok(Some(line)) = lines.next_segment().await {
            // One write a line, so that lines of different functions do not mix. Nobody is left to hear of a failure.
            let line = format!("{function} | {}\n", String::from_utf8_lossy(&line));
            let _ = std::io::stderr().lock().write_all(line.as_bytes());
        }
    });
}
