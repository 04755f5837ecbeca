//! SIGKILL at any moment: nothing acknowledged is lost, nothing begun is forgotten, no child stays.

use case_chat_stack_tests::{Cloud, case, eventually, new_id};
use serde_json::{Value, json};

use crate::{amira_and_chen, assert_chain};

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_cloud_at_any_moment_loses_no_acknowledged_message() {
    let mut cloud = Cloud::on_fixed_ports().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let mut acknowledged: Vec<Value> = Vec::new();
    for round in 0..6_u64 {
        let writer = amira.clone();
        let mut after = acknowledged.last().map_or(0, |record| record["seq"].as_u64().expect("a seq"));
        let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
        let writing = tokio::spawn(async move {
            loop {
                let message =
                    json!({ "clientId": new_id(), "after": after, "body": format!("round {round}") });
                let posted = writer.post("case-1", &message).await;
                if posted.status == 201 {
                    after = posted.body["seq"].as_u64().expect("a seq");
                    sender.send(posted.body).expect("somebody listens");
                }
            }
        });
        // The crash comes at another moment of the work each time.
        for _ in 0..=round {
            acknowledged.push(received.recv().await.expect("an acknowledgement"));
        }
        for _ in 0..round * 20 {
            tokio::task::yield_now().await;
        }
        cloud.kill().await;
        writing.abort();
        while let Ok(record) = received.try_recv() {
            acknowledged.push(record);
        }
        cloud.restart().await;
        let thread = chen.thread("case-1").await;
        assert_chain(&thread);
        for record in &acknowledged {
            let seq = usize::try_from(record["seq"].as_u64().expect("a seq")).expect("small");
            assert_eq!(thread[seq], *record, "what was acknowledged stands where it stood");
        }
    }
    let head = chen.thread("case-1").await.len() - 1;
    eventually("the stream goes on from where it was", || async {
        let list = chen.get("/cases").await.body;
        (list["cases"][0]["head"] == head).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn host_events_accepted_and_records_not_yet_folded_survive_a_crash() {
    let mut cloud = Cloud::on_fixed_ports().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    for number in 0..10 {
        cloud.host_says(case(&format!("late-{number}"), 1, "amira", "chen", "open")).await;
    }
    let posted = amira.write("case-1", 0, "just before the end").await;
    cloud.kill().await;
    assert_eq!(posted.status, 201);
    cloud.restart().await;
    eventually("every case is there, and every record in its list", || async {
        let list = chen.get("/cases").await.body;
        let cases = list["cases"].as_array()?;
        let newest = cases.iter().find(|case| case["caseId"] == "case-1")?;
        (cases.len() == 11 && newest["head"] == 1).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_in_a_queue_survives_a_crash() {
    let mut cloud = Cloud::on_fixed_ports().await;
    cloud.host_says(json!({ "caseId": "no whole case" })).await;
    let waiting = |cloud: &Cloud| {
        let account = cloud.account();
        async move { account.waiting_in("CaseEventsFailed").await.len() }
    };
    eventually("the event is kept", || async { (waiting(&cloud).await == 1).then_some(()) }).await;
    cloud.kill().await;
    cloud.restart().await;
    assert_eq!(waiting(&cloud).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_children_of_a_cloud_that_was_killed_or_interrupted_end_as_well() {
    let mut cloud = Cloud::on_fixed_ports().await;
    for killed in [true, false] {
        let amira = cloud.sign_in("amira").await;
        cloud.open("case-1", "amira", "chen").await;
        assert_eq!(amira.get("/cases").await.status, 200);
        let children = cloud.children();
        assert!(children.len() >= 3, "functions are running: {children:?}");
        if killed {
            cloud.kill().await;
        } else {
            cloud.interrupt().await;
        }
        eventually("the children end", || async {
            let stays = |id: &u32| {
                // A zombie has ended; only nobody has asked yet how.
                let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
                !stat.is_empty() && !stat.contains(") Z ")
            };
            (!children.iter().any(stays)).then_some(())
        })
        .await;
        if killed {
            cloud.restart().await;
        }
    }
}
