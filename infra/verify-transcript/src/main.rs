//! The command: says whether a transcript holds, and if not, which record is the first that does not.

use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use verify_transcript::{Flaw, PublicKey, Verified, verify};

/// Checks an exported transcript of the case chat, offline.
#[derive(Parser)]
#[command(name = "verify-transcript", version)]
struct Options {
    /// The transcript, as it was exported.
    transcript: PathBuf,
    /// The public key of the deployment that it comes from, in PEM.
    #[arg(long, value_name = "PEM")]
    key: PathBuf,
}

/// Holds: 0. Does not hold: 1. Could not be checked: 2.
fn main() -> ExitCode {
    let (said, code) = match check(&Options::parse()) {
        Ok(Ok((verified, key))) => (holds(&verified, &key), 0),
        Ok(Err(flaw)) => (writeln!(stderr(), "It does not hold. {}", sentence(&flaw)), 1),
        Err(error) => (writeln!(stderr(), "It could not be checked: {error:#}"), 2),
    };
    // Nobody may be reading; the exit code tells all the same.
    let _ = said;
    code.into()
}

fn check(options: &Options) -> Result<Result<(Verified, PublicKey), Flaw>> {
    let read =
        |file: &PathBuf| std::fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    let key = PublicKey::from_pem(&read(&options.key)?).context(options.key.display().to_string())?;
    Ok(verify(&read(&options.transcript)?, &key).map(|verified| (verified, key)))
}

/// What the file says of itself, in visible ASCII: whoever signs could have written anything there.
fn holds(verified: &Verified, key: &PublicKey) -> std::io::Result<()> {
    let Verified { head, .. } = verified;
    let [case_id, exported_at, key_id] =
        [&verified.case_id, &verified.exported_at, &verified.key_id].map(|text| text.escape_default());
    writeln!(stdout(), "It holds: case {case_id}, records 0 to {head}, as exported at {exported_at}.")?;
    writeln!(stdout(), "Signed by the key given, whose SHA-256 is {}.", key.fingerprint())?;
    writeln!(stdout(), "The transcript calls that key {key_id}.")
}

fn sentence(flaw: &Flaw) -> String {
    let text = flaw.to_string();
    let (first, rest) = text.split_at(1);
    format!("{}{rest}.", first.to_uppercase())
}
