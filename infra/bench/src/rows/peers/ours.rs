use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use serde_json::json;

use super::timed;
use crate::cloud::{self, TEXT};

pub(super) async fn times() -> Result<Vec<Duration>> {
    let cloud = cloud::start(&[]).await;
    cloud::open(&cloud, &[("case-1".into(), "amira".into(), "chen".into())]).await?;
    let (amira, chen) = (cloud::sign_in(&cloud, "amira"), cloud::sign_in(&cloud, "chen"));
    let mut socket =
        chen.client.connect().await.map_err(|status| anyhow!("the socket is refused: {status}"))?;
    timed(async |number| {
        let text = format!("{number} {TEXT}");
        let message = json!({ "clientId": case_chat_stack_tests::new_id(), "after": number, "body": text });
        let begun = Instant::now();
        let received = async {
            socket.records_until(&text).await;
            begun.elapsed()
        };
        let (posted, took) = tokio::join!(amira.client.post("case-1", &message), received);
        ensure!(posted.status == 201, "{}", posted.text);
        Ok(took)
    })
    .await
}
