//! Decisions: identity and resource policies, taken together.

use case_chat_local_cloud::iam::{Access, Iam, Principal};
use case_chat_local_cloud::template::read;

use crate::support::{stack, surroundings};

const ACCOUNT: &str = "000000000000";
const REGION: &str = "eu-central-1";
const THREADS: &str = "arn:aws:dynamodb:eu-central-1:000000000000:table/threads";
const WRITE: Principal<'static> = Principal::Function("Write");

const TEMPLATE: &str = "
Resources:
  Threads:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: threads
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      ResourcePolicy: { PolicyDocument: { Statement: [RESOURCE] } }
  Write:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: write } }
    Properties:
      Policies: [{ Statement: [IDENTITY] }]
";
const DENY_DELETE: &str =
    "{ Effect: Deny, Principal: '*', Action: dynamodb:DeleteItem, Resource: !GetAtt Threads.Arn }";
const ALLOW_PUT: &str = "{ Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Threads.Arn }";

fn template(resource: &str, identity: &str) -> String {
    TEMPLATE.replace("RESOURCE", resource).replace("IDENTITY", identity)
}

fn iam(resource: &str, identity: &str) -> Iam {
    Iam::new(&stack(&template(resource, identity)), ACCOUNT, REGION, None).unwrap()
}

fn allows(iam: &Iam, principal: &Principal<'_>, action: &str, resource: &str) -> bool {
    iam.check(principal, &Access::new(action, resource)).is_ok()
}

#[test]
fn what_no_policy_allows_is_denied_in_the_words_of_aws() {
    let iam = iam(DENY_DELETE, ALLOW_PUT);
    assert!(allows(&iam, &WRITE, "dynamodb:PutItem", THREADS));
    let denied = iam.check(&WRITE, &Access::new("dynamodb:GetItem", THREADS)).unwrap_err();
    assert_eq!(
        denied.to_string(),
        "User: arn:aws:sts::000000000000:assumed-role/case-chat-WriteRole-LOCAL/Write is not authorized to perform: \
         dynamodb:GetItem on resource: arn:aws:dynamodb:eu-central-1:000000000000:table/threads because no \
         identity-based policy allows the dynamodb:GetItem action"
    );
    assert!(!allows(
        &iam,
        &WRITE,
        "dynamodb:PutItem",
        "arn:aws:dynamodb:eu-central-1:000000000000:table/other"
    ));
    assert!(!allows(&iam, &Principal::Function("Nobody"), "dynamodb:PutItem", THREADS));
}

#[test]
fn an_explicit_deny_wins_over_every_allow() {
    let all = "{ Effect: Allow, Action: '*', Resource: '*' }";
    let by_resource = iam(DENY_DELETE, all);
    for principal in [&WRITE, &Principal::Account] {
        assert!(allows(&by_resource, principal, "dynamodb:PutItem", THREADS));
        let denied = by_resource.check(principal, &Access::new("dynamodb:DeleteItem", THREADS)).unwrap_err();
        assert!(denied.to_string().ends_with(
            "is not authorized to perform: dynamodb:DeleteItem on resource: \
             arn:aws:dynamodb:eu-central-1:000000000000:table/threads with an explicit deny in a resource-based policy"
        ));
    }
    let user =
        by_resource.check(&Principal::Account, &Access::new("dynamodb:DeleteItem", THREADS)).unwrap_err();
    assert!(user.to_string().starts_with("User: arn:aws:iam::000000000000:user/local is not"));
    let own = format!("{all}, {{ Effect: Deny, Action: dynamodb:Scan, Resource: '*' }}");
    let denied = iam(DENY_DELETE, &own).check(&WRITE, &Access::new("dynamodb:Scan", THREADS)).unwrap_err();
    assert!(denied.to_string().ends_with("with an explicit deny in an identity-based policy"));
}

#[test]
fn within_the_account_one_allow_is_enough_and_may_mean_the_role_or_its_session() {
    for who in [
        "arn:aws:iam::000000000000:role/case-chat-WriteRole-LOCAL",
        "arn:aws:sts::000000000000:assumed-role/case-chat-WriteRole-LOCAL/Write",
    ] {
        for (effect, identity, expected) in [
            ("Allow", ALLOW_PUT, true),
            ("Deny", "{ Effect: Allow, Action: 'dynamodb:*', Resource: '*' }", false),
        ] {
            let statement = format!(
                "{{ Effect: {effect}, Principal: {{ AWS: '{who}' }}, Action: dynamodb:GetItem, Resource: !GetAtt Threads.Arn }}"
            );
            let iam = iam(&statement, identity);
            assert_eq!(allows(&iam, &WRITE, "dynamodb:GetItem", THREADS), expected, "{effect} {who}");
            assert!(allows(&iam, &Principal::Account, "dynamodb:GetItem", THREADS), "it is about another");
        }
    }
}

#[test]
fn wildcards_and_letter_case_count_as_on_aws() {
    let iam = iam(
        DENY_DELETE,
        "{ Effect: Allow, Action: [DynamoDB:get*], Resource: 'arn:aws:dynamodb:*:*:table/thr?ads' },
         { Effect: Allow, NotAction: 'dynamodb:*', Resource: '*' }",
    );
    assert!(allows(&iam, &WRITE, "dynamodb:GetItem", THREADS));
    assert!(!allows(&iam, &WRITE, "dynamodb:PutItem", THREADS));
    assert!(!allows(&iam, &WRITE, "dynamodb:GetItem", &format!("{THREADS}/index/x")));
    assert!(allows(&iam, &WRITE, "sqs:SendMessage", "arn:aws:sqs:eu-central-1:000000000000:queue"));
}

#[test]
fn conditions_decide_whether_a_statement_applies() {
    let case = |condition: &str| {
        let statement = format!(
            "{{ Effect: Deny, Principal: '*', Action: dynamodb:PutItem, Resource: !GetAtt Threads.Arn, Condition: {condition} }}"
        );
        let iam = iam(&statement, ALLOW_PUT);
        let allowed = |principal| allows(&iam, principal, "dynamodb:PutItem", THREADS);
        (allowed(&WRITE), allowed(&Principal::Account))
    };
    let role = "arn:aws:iam::000000000000:role/case-chat-WriteRole-LOCAL";
    assert_eq!(case(&format!("{{ ArnEquals: {{ aws:PrincipalArn: '{role}' }} }}")), (false, true));
    assert_eq!(case("{ ArnEquals: { aws:PrincipalArn: 'arn:aws:iam::*:role/*' } }"), (false, true));
    assert_eq!(case("{ ArnLike: { aws:PrincipalArn: 'arn:aws:iam::*:role/*' } }"), (false, true));
    assert_eq!(case("{ ArnNotLike: { aws:PrincipalArn: 'arn:aws:iam::*:role/*' } }"), (true, false));
    assert_eq!(
        case(
            "{ ArnNotEquals: { aws:PrincipalArn: ['arn:aws:iam::*:role/*', 'arn:aws:iam::*:user/local'] } }"
        ),
        (true, true)
    );
    assert_eq!(case("{ Bool: { aws:SecureTransport: 'false' } }"), (true, true));
    assert_eq!(case("{ Bool: { aws:SecureTransport: true } }"), (false, false));
    assert_eq!(case("{ StringNotEquals: { aws:RequestedRegion: eu-central-1 } }"), (true, true));
    assert_eq!(case("{ 'Null': { aws:SourceArn: true } }"), (false, false));
    assert_eq!(
        case("{ ArnLike: { aws:SourceArn: '*' } }"),
        (true, true),
        "no resource stands behind these calls"
    );
}

#[test]
fn a_policy_that_cannot_be_evaluated_ends_the_start_with_its_name() {
    let with = |extra: &str| {
        format!("{{ Effect: Deny, Principal: '*', Action: 'dynamodb:*', Resource: '*', {extra} }}")
    };
    let resources = [
        with("Condtion: {}"),
        with("Condition: { StringEquals: { dynamodb:LeadingKeys: x } }"),
        with("Condition: { StringEquals: { aws:SecureTransport: 'true' } }"),
        with("Condition: { ArnAlmostEquals: { aws:PrincipalArn: x } }"),
        with("Condition: { ArnEquals: { aws:PrincipalArn: x }, ArnLike: { aws:PrincipalArn: y } }"),
        "{ Effect: Deny, Action: 'dynamodb:*', Resource: '*' }".to_owned(),
        "{ Effect: Deny, Principal: { AWS: '000000000000' }, Action: 'dynamodb:*', Resource: '*' }".to_owned(),
        "{ Effect: Deny, Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'dynamodb:*', Resource: '*' }".to_owned(),
        "{ Effect: Deny, Principal: { AWS: 'arn:aws:iam::000000000000:role/*' }, Action: 'dynamodb:*', Resource: '*' }".to_owned(),
        "{ Effect: Deny, Principal: '*', Action: 'dynamodb:*', Resource: 'arn:aws:*:*:*:table/x' }".to_owned(),
        "{ Effect: Deny, Principal: '*', Action: 'dynamodb:*', Resource: table/x }".to_owned(),
        "{ Effect: Deny, Principal: '*', Resource: '*' }".to_owned(),
        "{ Effect: Never, Principal: '*', Action: '*', Resource: '*' }".to_owned(),
    ];
    for statement in &resources {
        let refused = Iam::new(&stack(&template(statement, ALLOW_PUT)), ACCOUNT, REGION, None).err();
        let refused = format!("{:#}", refused.unwrap_or_else(|| panic!("{statement} is taken")));
        assert!(refused.starts_with("Threads.ResourcePolicy: statement 0: "), "{refused}");
    }
    let identity = "{ Sid: Mine, Effect: Allow, Principal: '*', Action: '*', Resource: '*' }";
    let refused = Iam::new(&stack(&template(DENY_DELETE, identity)), ACCOUNT, REGION, None).err().unwrap();
    assert!(format!("{refused:#}").starts_with("Write.Policies: statement Mine: "), "{refused:#}");
    let variable = "{ Effect: Allow, Action: '*', Resource: 'arn:aws:s3:::x/${aws:username}' }";
    assert!(Iam::new(&stack(&template(DENY_DELETE, variable)), ACCOUNT, REGION, None).is_err());
    let elsewhere = template(DENY_DELETE, "").replace("[{ Statement: [] }]", "[AmazonDynamoDBFullAccess]");
    let refused = Iam::new(&stack(&elsewhere), ACCOUNT, REGION, None).err().unwrap();
    assert!(format!("{refused:#}").contains("only inline statements"), "{refused:#}");
}

#[test]
fn policies_of_kinds_that_are_not_evaluated_are_named() {
    let text = "
Resources:
  Alone: { Type: AWS::IAM::Policy }
  Bounded:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: bounded } }
    Properties: { PermissionsBoundary: 'arn:aws:iam::000000000000:policy/x' }
";
    let named: Vec<_> =
        read(text, &surroundings()).unwrap().ignored.iter().map(ToString::to_string).collect();
    assert_eq!(
        named,
        [
            "template: Alone is not enforced here",
            "template: Bounded.PermissionsBoundary is not enforced here"
        ]
    );
}
