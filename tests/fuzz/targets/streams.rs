//! Batches of the tables' streams. A record that is taken stands where it says and holds what it says.
#![no_main]

use aws_lambda_events::dynamodb::Event;
use case_chat_aws::{News, read_record};
use case_chat_domain::SealedRecord;
use case_chat_entry::stream::records;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(event) = serde_json::from_str::<Event>(text) {
        for (_, record) in records(&event) {
            let (keys, image) = (&record.change.keys, &record.change.new_image);
            let _ = News::read(keys, image);
            if let Ok(sealed) = read_record(keys, image) {
                assert!(sealed.is_intact());
            }
        }
    }
    // As it stands in a table or in a transcript.
    if let Ok(sealed) = SealedRecord::parse(text.to_owned()) {
        assert_eq!(sealed.json(), text);
        let _ = sealed.is_intact();
    }
});
