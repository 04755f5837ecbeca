//! Mail: what is refused, and what the event bus is told.

use std::sync::Arc;

use case_chat_local_cloud::events::Events;
use case_chat_local_cloud::iam::Iam;
use case_chat_local_cloud::mail::Mail;
use case_chat_local_cloud::queues::Queues;
use case_chat_local_cloud::state::State;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Scripted, eventually, stack, succeeded};

const TEMPLATE: &str = "
Resources:
  Sending:
    Type: AWS::SES::ConfigurationSet
    Properties:
      Name: sending
      DeliveryOptions: { TlsPolicy: REQUIRE }
      SendingOptions: { SendingEnabled: true }
      ReputationOptions: { ReputationMetricsEnabled: true }
      SuppressionOptions: { SuppressedReasons: [BOUNCE, COMPLAINT] }
  Silent: { Type: AWS::SES::ConfigurationSet }
  Told:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Sending
      EventDestination:
        Name: bus
        Enabled: true
        MatchingEventTypes: [BOUNCE, complaint]
        EventBridgeDestination: { EventBusArn: !Sub 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/default' }
  Hear:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: hear } }
    Properties:
      Policies:
        - Statement:
            - { Effect: Allow, Action: ses:SendEmail, Resource: !Sub 'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/example.org' }
      Events:
        Told:
          Type: EventBridgeRule
          Properties:
            Pattern: { source: [aws.ses], detail-type: [Email Bounced, Email Complaint Received] }
            DeadLetterConfig: { Arn: !GetAtt Undelivered.Arn }
  Undelivered: { Type: AWS::SQS::Queue }
  UndeliveredPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Undelivered]
      PolicyDocument:
        Statement:
          Effect: Allow
          Principal: { Service: events.amazonaws.com }
          Action: sqs:SendMessage
          Resource: !GetAtt Undelivered.Arn
          Condition: { ArnEquals: { aws:SourceArn: !GetAtt HearTold.Arn } }
";

/// The services that a mail passes through.
pub(crate) struct Fixture {
    pub(crate) mail: Mail,
    events: Events,
    _directory: TempDir,
}

impl Fixture {
    pub(crate) fn open(per_second: Option<u32>) -> Self {
        let directory = TempDir::new().unwrap();
        let stack = stack(TEMPLATE);
        let state = State::open(&directory.path().join("state.db")).unwrap();
        let queues = Queues::new(stack.queues.clone(), state.clone());
        let (account, region) = ("000000000000", "eu-central-1");
        let iam = Iam::new(&stack, account, region, None).unwrap();
        let events = Events::new(&stack, account, region, state.clone(), queues, iam);
        let mail = Mail::new(&stack, account, region, state, events.clone(), per_second);
        Self { mail, events, _directory: directory }
    }

    /// Status and code; 200 if it is taken.
    pub(crate) async fn send(&self, mail: &Value) -> (u16, String) {
        match self.mail.handle("SendEmail", mail).await {
            Ok(answer) => {
                assert!(answer["MessageId"].as_str().is_some_and(|id| !id.is_empty()));
                (200, String::new())
            }
            Err(refusal) => {
                let told = format!("{refusal:?}");
                let code = told.split_once("code: \"").unwrap().1.split_once('"').unwrap().0;
                (refusal.status().as_u16(), code.to_owned())
            }
        }
    }
}

fn mail(to: &[&str]) -> Value {
    json!({
        "FromEmailAddress": "Case chat <case-chat@example.org>",
        "Destination": { "ToAddresses": to },
        "ConfigurationSetName": "sending",
        "EmailTags": [{ "Name": "kind", "Value": "digest" }],
        "Content": { "Simple": {
            "Subject": { "Data": "News", "Charset": "UTF-8" },
            "Body": { "Text": { "Data": "There is news.", "Charset": "UTF-8" } },
            "Headers": [{ "Name": "List-Unsubscribe", "Value": "<https://example.org/u>" }],
        } },
    })
}

/// A mail with one thing otherwise.
pub(crate) fn with(pointer: &str, value: Value) -> Value {
    let mut mail = mail(&["amira@example.org"]);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    mail.pointer_mut(parent).unwrap()[name] = value;
    mail
}

#[tokio::test]
async fn what_ses_would_not_take_is_refused_as_ses_refuses_it() {
    let fixture = Fixture::open(None);
    assert_eq!(fixture.send(&mail(&["amira@example.org", "Lucas <lucas@example.org>"])).await.0, 200);
    let to = |address: &str| with("/Destination/ToAddresses", json!([address]));
    let header =
        |name: &str, value: &str| with("/Content/Simple/Headers", json!([{ "Name": name, "Value": value }]));
    let tag = |name: &str, value: &str| with("/EmailTags", json!([{ "Name": name, "Value": value }]));
    let address = "amira@example.org";
    let long = |length| "x".repeat(length);
    for taken in
        [header("X-Mine", &long(870)), tag("a_B-9", "a@b.c"), tag(&long(256), "x"), mail(&[address; 50])]
    {
        assert_eq!(fixture.send(&taken).await.0, 200, "{taken}");
    }
    let bad_requests = [
        mail(&[]),
        mail(&[address; 51]),
        to("amira"),
        to("@example.org"),
        to("amira@"),
        to("ami ra@example.org"),
        to("amira@example.org\r\nBcc: x@example.org"),
        to("jürg@example.org"),
        with("/FromEmailAddress", json!("case-chat")),
        header("X Mine", "x"),
        header("X:Mine", "x"),
        header("", "x"),
        header("X-Mine", "x\r\nBcc: x@example.org"),
        header("X-Mine", &long(871)),
        header("Subject", "another"),
        with(
            "/Content/Simple/Headers",
            json!([{ "Name": "A", "Value": "x" }, { "Name": "a", "Value": "y" }]),
        ),
        tag("a.b", "x"),
        tag("", "x"),
        tag("a", "x y"),
        tag("a", &long(257)),
        with("/Content/Simple/Subject/Data", json!("News\r\nBcc: x@example.org")),
        with("/Content/Simple/Body", json!({})),
        with("/Content", json!({ "Raw": { "Data": "" } })),
        with("/Destination/CcAddresses", json!([address])),
    ];
    for refused in bad_requests {
        assert_eq!(fixture.send(&refused).await, (400, "BadRequestException".into()), "{refused}");
    }
    let unknown = with("/ConfigurationSetName", json!("nowhere"));
    assert_eq!(fixture.send(&unknown).await, (404, "NotFoundException".into()));
    let stranger = with("/FromEmailAddress", json!("case-chat@example.com"));
    assert_eq!(fixture.send(&stranger).await, (400, "MessageRejected".into()));
    assert!(fixture.mail.handle("SendBulkEmail", &json!({})).await.is_err());
}

#[tokio::test]
async fn more_mails_a_second_than_were_allowed_are_refused() {
    let fixture = Fixture::open(Some(1));
    let mail = mail(&["amira@example.org"]);
    assert_eq!(fixture.send(&mail).await.0, 200);
    let refused = eventually("a refusal", || async {
        Some(fixture.send(&mail).await).filter(|(status, _)| *status != 200)
    })
    .await;
    assert_eq!(refused, (429, "TooManyRequestsException".into()));
    eventually("another second", || async { (fixture.send(&mail).await.0 == 200).then_some(()) }).await;
}

#[tokio::test]
async fn bounces_and_complaints_reach_the_functions_that_rules_name() {
    let fixture = Fixture::open(None);
    let function = Arc::new(Scripted::new(|_| succeeded()));
    let delivering = fixture.events.deliver(Arc::clone(&function) as _);
    for to in ["success@simulator.amazonses.com", "amira+label@example.org", "bounce@example.org"] {
        assert_eq!(fixture.send(&mail(&[to])).await.0, 200);
    }
    let silent = |mut mail: Value, set: Value| {
        mail["ConfigurationSetName"] = set;
        mail
    };
    for set in [json!("case-chat-Silent"), Value::Null] {
        let bouncing = silent(mail(&["bounce@simulator.amazonses.com"]), set);
        assert_eq!(fixture.send(&bouncing).await.0, 200);
    }
    let sent = [
        ("bounce@simulator.amazonses.com", "Bounce"),
        ("bounce+label@simulator.amazonses.com", "Bounce"),
        ("bounce+amira@example.org", "Bounce"),
        ("complaint@simulator.amazonses.com", "Complaint"),
        ("complaint+lucas@example.org", "Complaint"),
    ];
    let mut ids = Vec::new();
    for (to, _) in sent {
        ids.push(fixture.mail.handle("SendEmail", &mail(&["chen@example.org", to])).await.unwrap());
    }
    let told = eventually("five events", || async {
        let events = function.events();
        (events.len() >= sent.len()).then_some(events)
    })
    .await;
    assert_eq!(told.len(), sent.len(), "and of no other mail");
    for ((to, kind), id) in sent.into_iter().zip(ids) {
        let event =
            told.iter().find(|event| event["detail"]["mail"]["messageId"] == id["MessageId"]).unwrap();
        assert_eq!(event["source"], "aws.ses");
        let (detail_type, recipients, time) = match kind {
            "Bounce" => ("Email Bounced", "/bounce/bouncedRecipients", "/bounce/timestamp"),
            _ => ("Email Complaint Received", "/complaint/complainedRecipients", "/complaint/timestamp"),
        };
        let detail = &event["detail"];
        assert_eq!((&event["detail-type"], &detail["eventType"]), (&json!(detail_type), &json!(kind)));
        let recipients = detail.pointer(recipients).unwrap().as_array().unwrap();
        assert_eq!(recipients.iter().map(|who| &who["emailAddress"]).collect::<Vec<_>>(), [to]);
        assert!(detail.pointer(time).unwrap().as_str().unwrap().ends_with('Z'));
        assert_eq!(detail["mail"]["destination"], json!(["chen@example.org", to]));
        assert_eq!(detail["mail"]["source"], "case-chat@example.org");
        assert_eq!(detail["mail"]["tags"]["kind"], json!(["digest"]));
        assert_eq!(
            event["resources"],
            json!(["arn:aws:ses:eu-central-1:000000000000:configuration-set/sending"])
        );
    }
    let bounced = told.iter().find(|event| event["detail"]["eventType"] == "Bounce").unwrap();
    let bounce = &bounced["detail"]["bounce"];
    assert_eq!((&bounce["bounceType"], &bounce["bounceSubType"]), (&json!("Permanent"), &json!("General")));
    assert!(bounce["feedbackId"].is_string());
    delivering.abort();
}

#[test]
fn what_is_said_of_mail_without_effect_is_named() {
    let told = stack(&TEMPLATE.replace("[BOUNCE, complaint]", "[bounce, DELIVERY]"));
    let named: Vec<_> = told.ignored.iter().map(ToString::to_string).collect();
    assert_eq!(named, ["template: Told.EventDestination.MatchingEventTypes.DELIVERY means nothing here"]);
    assert_eq!(told.configuration_sets[0].events.len(), 1);
    let off = stack(&TEMPLATE.replace("Enabled: true\n        Matching", "Enabled: false\n        Matching"));
    assert!(off.configuration_sets[0].events.is_empty());
    assert_eq!(off.rules[0].arn, "arn:aws:events:eu-central-1:000000000000:rule/case-chat-HearTold");
}
