//! What the template does not say of where it runs: the account, the region, and parameters that are known here.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::options::Options;
use crate::ports::{self, Ports};
use crate::{template, web};

pub(crate) const ACCOUNT: &str = "000000000000";
pub(crate) const REGION: &str = "eu-central-1";
const STACK_NAME: &str = "case-chat";
/// As whom mail is sent: a domain that nobody has, so that mail which leaves by mistake goes nowhere.
const SENDER_ADDRESS: &str = "case-chat@example.org";
const SENDER_IDENTITY: &str = "example.org";

/// What templates are read with; parameters that one does not have are passed over.
pub(crate) fn of(options: &Options, ports: &Ports, aws_url: &str) -> Result<template::Surroundings> {
    Ok(template::Surroundings {
        known_parameters: texts(&[
            ("Issuer", &ports::url("http", &ports.issuer)?),
            ("Audience", web::CLIENT_ID),
            ("WebOrigin", &ports::url("http", &ports.web)?),
            // The page is served here, by the local cloud itself.
            ("WebHosting", "none"),
            ("HostPrincipal", &format!("arn:aws:iam::{ACCOUNT}:user/local")),
            ("SenderAddress", SENDER_ADDRESS),
            ("SenderIdentity", SENDER_IDENTITY),
        ]),
        given_parameters: options.parameters.iter().cloned().collect(),
        pseudo_parameters: pseudo_parameters(),
        aws_url: aws_url.to_owned(),
        http_url: ports::url("http", &ports.http)?,
    })
}

/// AWS::Region and the like.
pub(crate) fn pseudo_parameters() -> BTreeMap<String, String> {
    texts(&[
        ("AWS::AccountId", ACCOUNT),
        ("AWS::Region", REGION),
        ("AWS::StackName", STACK_NAME),
        ("AWS::Partition", "aws"),
        ("AWS::URLSuffix", "amazonaws.com"),
    ])
}

pub(crate) fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
