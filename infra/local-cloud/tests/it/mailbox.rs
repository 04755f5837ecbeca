//! Mail from outside: who may send it, and where it is read.

use std::path::Path;

use case_chat_local_cloud::{Options, Running, start};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::mail::{Fixture, with};
use crate::support::examples;

const TEMPLATE: &str = "
Parameters: { SenderIdentity: { Type: String } }
Resources:
  Sending: { Type: AWS::SES::ConfigurationSet, Properties: { Name: sending } }
  Send:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
    Properties:
      Policies:
        - Statement:
            Effect: Allow
            Action: ses:SendEmail
            Resource:
              - !Sub 'arn:aws:ses:${AWS::Region}:${AWS::AccountId}:identity/${SenderIdentity}'
              - !Sub 'arn:aws:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${Sending}'
            Condition: { StringEquals: { ses:FromAddress: case-chat@example.org } }
  Half:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
    Properties:
      Policies:
        - Statement: { Effect: Allow, Action: 'ses:*', Resource: 'arn:aws:ses:*:*:identity/example.org' }
        - Statement: { Effect: Allow, Action: 'ses:*', Resource: !Sub 'arn:aws:ses:${AWS::Region}:${AWS::AccountId}:identity/own@example.net' }
";

async fn cloud(directory: &Path) -> Running {
    let template = directory.join("template.yaml");
    std::fs::write(&template, TEMPLATE).unwrap();
    let options = Options {
        template,
        port: 0,
        data: directory.join("data"),
        functions: examples(),
        endpoints: directory.join("endpoints.json"),
        no_seed: true,
        ..Options::default()
    };
    start(options).await.unwrap()
}

fn mail(from: &str, set: Option<&str>) -> Value {
    json!({
        "FromEmailAddress": from,
        "Destination": { "ToAddresses": ["Amira <amira@example.org>", "lucas@example.org"] },
        "ConfigurationSetName": set,
        "Content": { "Simple": {
            "Subject": { "Data": "News & <b>more</b>", "Charset": "UTF-8" },
            "Body": {
                "Text": { "Data": "A line.\n</pre><script>1</script>", "Charset": "UTF-8" },
                "Html": { "Data": "<p class=\"x\">Grüße, <a href='https://example.org/'>there</a>", "Charset": "UTF-8" },
            },
            "Headers": [{ "Name": "X-Mine", "Value": "<i>\"mine\"</i>" }],
        } },
    })
}

const FROM: &str = "case-chat@example.org";

/// Status, error type and answer.
async fn send(running: &Running, key: &str, body: &Value) -> (u16, String, Value) {
    let scope = "20260105/eu-central-1/ses/aws4_request, SignedHeaders=host, Signature=00";
    let answer = reqwest::Client::new()
        .post(format!("{}/v2/email/outbound-emails", running.endpoints.aws))
        .header("authorization", format!("AWS4-HMAC-SHA256 Credential={key}/{scope}"))
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    let kind = answer.headers().get("x-amzn-errortype").map(|kind| kind.to_str().unwrap().to_owned());
    assert_eq!(answer.headers()["content-type"], "application/json");
    (answer.status().as_u16(), kind.unwrap_or_default(), answer.json().await.unwrap())
}

async fn read(running: &Running, path: &str) -> reqwest::Response {
    reqwest::get(format!("{}{path}", running.endpoints.mailbox)).await.unwrap()
}

#[tokio::test]
async fn mail_stays_in_the_mailbox_across_restarts_newest_first() {
    let directory = TempDir::new().unwrap();
    let running = cloud(directory.path()).await;
    let written: Value =
        serde_json::from_slice(&std::fs::read(directory.path().join("endpoints.json")).unwrap()).unwrap();
    assert_eq!(written["mailbox"], running.endpoints.mailbox);
    assert!(read(&running, "/").await.text().await.unwrap().contains("Nothing was sent yet."));
    assert_eq!(read(&running, "/messages.json").await.json::<Value>().await.unwrap(), json!([]));
    let (status, _, answer) = send(&running, "LOCALSend", &mail(FROM, Some("sending"))).await;
    assert_eq!(status, 200, "{answer}");
    running.stop().await;
    let running = cloud(directory.path()).await;
    let mut second = mail(FROM, Some("sending"));
    second["Content"]["Simple"]["Subject"] = json!({ "Data": "Grüße without a charset" });
    second["Content"]["Simple"]["Body"]["Html"] = Value::Null;
    assert_eq!(send(&running, "LOCALSend", &second).await.0, 200);
    let mut mails: Value = read(&running, "/messages.json").await.json().await.unwrap();
    assert_eq!((&mails[0]["subject"], &mails[0]["html"]), (&json!("Gr??e without a charset"), &Value::Null));
    let sent_at = mails[1]["sentAt"].take();
    assert!(sent_at.as_str().is_some_and(|at| at.len() == 24 && at.ends_with('Z')), "{sent_at}");
    assert_eq!(
        mails[1],
        json!({
            "to": "amira@example.org, lucas@example.org",
            "subject": "News & <b>more</b>",
            "headers": {
                "From": FROM,
                "To": "Amira <amira@example.org>, lucas@example.org",
                "Subject": "News & <b>more</b>",
                "X-Mine": "<i>\"mine\"</i>",
            },
            "text": "A line.\n</pre><script>1</script>",
            "html": "<p class=\"x\">Grüße, <a href='https://example.org/'>there</a>",
            "sentAt": null,
        })
    );
    running.stop().await;
}

#[tokio::test]
async fn the_newest_thousand_are_kept() {
    let fixture = Fixture::open(None);
    for n in 0..=1_000 {
        let numbered = with("/Content/Simple/Subject/Data", json!(n.to_string()));
        assert_eq!(fixture.send(&numbered).await.0, 200);
    }
    let request = http::Request::get("/messages.json").body(axum::body::Body::empty()).unwrap();
    let answer = fixture.mail.mailbox().oneshot(request).await.unwrap();
    let mails = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let mails: Vec<Value> = serde_json::from_slice(&mails).unwrap();
    assert_eq!(mails.len(), 1_000);
    assert_eq!((&mails[0]["subject"], &mails[999]["subject"]), (&json!("1000"), &json!("1")));
}

#[tokio::test]
async fn pages_show_a_mail_and_run_nothing_of_it() {
    let directory = TempDir::new().unwrap();
    let running = cloud(directory.path()).await;
    assert_eq!(send(&running, "LOCALSend", &mail(FROM, Some("sending"))).await.0, 200);
    let list = read(&running, "/").await;
    let policy = list.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    let list = list.text().await.unwrap();
    assert!(
        list.contains("<a href=\"/messages/1\"><strong>News &amp; &lt;b&gt;more&lt;/b&gt;</strong>"),
        "{list}"
    );
    let page = read(&running, "/messages/1").await.text().await.unwrap();
    for shown in [
        "<h1>News &amp; &lt;b&gt;more&lt;/b&gt;</h1>",
        "<dt>To</dt><dd>Amira &lt;amira@example.org&gt;, lucas@example.org</dd>",
        "<dt>X-Mine</dt><dd>&lt;i&gt;&quot;mine&quot;&lt;/i&gt;</dd>",
        "<pre>\nA line.\n&lt;/pre&gt;&lt;script&gt;1&lt;/script&gt;</pre>",
        "<iframe sandbox=\"allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation\"",
        "srcdoc=\"&lt;base target=&quot;_top&quot;&gt;&lt;p class=&quot;x&quot;&gt;Grüße",
    ] {
        assert!(page.contains(shown), "{shown} is not in {page}");
    }
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    assert_eq!(read(&running, "/messages/2").await.status(), 404);
    running.stop().await;
}

#[tokio::test]
async fn a_sender_needs_the_identity_and_the_configuration_set_under_its_conditions() {
    let directory = TempDir::new().unwrap();
    let running = cloud(directory.path()).await;
    let denied = |function: &str, resource: &str| {
        json!({ "message": format!(
            "User `arn:aws:sts::000000000000:assumed-role/case-chat-{function}Role-LOCAL/{function}' is not authorized to \
             perform `ses:SendEmail' on resource `arn:aws:ses:eu-central-1:000000000000:{resource}'"
        ) })
    };
    let cases = [
        ("Half", FROM, None, None),
        ("Half", "own@example.net", None, None),
        ("Half", FROM, Some("sending"), Some("configuration-set/sending")),
        ("Half", "other@example.net", None, Some("identity/other@example.net")),
        ("Send", "own@example.net", None, Some("identity/own@example.net")),
        ("Send", "other@example.org", None, Some("identity/example.org")),
    ];
    for (function, from, set, refused) in cases {
        let (status, kind, answer) = send(&running, &format!("LOCAL{function}"), &mail(from, set)).await;
        match refused {
            None => assert_eq!(status, 200, "{answer}"),
            Some(resource) => {
                assert_eq!((status, kind.as_str()), (403, "AccessDeniedException"));
                assert_eq!(answer, denied(function, resource));
            }
        }
    }
    assert_eq!(
        send(&running, "local", &mail(FROM, Some("sending"))).await.0,
        200,
        "the account may do anything"
    );
    let (status, kind, answer) = send(&running, "local", &mail("other@example.net", None)).await;
    assert_eq!((status, kind.as_str()), (400, "MessageRejected"));
    assert!(answer["message"].as_str().unwrap().ends_with("EU-CENTRAL-1: other@example.net"), "{answer}");
    assert_eq!(send(&running, "local", &mail(FROM, Some("x"))).await.1, "NotFoundException");
    let (status, kind, _) = send(&running, "AKIASTRANGER", &mail(FROM, None)).await;
    assert_eq!((status, kind.as_str()), (403, "UnrecognizedClientException"));
    let requests: Value = reqwest::get(format!("{}/_local/requests", running.endpoints.aws))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!((&requests[0]["service"], &requests[0]["operation"]), (&json!("ses"), &json!("SendEmail")));
    running.stop().await;
}
