//! What people choose about mail, what their mail provider says of it, and what becomes of both.

use case_chat_stack_tests::{case, eventually};
use serde_json::json;

use crate::amira_and_chen;
use crate::mail::{CHEN, cloud, text_of, unsubscribe_link, write};

#[tokio::test(flavor = "multi_thread")]
async fn the_link_in_a_mail_ends_them_by_a_post_alone() {
    let cloud = cloud().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    chen.choose("full", &["case-9"]).await;
    write(&amira, "first").await;
    let link = unsubscribe_link(&cloud.mail_to(CHEN, 1).await);
    let path = link.strip_prefix(cloud.url("http")).expect("of the API").to_owned();
    let nobody = cloud.client("");

    // A mail scanner follows it.
    let page = nobody.get(&path).await;
    assert_eq!((page.status, page.content_type.as_str()), (200, "text/html; charset=utf-8"));
    assert!(page.text.contains("<form method=\"post\">"), "{}", page.text);
    assert_eq!(chen.get("/preferences").await.body["email"], "full");
    // Altered, or none: one page for all, and nothing changes.
    for wrong in [
        "/unsubscribe".to_owned(),
        "/unsubscribe?token=".to_owned(),
        format!("{path}0"),
        path.replace("token=", "token=0"),
    ] {
        assert_eq!(nobody.get(&wrong).await.status, 200);
        assert_eq!(nobody.post_raw(&wrong, "List-Unsubscribe=One-Click").await.status, 404, "{wrong}");
    }
    assert_eq!(chen.get("/preferences").await.body["email"], "full");

    let done = nobody.post_raw(&path, "List-Unsubscribe=One-Click").await;
    assert_eq!(done.status, 200);
    let preferences = chen.get("/preferences").await.body;
    assert_eq!((&preferences["email"], &preferences["mutedCases"]), (&json!("off"), &json!(["case-9"])));
    // Turned on again, and the address changed: the old link is of no use any more.
    chen.choose("full", &[]).await;
    let mut moved = case("case-1", 2, "amira", "chen", "open");
    moved["provider"]["email"] = json!("wei@example.org");
    moved["occurredAt"] = json!("2026-11-23T10:00:00.000Z");
    cloud.host_says(moved).await;
    eventually("the link is revoked", || async {
        chen.choose("full", &[]).await;
        (nobody.post_raw(&path, "").await.status == 404).then_some(())
    })
    .await;
    chen.choose("full", &[]).await;
    // What the old address was told of counts for nothing at the new one, though it was never read.
    write(&amira, "to the new address").await;
    let second = cloud.mail_to("wei@example.org", 1).await;
    assert_ne!(unsubscribe_link(&second), link);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_bounces_or_complains_gets_no_more_until_there_is_another() {
    let cloud = cloud().await;
    for (version, kind) in [(1, "bounce"), (2, "complaint")] {
        let mut event = case("case-1", version, "amira", "chen", "open");
        event["provider"]["email"] = json!(format!("{kind}+chen@example.org"));
        event["occurredAt"] = json!(format!("2026-11-2{version}T10:00:00.000Z"));
        cloud.host_says(event).await;
        let (amira, chen) = (cloud.sign_in("amira").await, cloud.sign_in("chen").await);
        let said = if kind == "bounce" { "bounced" } else { "complained" };
        eventually("the case opens, with that address", || async {
            let profile = json!({ "TableName": "case-chat-Inbox", "Key": { "userId": { "S": "chen" }, "row": { "S": "profile" } } });
            let row = cloud.account().call("DynamoDB_20120810.GetItem", profile).await;
            let page = amira.get("/cases/case-1/messages").await;
            (page.status == 200 && row["Item"]["address"]["S"].to_string().contains(kind)).then_some(())
        })
        .await;
        assert_eq!(chen.get("/preferences").await.body["mail"], "ok", "nothing is known of this address");
        let before = cloud.outcomes().len();
        write(&amira, "comes back").await;
        eventually("it came back", || async {
            (chen.get("/preferences").await.body["mail"] == said).then_some(())
        })
        .await;
        let seq = write(&amira, "is read").await;
        chen.read("case-1", &json!({ "seq": seq })).await;
        write(&amira, "goes nowhere").await;
        eventually("it is undeliverable", || async {
            cloud.outcomes()[before..].contains(&"undeliverable".to_owned()).then_some(())
        })
        .await;
        assert_eq!(cloud.mails_to(&format!("{kind}+chen@example.org")).await.len(), 1);
    }
    // What was written meanwhile and never read is told at the next address.
    let mut moved = case("case-1", 3, "amira", "chen", "open");
    moved["occurredAt"] = json!("2026-11-23T10:00:00.000Z");
    cloud.host_says(moved).await;
    let (amira, chen) = (cloud.sign_in("amira").await, cloud.sign_in("chen").await);
    eventually("the address is another", || async {
        (chen.get("/preferences").await.body["mail"] == "ok").then_some(())
    })
    .await;
    write(&amira, "arrives").await;
    assert!(text_of(&cloud.mail_to(CHEN, 1).await).contains("messages"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_none_is_said_to_be_out_of_order() {
    let cloud = cloud().await;
    let mut event = case("case-1", 1, "amira", "chen", "open");
    event["provider"]["email"] = json!("not an address");
    cloud.host_says(event).await;
    let chen = cloud.sign_in("chen").await;
    eventually("it is said", || async {
        (chen.get("/preferences").await.body["mail"] == "bounced").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_ones_own_and_refused_when_they_are_not_as_agreed() {
    let cloud = cloud().await;
    let (amira, chen) = amira_and_chen(&cloud).await;
    let defaults = json!({ "email": "full", "mutedCases": [], "mail": "ok", "emailCeiling": "full" });
    assert_eq!(amira.get("/preferences").await.body, defaults);
    let chosen = chen.choose("sender", &["case-2", "case-1", "case-1"]).await;
    assert_eq!(chosen.status, 200);
    assert_eq!(chosen.body["mutedCases"], json!(["case-1", "case-2"]));
    assert_eq!(chen.get("/preferences").await.body, chosen.body);
    // What was answered may be sent back as it is.
    assert_eq!(chen.put_json("/preferences", &chosen.body).await.body, chosen.body);
    assert_eq!(amira.get("/preferences").await.body, defaults);
    let many: Vec<String> = (0..501).map(|number| format!("case-{number}")).collect();
    for wrong in [
        json!({}),
        json!({ "email": "everything", "mutedCases": [] }),
        json!({ "email": "full", "mutedCases": ["a case"] }),
        json!({ "email": "full", "mutedCases": [], "more": 1 }),
        json!({ "email": "full", "mutedCases": many }),
    ] {
        let refused = chen.put_json("/preferences", &wrong).await;
        assert_eq!((refused.status, refused.code()), (400, "invalid_request"), "{wrong}");
    }
    assert_eq!(cloud.client("").get("/preferences").await.status, 401);
    assert_eq!(cloud.sign_in("admin").await.get("/preferences").await.code(), "admins_excluded");
}
