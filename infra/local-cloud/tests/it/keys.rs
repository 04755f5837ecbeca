//! KMS: keys that sign, who may use them, and how anybody checks what they signed.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use case_chat_local_cloud::{Options, Running, start};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::examples;

const TEMPLATE: &str = "
Resources:
  Signing:
    Type: AWS::KMS::Key
    Properties:
      KeySpec: ECC_NIST_P256
      KeyUsage: SIGN_VERIFY
      KeyPolicy:
        Statement: { Effect: Allow, Principal: { AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }, Action: 'kms:*', Resource: '*' }
  Other:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: { Effect: Allow, Principal: { AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }, Action: 'kms:*', Resource: '*' }
  Act:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
    Properties:
      Policies:
        - Statement:
            Effect: Allow
            Action: kms:Sign
            Resource: !GetAtt Signing.Arn
            Condition: { StringEquals: { kms:SigningAlgorithm: ECDSA_SHA_256 } }
  Idle:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
";

async fn running(directory: &TempDir) -> Running {
    let template = directory.path().join("template.yaml");
    std::fs::write(&template, TEMPLATE).unwrap();
    let options = Options {
        template,
        port: 0,
        data: directory.path().join("data"),
        functions: examples(),
        endpoints: directory.path().join("endpoints.json"),
        no_seed: true,
        ..Options::default()
    };
    start(options).await.unwrap()
}

async fn ask(cloud: &Running, by: &str, operation: &str, body: Value) -> Value {
    let scope = "20260105/eu-central-1/kms/aws4_request, SignedHeaders=host, Signature=00";
    let request = reqwest::Client::new()
        .post(&cloud.endpoints.aws)
        .header("x-amz-target", format!("TrentService.{operation}"))
        .header("authorization", format!("AWS4-HMAC-SHA256 Credential={by}/{scope}"))
        .body(body.to_string());
    serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap()
}

fn to_sign(key: &str) -> Value {
    json!({ "KeyId": key, "Message": STANDARD.encode("hello"), "SigningAlgorithm": "ECDSA_SHA_256" })
}

fn bytes(answer: &Value, field: &str) -> Vec<u8> {
    STANDARD.decode(answer[field].as_str().unwrap_or_else(|| panic!("no {field} in {answer}"))).unwrap()
}

#[tokio::test]
async fn what_a_key_signs_its_public_key_verifies_after_a_restart_too() {
    let directory = TempDir::new().unwrap();
    let cloud = running(&directory).await;
    let signed = ask(&cloud, "LOCALAct", "Sign", to_sign("case-chat-Signing")).await;
    assert_eq!(signed["KeyId"], "arn:aws:kms:eu-central-1:000000000000:key/case-chat-Signing");
    cloud.stop().await;
    let cloud = running(&directory).await;
    let public = ask(&cloud, "local", "GetPublicKey", json!({ "KeyId": "case-chat-Signing" })).await;
    let der = bytes(&public, "PublicKey");
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &der);
    assert!(key.verify(b"hello", &bytes(&signed, "Signature")).is_ok());
    assert!(key.verify(b"hallo", &bytes(&signed, "Signature")).is_err());
    let pem = reqwest::get(format!("{}/_local/public-keys/case-chat-Signing.pem", cloud.endpoints.aws)).await;
    let pem = pem.unwrap().text().await.unwrap();
    let lines: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    assert_eq!(STANDARD.decode(lines).unwrap(), der);
    cloud.stop().await;
}

#[tokio::test]
async fn a_key_signs_for_whom_its_policy_and_theirs_allow() {
    let directory = TempDir::new().unwrap();
    let cloud = running(&directory).await;
    let denied = ask(&cloud, "LOCALIdle", "Sign", to_sign("case-chat-Signing")).await;
    assert_eq!(denied["__type"], "com.amazon.coral.service#AccessDeniedException", "{denied}");
    assert!(denied["Message"].as_str().unwrap().contains("perform: kms:Sign on resource: arn:aws:kms:"));
    let denied = ask(&cloud, "LOCALAct", "GetPublicKey", json!({ "KeyId": "case-chat-Signing" })).await;
    assert_eq!(denied["__type"], "com.amazon.coral.service#AccessDeniedException");
    let mut other = to_sign("case-chat-Signing");
    other["SigningAlgorithm"] = json!("ECDSA_SHA_384");
    let denied = ask(&cloud, "LOCALAct", "Sign", other.clone()).await;
    assert_eq!(denied["__type"], "com.amazon.coral.service#AccessDeniedException", "by the condition");
    for (body, code) in [
        (to_sign("nobody"), "NotFoundException"),
        (to_sign("case-chat-Other"), "InvalidKeyUsageException"),
        (other, "InvalidKeyUsageException"),
        (json!({ "KeyId": "case-chat-Signing", "SigningAlgorithm": "ECDSA_SHA_256" }), "ValidationException"),
    ] {
        let refused = ask(&cloud, "local", "Sign", body).await;
        assert_eq!(refused["__type"], format!("com.amazonaws#{code}"), "{refused}");
    }
    cloud.stop().await;
}
