use std::time::Duration;

use tokio::time::{Instant, sleep};

/// What takes longer than this is not going to happen.
const DEADLINE: Duration = Duration::from_secs(30);

/// Asks until there is an answer, for at most 30 seconds.
///
/// # Panics
///
/// When there was none by then.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, ask: impl Fn() -> F) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}
