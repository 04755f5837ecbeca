use case_chat_stack_tests::Cloud;
use serde_json::{Value, json};

use crate::amira_and_chen;

fn seqs(page: &Value) -> Vec<u64> {
    page["records"].as_array().expect("records").iter().filter_map(|record| record["seq"].as_u64()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_both_ways_and_say_whether_there_is_more() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    for after in 0..9 {
        assert_eq!(amira.write("case-1", after, "text").await.status, 201);
    }
    let cases: [(&str, Vec<u64>, bool); 10] = [
        ("", (0..=9).collect(), false),
        ("?limit=3", vec![7, 8, 9], true),
        ("?limit=1", vec![9], true),
        ("?before=7&limit=3", vec![4, 5, 6], true),
        ("?before=2", vec![0, 1], false),
        ("?before=0", vec![], false),
        ("?before=9007199254740991&limit=2", vec![8, 9], true),
        ("?after=6&limit=2", vec![7, 8], true),
        ("?after=6", vec![7, 8, 9], false),
        ("?after=9", vec![], false),
    ];
    for (query, expected, more) in cases {
        let page = chen.get(&format!("/cases/case-1/messages{query}")).await.body;
        assert_eq!((seqs(&page), &page["hasMore"]), (expected, &json!(more)), "{query}");
        assert_eq!((&page["head"], &page["status"]), (&json!(9), &json!("open")));
        assert_eq!(page["participants"]["provider"]["userId"], "chen");
        assert_eq!(page["readMarkers"], json!({ "requester": null, "provider": null }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_the_callers_cases_with_the_newest_message_first() {
    let cloud = Cloud::start().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    cloud.open("case-2", "amira", "okafor").await;
    assert_eq!(amira.write("case-1", 0, "the newest\n message").await.status, 201);
    let list = case_chat_stack_tests::eventually("the list is up to date", || async {
        let list = chen.get("/cases").await.body;
        (list["cases"][0]["head"] == 1).then_some(list)
    })
    .await;
    let case = &list["cases"][0];
    assert_eq!(list["cases"].as_array().map(Vec::len), Some(1), "not the cases of others");
    assert_eq!(case["peer"], json!({ "userId": "amira", "name": "Name of amira", "role": "requester" }));
    assert_eq!(case["preview"], json!({ "senderRole": "requester", "text": "the newest message" }));
    assert_eq!(
        (&case["role"], &case["unread"], &list["totalUnread"]),
        (&json!("provider"), &json!(1), &json!(1))
    );
    let list = case_chat_stack_tests::eventually("the list is up to date", || async {
        let list = amira.get("/cases").await.body;
        (list["cases"].as_array().map(Vec::len) == Some(2)).then_some(list)
    })
    .await;
    assert_eq!((&list["cases"][0]["caseId"], &list["totalUnread"]), (&json!("case-1"), &json!(0)));
    assert_eq!(amira.get("/cases?status=closed").await.body, json!({ "cases": [], "totalUnread": 0 }));
}
