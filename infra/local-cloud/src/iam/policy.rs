//! A policy: statements that are all understood, and what they say of a request.
//!
//! Owns the use of `iam-rs`. Whatever it would skip over or read otherwise than AWS is refused here, when the policy is
//! read, or rewritten: see [`super::statement`].

use anyhow::{Context, Result, bail};
use iam_rs::{
    Arn, EvaluationError, EvaluationOptions, IAMAction, IAMEffect, IAMPolicy, IAMRequest, IAMStatement,
    PolicyEvaluator,
};
use serde_json::Value;

use super::statement::{self, Kind};

/// Elements of a policy document.
const DOCUMENT: [&str; 3] = ["Version", "Id", "Statement"];
/// The only version of the policy language that is written today.
const VERSION: &str = "2012-10-17";

/// A policy that can be evaluated.
pub(super) struct Policy {
    evaluator: PolicyEvaluator,
    statements: Vec<IAMStatement>,
    /// Their Sids, or their positions.
    labels: Vec<String>,
}

/// What a policy says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A statement denies it.
    Denied,
    /// The statement at this position allows it, and none denies it.
    Allowed(usize),
    /// Nothing.
    Silent,
}

impl Policy {
    /// The statements of a document: one or several.
    pub(super) fn statements_of(document: &Value) -> Result<Vec<Value>> {
        let elements = document.as_object().context("a policy is a map")?;
        if let Some(unknown) = elements.keys().find(|name| !DOCUMENT.contains(&name.as_str())) {
            bail!("{unknown} is no element of a policy");
        }
        if let Some(version) = elements.get("Version").filter(|version| *version != VERSION) {
            bail!("policies of version {version} are not evaluated here, only {VERSION}");
        }
        match elements.get("Statement") {
            Some(Value::Array(statements)) => Ok(statements.clone()),
            Some(one @ Value::Object(_)) => Ok(vec![one.clone()]),
            _ => bail!("a policy needs a Statement"),
        }
    }

    /// Reads statements, or says which one cannot be evaluated and why.
    pub(super) fn read(statements: &[Value], kind: Kind) -> Result<Self> {
        let label = |position: usize| {
            let sid = statements[position]["Sid"].as_str();
            sid.map_or_else(|| position.to_string(), str::to_owned)
        };
        let labels: Vec<String> = (0..statements.len()).map(label).collect();
        let read = statements
            .iter()
            .zip(&labels)
            .map(|(value, label)| statement::read(value, kind).with_context(|| format!("statement {label}")));
        let read = read.collect::<Result<Vec<_>>>()?;
        let policy = read.iter().cloned().fold(IAMPolicy::new(), IAMPolicy::add_statement);
        let options = EvaluationOptions {
            stop_on_explicit_deny: false,
            collect_match_details: true,
            max_statements: usize::MAX,
            ..EvaluationOptions::default()
        };
        let evaluator = PolicyEvaluator::with_policies(vec![policy]).with_options(options);
        Ok(Self { evaluator, statements: read, labels })
    }

    /// What it says of a request.
    pub(super) fn evaluate(&self, request: &IAMRequest) -> Result<Verdict, EvaluationError> {
        let details = self.evaluator.evaluate(request)?.statement_details;
        let applying =
            |effect| details.iter().position(|found| found.conditions_satisfied && found.effect == effect);
        Ok(match (applying(IAMEffect::Deny), applying(IAMEffect::Allow)) {
            (Some(_), _) => Verdict::Denied,
            (None, Some(position)) => Verdict::Allowed(position),
            (None, None) => Verdict::Silent,
        })
    }

    /// The statement and the action in it, as written, by which an action is allowed.
    pub(super) fn grant(&self, position: usize, action: &str) -> Option<(&str, &str)> {
        let action = action.to_ascii_lowercase();
        let written = actions(&self.statements[position]).into_iter();
        let covering = written
            .filter(|pattern| Arn::wildcard_match(&action, &pattern.to_ascii_lowercase()))
            .min_by_key(|pattern| pattern.contains(['*', '?']))?;
        Some((&self.labels[position], covering))
    }

    /// Every action that it allows, as written, with its statement.
    pub(super) fn allowed_actions(&self) -> impl Iterator<Item = (&str, &str)> {
        let labelled = self.statements.iter().zip(&self.labels);
        labelled.filter(|(statement, _)| statement.effect == IAMEffect::Allow).flat_map(
            |(statement, label)| actions(statement).into_iter().map(|action| (label.as_str(), action)),
        )
    }
}

/// The actions of a statement; all of them for one that says what it does not cover.
fn actions(statement: &IAMStatement) -> Vec<&str> {
    match &statement.action {
        Some(IAMAction::Single(action)) => vec![action],
        Some(IAMAction::Multiple(actions)) => actions.iter().map(String::as_str).collect(),
        None => vec!["*"],
    }
}
