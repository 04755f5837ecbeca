//! Condition keys: those that calls here carry, and with which values.
//!
//! Owns the request context, but for what S3 adds of a request. A key that no call carries would make a denying statement silent, so it is refused when
//! the policy is read. Calls count as made over TLS, as they are on AWS: here they never leave the machine.

use anyhow::{Context as _, Result, bail};
use iam_rs::{ConditionBlock, Context, ContextValue, OperatorType};

use super::principal::{Arns, Principal};
use super::{Access, Carried, Inner};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    Texts,
    Boolean,
    Number,
}

const KEYS: [(&str, Type); 25] = [
    ("aws:PrincipalAccount", Type::Text),
    ("aws:PrincipalArn", Type::Text),
    ("aws:PrincipalIsAWSService", Type::Boolean),
    ("aws:PrincipalServiceName", Type::Text),
    ("aws:RequestedRegion", Type::Text),
    ("aws:SecureTransport", Type::Boolean),
    ("aws:SourceAccount", Type::Text),
    ("aws:SourceArn", Type::Text),
    ("kms:CallerAccount", Type::Text),
    ("kms:EncryptionContext:aws:s3:arn", Type::Text),
    ("kms:MessageType", Type::Text),
    ("kms:SigningAlgorithm", Type::Text),
    ("kms:ViaService", Type::Text),
    ("s3:RequestObjectTagKeys", Type::Texts),
    ("s3:authType", Type::Text),
    ("s3:delimiter", Type::Text),
    ("s3:if-match", Type::Text),
    ("s3:if-none-match", Type::Text),
    ("s3:prefix", Type::Text),
    ("s3:signatureAge", Type::Number),
    ("s3:signatureversion", Type::Text),
    ("s3:x-amz-content-sha256", Type::Text),
    ("s3:x-amz-server-side-encryption", Type::Text),
    ("s3:x-amz-server-side-encryption-aws-kms-key-id", Type::Text),
    ("ses:FromAddress", Type::Text),
];

/// Keys that end with a tag's.
const TAG_KEYS: [&str; 2] = ["s3:ExistingObjectTag/", "s3:RequestObjectTag/"];

fn type_of(key: &str) -> Option<Type> {
    let of_tag = |prefix: &&str| {
        key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            && key.len() > prefix.len()
    };
    if TAG_KEYS.iter().any(of_tag) {
        return Some(Type::Text);
    }
    KEYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, kind)| *kind)
}

/// Refuses keys that no call carries, and operators that do not fit a key.
pub(super) fn check(condition: &ConditionBlock) -> Result<()> {
    for (operator, keys) in &condition.conditions {
        for key in keys.keys() {
            let kind = type_of(key).with_context(|| format!("the condition key {key} is not known here"))?;
            let fits = match operator.category() {
                OperatorType::Null => true,
                // On AWS, several values need an operator that says whether one or all of them count.
                OperatorType::String if kind == Type::Texts => operator.is_multivalued_operator(),
                OperatorType::String | OperatorType::Arn => kind == Type::Text,
                OperatorType::Boolean => kind == Type::Boolean,
                OperatorType::Numeric => kind == Type::Number,
                _ => false,
            };
            if !fits {
                bail!("{} is not evaluated here for {key}", operator.as_str());
            }
        }
    }
    Ok(())
}

impl Inner {
    /// What conditions are compared with.
    pub(super) fn context(&self, principal: &Principal<'_>, arns: &Arns, access: &Access) -> Context {
        let text = |value: &str| ContextValue::String(value.to_owned());
        let mut context = Context::new();
        let mut set = |key: &str, value| context.insert(key.to_owned(), value);
        set("aws:RequestedRegion", text(&self.region));
        set("aws:SecureTransport", ContextValue::Boolean(true));
        let by_service = matches!(principal, Principal::Service { .. });
        set("aws:PrincipalIsAWSService", ContextValue::Boolean(by_service));
        if let Some(arn) = &arns.principal {
            set("aws:PrincipalArn", text(arn));
            set("aws:PrincipalAccount", text(&self.account));
        }
        if let Principal::Service { name, source_arn } = principal {
            set("aws:PrincipalServiceName", text(name));
            set("aws:SourceArn", text(source_arn));
            set("aws:SourceAccount", text(&self.account));
        }
        for (key, value) in &access.carried {
            let value = match value {
                Carried::Text(value) => text(value),
                Carried::Texts(values) => ContextValue::StringList(values.clone()),
                Carried::Number(number) => ContextValue::Number((*number).into()),
            };
            context.insert(key.clone(), value);
        }
        context
    }
}
