//! template.yaml of this project, as it is read.

use std::time::Duration;

use case_chat_local_cloud::template::{Expiration, IgnoredEffect, Stack, StartingPosition, read};
use case_chat_local_gateway::WebSocketTarget;

use crate::support::{root, stack, surroundings};

fn project() -> Stack {
    let text = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    read(&text, &surroundings()).unwrap()
}

#[test]
fn functions_get_what_globals_and_template_give_them() {
    let stack = project();
    let post = &stack.functions["PostMessage"];
    assert_eq!(post.binary, "post-message");
    assert_eq!(post.timeout, Duration::from_secs(20));
    assert_eq!(post.memory, 512);
    assert_eq!(post.environment["THREADS_TABLE"], "case-chat-Threads");
    assert_eq!(post.environment["ISSUER"], "http://127.0.0.1:7003");
    assert_eq!(stack.functions["Broadcast"].timeout, Duration::from_secs(30));
    assert_eq!(
        stack.functions["Broadcast"].environment["WEBSOCKET_ENDPOINT"],
        "https://websocketapi.execute-api.eu-central-1.amazonaws.com/live"
    );
    assert_eq!(
        post.policies[0]["Statement"][0]["Resource"],
        "arn:aws:dynamodb:eu-central-1:000000000000:table/case-chat-Threads"
    );
}

#[test]
fn http_routes_carry_the_default_authorizer() {
    let api = project().http_api.unwrap();
    let post = api.routes.iter().find(|route| route.function == "PostMessage").unwrap();
    assert_eq!((post.method.as_str(), post.path.as_str()), ("POST", "/cases/{caseId}/messages"));
    let authorizer = post.authorizer.as_ref().unwrap();
    assert_eq!(authorizer.issuer, "http://127.0.0.1:7003");
    assert_eq!(authorizer.audience, ["case-chat-web"]);
    assert_eq!(api.cors.unwrap().allow_origins, ["http://127.0.0.1:7000"]);
    let told = stack(
        "
Resources:
  Api: { Type: AWS::Serverless::HttpApi }
Outputs: { Url: { Value: !Sub '${Api.ApiEndpoint}/x' } }
",
    );
    assert_eq!(told.outputs["Url"], "http://127.0.0.1:7001/x");
}

#[test]
fn websocket_routes_are_put_together_from_four_resources() {
    let api = project().websocket_api.unwrap();
    assert_eq!(api.stage, "live");
    let route = |key: &str| api.routes.iter().find(|route| route.key == key).unwrap();
    assert!(matches!(&route("$connect").target, WebSocketTarget::Function(id) if id == "Connect"));
    let ping = route("ping");
    assert!(ping.responds);
    assert!(
        matches!(&ping.target, WebSocketTarget::Mock { response: Some(text) } if text == r#"{"type":"pong"}"#)
    );
}

#[test]
fn mappings_rules_and_queues_refer_to_one_another() {
    let stack = project();
    let broadcast = stack.mappings.iter().find(|mapping| mapping.id == "BroadcastFromThreads").unwrap();
    assert_eq!((broadcast.function.as_str(), broadcast.table.as_str()), ("Broadcast", "case-chat-Threads"));
    assert_eq!(broadcast.start, StartingPosition::TrimHorizon);
    assert!(broadcast.bisect && broadcast.reports_item_failures);
    assert_eq!((broadcast.retries, broadcast.filters.len()), (Some(5), 1));
    let rule = stack.rules.iter().find(|rule| rule.function == "SyncCase").unwrap();
    assert_eq!(
        rule.arn,
        "arn:aws:events:eu-central-1:000000000000:rule/case-chat-cases/case-chat-SyncCaseCaseChanged"
    );
    let given_up = stack.functions["SyncCase"].on_async_failure.on_failure.clone().unwrap();
    assert!(stack.queues.iter().any(|queue| queue.arn == given_up));
}

/// The parameter's role is compared as a pattern: one with wildcards would be many roles.
#[test]
fn the_role_for_erasure_is_one_role() {
    let text = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    let with = |role: &str| {
        let mut surroundings = surroundings();
        surroundings.given_parameters.insert("ErasureRole".to_owned(), role.to_owned());
        read(&text, &surroundings)
    };
    let roles = "arn:aws:iam::000000000000:role";
    for one in ["", &format!("{roles}/erasure"), &format!("{roles}/legal/Erasure+a=b,c.d@e-f_1")] {
        assert!(with(one).is_ok(), "{one}");
    }
    for many in ["/*", "/eras*", "/?rasure", "/a/*/b", "/", "/${aws:username}", "/two roles"] {
        assert!(with(&format!("{roles}{many}")).is_err(), "{many}");
    }
}

#[test]
fn what_has_no_effect_is_named() {
    let stack = project();
    let named: Vec<String> = stack.ignored.iter().map(ToString::to_string).collect();
    for expected in [
        "template: Threads.PointInTimeRecoverySpecification means nothing here",
        "template: Inbox.DeletionProtectionEnabled means nothing here",
        "template: Globals.Function.Architectures means nothing here",
        "template: TamperLines means nothing here",
        "template: TamperAlarm means nothing here",
        "template: AlarmTopic means nothing here",
    ] {
        assert!(named.iter().any(|line| line == expected), "{expected} is not among {named:#?}");
    }
    // The whole list, without the resources: something new in it is something new that has no effect here.
    let mut properties: Vec<_> = stack.ignored.iter().map(|part| part.property.as_str()).collect();
    properties.sort_unstable();
    properties.dedup();
    assert!(stack.ignored.iter().all(|part| part.effect != IgnoredEffect::NotEnforced));
    assert_eq!(
        properties,
        [
            // The log groups: the functions' lines stand in the local cloud's own log.
            "",
            "AccessLogSettings",
            // The throttles.
            "DefaultRouteSettings",
            "DeletionPolicy",
            "DeletionProtectionEnabled",
            "EnableKeyRotation",
            "FailOnWarnings",
            "Function.Architectures",
            "Function.CodeUri",
            "Function.Handler",
            "Function.LoggingConfig",
            "Function.Runtime",
            "LifecycleConfiguration.Rules.AbortIncompleteMultipartUpload",
            "LifecycleConfiguration.Rules.NoncurrentVersionExpiration",
            "Metadata.BuildMethod",
            "OwnershipControls",
            "PointInTimeRecoverySpecification",
            "PublicAccessBlockConfiguration",
            "SSESpecification",
            "SqsManagedSseEnabled",
            "UpdateReplacePolicy",
            "VersioningConfiguration",
        ]
    );
}

#[test]
fn conditions_decide_on_resources_and_values() {
    let stack = stack(
        "
Parameters: { Kind: { Type: String, Default: dev } }
Conditions:
  Live: !Equals [!Ref Kind, live]
  NotLive: !Not [!Condition Live]
Resources:
  Kept: { Type: AWS::SQS::Queue, Condition: NotLive, Properties: { DelaySeconds: !If [Live, 9, 3] } }
  Left: { Type: AWS::SQS::Queue, Condition: Live }
  Plain: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: !If [Live, 9, !Ref AWS::NoValue] } }
",
    );
    let delays: Vec<_> =
        stack.queues.iter().map(|queue| (queue.name.as_str(), queue.delay.as_secs())).collect();
    assert_eq!(delays, [("case-chat-Kept", 3), ("case-chat-Plain", 0)]);
}

#[test]
fn what_cannot_be_run_is_refused_with_its_place() {
    let wrong = [
        ("Q: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true } }", "FIFO"),
        ("Q: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: !Ref Nowhere } }", "Nowhere"),
        ("Q: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub 'x-${Q}' } }", "circle"),
        (
            "B: { Type: AWS::S3::Bucket, Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: alias/x } }] } } }",
            "alias/x is not a key",
        ),
        (
            "B: { Type: AWS::S3::Bucket, Properties: { LifecycleConfiguration: { Rules: [{ Status: Enabled, ObjectSizeLessThan: 9 }] } } }",
            "ObjectSizeLessThan",
        ),
        ("F: { Type: AWS::Serverless::Function }", "Metadata.BuildProperties.Binary"),
        (
            "S: { Type: AWS::SES::ConfigurationSetEventDestination, Properties: { ConfigurationSetName: x, EventDestination: { MatchingEventTypes: [bounce] } } }",
            "x is not a configuration set",
        ),
        (
            "S: { Type: AWS::SES::ConfigurationSetEventDestination, Properties: { ConfigurationSetName: x, EventDestination: { MatchingEventTypes: [bounced] } } }",
            "no event type bounced",
        ),
        (
            "S: { Type: AWS::SES::ConfigurationSetEventDestination, Properties: { ConfigurationSetName: x, EventDestination: { EventBridgeDestination: { EventBusArn: 'arn:aws:events:eu-central-1:000000000000:event-bus/cases' } } } }",
            "the default bus only",
        ),
    ];
    for (resource, expected) in wrong {
        let error = read(&format!("Resources:\n  {resource}"), &surroundings()).unwrap_err();
        assert!(format!("{error:#}").contains(expected), "{error:#}");
    }
}

const STORAGE: &str = "
Parameters: { Scan: { Type: String, Default: 'no' } }
Conditions: { Scanned: !Equals [!Ref Scan, 'yes'] }
Resources:
  Key: { Type: AWS::KMS::Key, Properties: { EnableKeyRotation: true, KeyPolicy: { Statement: [] } } }
  Alias: { Type: AWS::KMS::Alias, Properties: { AliasName: alias/files, TargetKeyId: !GetAtt Key.Arn } }
  Files:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration: { BlockPublicAcls: true }
      OwnershipControls: { Rules: [{ ObjectOwnership: BucketOwnerEnforced }] }
      VersioningConfiguration: { Status: Enabled }
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !Ref Alias }
      LifecycleConfiguration:
        Rules:
          - Id: Old
            Status: Enabled
            ExpirationInDays: 7
            TagFilters: [{ Key: state, Value: unattached }]
            NoncurrentVersionExpiration: { NoncurrentDays: 1 }
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }
  Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Files, PolicyDocument: { Statement: [] } } }
  ScanRole:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: malware-protection-plan.guardduty.amazonaws.com } }] } }
  OtherRole:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: { Statement: { Principal: { Service: lambda.amazonaws.com } } } }
  Plan: { Type: AWS::GuardDuty::MalwareProtectionPlan, Properties: { Role: !GetAtt ScanRole.Arn } }
  NoPlan: { Type: AWS::GuardDuty::MalwareProtectionPlan, Condition: Scanned, Properties: { Role: !GetAtt Nowhere.Arn } }
  Act:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: act } }
    Properties:
      Environment:
        Variables: { BUCKET: !Ref Files, DOMAIN: !GetAtt Files.RegionalDomainName, KEY: !Ref Key, ROLE: !GetAtt ScanRole.Arn }
";

#[test]
fn buckets_and_keys_are_read_and_what_they_say_without_effect_is_named() {
    let stack = stack(STORAGE);
    let bucket = &stack.buckets[0];
    assert_eq!(
        (bucket.name.as_str(), bucket.arn.as_str()),
        ("case-chat-files", "arn:aws:s3:::case-chat-files")
    );
    let key = "arn:aws:kms:eu-central-1:000000000000:key/case-chat-Key";
    assert_eq!((bucket.encryption.key.as_deref(), stack.keys[0].arn.as_str()), (Some(key), key));
    let tags = vec![("state".to_owned(), "unattached".to_owned())];
    assert_eq!(bucket.expirations, [Expiration { prefix: String::new(), tags, days: 7 }]);
    assert_eq!(bucket.policies[0].id, "Policy");
    let environment = &stack.functions["Act"].environment;
    assert_eq!(environment["BUCKET"], "case-chat-files");
    assert_eq!(environment["DOMAIN"], "case-chat-files.s3.eu-central-1.amazonaws.com");
    assert_eq!(environment["KEY"], "case-chat-Key");
    assert_eq!(environment["ROLE"], "arn:aws:iam::000000000000:role/case-chat-ScanRole-LOCAL");
    let named: Vec<_> = stack.ignored.iter().map(ToString::to_string).collect();
    assert_eq!(
        named,
        [
            "template: Files.LifecycleConfiguration.Rules.AbortIncompleteMultipartUpload means nothing here",
            "template: Files.LifecycleConfiguration.Rules.NoncurrentVersionExpiration means nothing here",
            "template: Files.OwnershipControls means nothing here",
            "template: Files.PublicAccessBlockConfiguration means nothing here",
            "template: Files.VersioningConfiguration means nothing here",
            "template: Key.EnableKeyRotation means nothing here",
            "template: OtherRole is not enforced here",
            "template: Plan means nothing here",
            "template: ScanRole means nothing here",
        ]
    );
}
