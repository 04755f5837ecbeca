//! What comes from the mail's side: bounces, notes of the queue, tokens of links, addresses and languages.
#![no_main]

use case_chat_aws::reader_of;
use case_chat_domain::{EmailAddress, Language, Note, UnsubscribeToken};
use libfuzzer_sys::fuzz_target;
use record_bounce::Report;

fuzz_target!(|text: &str| {
    if let Ok(Some(report)) = Report::read(text) {
        assert!(report.reader.as_str().len() <= 128);
    }
    if let Ok(note) = serde_json::from_str::<Note>(text) {
        let again = serde_json::to_string(&note).expect("JSON");
        assert_eq!(serde_json::from_str::<Note>(&again).expect("a note"), note);
    }
    if let Ok(token) = text.parse::<UnsubscribeToken>() {
        assert_eq!(token.as_str(), text);
    }
    if let Ok(address) = text.parse::<EmailAddress>() {
        // One mailbox, and nothing that could begin another header.
        assert!(!address.as_str().contains(['\r', '\n', '\0']));
        assert!(address.as_str().is_ascii());
    }
    let _ = (Language::of(text), reader_of(text));
});
