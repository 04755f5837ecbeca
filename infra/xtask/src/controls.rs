//! `cargo xtask controls`: takes controls away, one at a time, and shows the test that notices.
//!
//! In a clean clone of what is committed, so that nothing here has to be put back; it shares the target folder.

use std::{fs, os::unix::fs::symlink, path::Path};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    command::{cargo, root, say},
    functions,
    sam::clean_clone,
};

/// Where the clone goes.
const TREE: &str = "target/controls";

/// The workspace's version, and what it is there.
const VERSION: &str = "\nversion = \"0.1.0\"\n";
const ITS_VERSION: &str = "\nversion = \"0.1.0-controls\"\n";

/// A control, how it is taken away, and which test must fail then.
struct Control {
    name: &'static str,
    file: &'static str,
    stands: &'static str,
    removed: &'static str,
    tests: Tests,
    test: &'static str,
}

#[derive(Clone, Copy)]
enum Tests {
    Domain,
    Entry,
    Stack,
}

impl Tests {
    fn arguments(self) -> [&'static str; 3] {
        match self {
            Self::Domain => ["--package=case-chat-domain", "--lib", "--quiet"],
            Self::Entry => ["--package=case-chat-entry", "--lib", "--quiet"],
            Self::Stack => ["--package=case-chat-stack-tests", "--test=it", "--quiet"],
        }
    }
}

const CONTROLS: [Control; 9] = [
    Control {
        name: "only who shares the case now is admitted",
        file: "shared/domain/src/tail.rs",
        stands: "participants.role_of(user)?;",
        removed: "participants.role_of(user).unwrap_or(Role::Provider);",
        tests: Tests::Domain,
        test: "tail::tests::only_those_who_share_the_case_now_are_admitted",
    },
    Control {
        name: "a record's hash is compared with its text",
        file: "shared/domain/src/record.rs",
        stands: "Hash::of(canonical(&fields).as_bytes()) == self.record.hash",
        removed: "!canonical(&fields).is_empty()",
        tests: Tests::Domain,
        test: "record::tests::a_record_reads_back_byte_for_byte_and_shows_any_change",
    },
    Control {
        name: "an empty bucket lets no message through",
        file: "shared/domain/src/rate.rs",
        stands: "let Some(left) = left.checked_sub(1000) else {",
        removed: "let Some(left) = Some(left.saturating_sub(1000)) else {",
        tests: Tests::Domain,
        test: "rate::tests::a_burst_passes_and_then_one_message_a_second",
    },
    Control {
        name: "a message is bounded",
        file: "shared/domain/src/text.rs",
        stands: "if text.len() > MAX_BODY_BYTES || text.chars().count() > MAX_BODY_CHARACTERS {",
        removed: "if text.len() > 100 * MAX_BODY_BYTES {",
        tests: Tests::Domain,
        test: "text::tests::a_body_has_at_most_8000_characters_and_16_kib",
    },
    Control {
        name: "built for release, no issuer without TLS",
        file: "shared/entry/src/identity.rs",
        stands: "!release || issuer.starts_with(\"https://\")",
        removed: "!release || !issuer.is_empty()",
        tests: Tests::Entry,
        test: "identity::tests::built_for_release_no_issuer_is_trusted_without_tls",
    },
    Control {
        name: "no socket for a page of another origin",
        file: "shared/entry/src/handshake.rs",
        stands: "origin.as_bytes() != web_origin.as_bytes()",
        removed: "origin.is_empty() && web_origin.is_empty()",
        tests: Tests::Entry,
        test: "handshake::tests::a_page_of_another_origin_is_refused",
    },
    Control {
        name: "the table of threads denies updates to everybody",
        file: "template.yaml",
        stands: "                - dynamodb:UpdateItem\n                - dynamodb:BatchWriteItem\n",
        removed: "                - dynamodb:BatchWriteItem\n",
        tests: Tests::Stack,
        test: "append_only::nobody_can_change_a_record_not_even_with_the_accounts_own_credentials",
    },
    Control {
        name: "only two functions insert into threads",
        file: "template.yaml",
        stands: "Sid: OnlyTwoAppend\n              Effect: Deny\n",
        removed: "Sid: OnlyTwoAppend\n              Effect: Allow\n",
        tests: Tests::Stack,
        test: "append_only::nobody_can_change_a_record_not_even_with_the_accounts_own_credentials",
    },
    Control {
        name: "nobody but the host puts events on the bus",
        file: "template.yaml",
        stands: "StatementId: NobodyElseMayPut\n      Statement:\n        Effect: Deny\n",
        removed: "StatementId: NobodyElseMayPut\n      Statement:\n        Effect: Allow\n",
        tests: Tests::Stack,
        test: "policies::a_function_cannot_speak_as_the_host",
    },
];

/// Each test passes with its control in place, and must fail without it.
pub(crate) fn controls() -> Result<()> {
    functions::build()?;
    let tree = root().join(clean_clone(TREE)?);
    // Cargo tells packages apart by name and version and not by where the workspace lies: under their own version, what is
    // built from here can never pass for what it is built from the repository.
    let manifest = tree.join("Cargo.toml");
    let text = fs::read_to_string(&manifest)?;
    ensure!(text.matches(VERSION).count() == 1, "Cargo.toml has the version elsewhere");
    fs::write(&manifest, text.replace(VERSION, ITS_VERSION))?;
    // The tests look for the functions' binaries there, which no control here changes.
    symlink(root().join("target"), tree.join("target"))?;
    let mut unnoticed = Vec::new();
    for control in &CONTROLS {
        let Control { name, file, stands, removed, test, .. } = control;
        ensure!(control.holds(&tree)?, "{test} fails with its control in place");
        let path = tree.join(file);
        let text = fs::read_to_string(&path)?;
        ensure!(text.matches(stands).count() == 1, "{file} says {stands:?} not once: the list is stale");
        fs::write(&path, text.replace(stands, removed))?;
        let holds = control.holds(&tree)?;
        fs::write(&path, text)?;
        say(format!("{name}: without it {test} {}", if holds { "STILL PASSES" } else { "fails" }));
        unnoticed.extend(holds.then_some(*name));
    }
    if !unnoticed.is_empty() {
        bail!("taken away and not missed: {}", unnoticed.join("; "));
    }
    say(format!("{} controls were taken away one at a time, and each was missed", CONTROLS.len()));
    Ok(())
}

impl Control {
    /// Whether its test passes. One that does not compile, or is not there, is neither.
    fn holds(&self, tree: &Path) -> Result<bool> {
        let run = cargo()
            .arg("test")
            .args(self.tests.arguments())
            .args(["--", "--exact", self.test])
            .current_dir(tree)
            .output()
            .context("cargo could not be started")?;
        let said = String::from_utf8_lossy(&run.stdout);
        match (said.contains("1 passed; 0 failed"), said.contains("0 passed; 1 failed")) {
            (true, false) => Ok(true),
            (false, true) => Ok(false),
            _ => bail!("{} was not run: {said}{}", self.test, String::from_utf8_lossy(&run.stderr)),
        }
    }
}
