//! The command: what it says, and how it ends.

use std::process::{Command, Output};

use crate::transcripts::{KEY_ID, Signer, thread};

fn run(transcript: &str, key: &str) -> (Option<i32>, String) {
    let directory = tempfile::tempdir().unwrap();
    let (file, pem) = (directory.path().join("transcript.json"), directory.path().join("key.pem"));
    std::fs::write(&file, transcript).unwrap();
    std::fs::write(&pem, key).unwrap();
    let command = env!("CARGO_BIN_EXE_verify-transcript");
    let Output { status, stdout, stderr } =
        Command::new(command).arg(&file).arg("--key").arg(&pem).output().unwrap();
    (status.code(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

#[test]
fn it_says_that_a_transcript_holds_or_which_record_does_not() {
    let signer = Signer::new();
    let texts = ["Is it healed?".to_owned(), "Almost.".to_owned()];
    let transcript = signer.transcript("case-1", &thread("case-1", &texts)).to_string();
    let (code, said) = run(&transcript, &signer.pem());
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        said,
        format!(
            "It holds: case case-1, records 0 to 2, as exported at 2026-11-22T10:00:00.000Z.\nSigned by {KEY_ID}.\n"
        )
    );
    let (code, said) = run(&transcript.replace("Almost.", "Surely."), &signer.pem());
    assert_eq!(
        (code, said.as_str()),
        (Some(1), "It does not hold. Record 2: its hash is not that of what it says.\n")
    );
    let (code, said) = run("{", &signer.pem());
    assert!(code == Some(1) && said.starts_with("It does not hold. It is not a transcript: "), "{said}");
    let (code, said) = run(&transcript, "no key");
    assert!(code == Some(2) && said.starts_with("It could not be checked: "), "{said}");
}
