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
            "It holds: case case-1, records 0 to 2, as exported at 2026-11-22T10:00:00.000Z.\n\
             Signed by the key given, whose SHA-256 is {}.\nThe transcript calls that key {KEY_ID}.\n",
            signer.fingerprint()
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

/// Clears the screen and says that all is well.
const HOSTILE: &str = "\u{1b}[2JIt holds\r\u{9b}2J\u{202e}";

#[test]
fn what_stands_in_a_file_does_not_reach_the_terminal() {
    let signer = Signer::new();
    let transcript = signer.transcript("case-1", &thread("case-1", &["a secret between two".to_owned()]));
    let hostile = serde_json::to_string(HOSTILE).unwrap();
    let mut unknown = transcript.clone();
    unknown[HOSTILE] = 1.into();
    let mut misplaced = transcript.clone();
    misplaced["head"] = "a secret between two".into();
    let mut record = transcript.clone();
    record["records"][1] = HOSTILE.into();
    let doubled =
        transcript.to_string().replacen("\"head\":", &format!("{hostile}:1,{hostile}:1,\"head\":"), 1);
    // The characters themselves, which JSON would escape.
    let raw = |text: &str| text.replace(&hostile, &format!("\"{HOSTILE}\""));
    for text in [unknown, misplaced, record].map(|file| file.to_string()).into_iter().chain([doubled]) {
        for text in [raw(&text), text] {
            let (code, said) = run(&text, &signer.pem());
            assert!(code == Some(1) && said.starts_with("It does not hold. "), "{said:?}");
            assert!(!said.contains("It holds") && !said.contains("secret"), "{said:?}");
            assert!(said.trim_end().bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{said:?}");
        }
    }
}

#[test]
fn what_a_signer_says_of_itself_is_shown_as_plain_text() {
    let signer = Signer::new();
    let (case_id, key_id) = (format!("case{HOSTILE}"), format!("arn{HOSTILE}\nSigned by somebody else"));
    let transcript = signer.transcript_of(&case_id, &thread(&case_id, &[]), &key_id).to_string();
    let (code, said) = run(&transcript, &signer.pem());
    assert_eq!((code, said.lines().count()), (Some(0), 3), "{said:?}");
    assert!(said.contains("\\u{1b}[2JIt holds"), "{said:?}");
    assert!(said.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "{said:?}");
}
