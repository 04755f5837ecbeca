//! What the host system says of a case. Whatever is taken can open a thread that holds.
#![no_main]

use case_chat_domain::{Record, Role, SealedRecord, Snapshot, Timestamp, UnsubscribeToken};
use case_chat_wire::CaseChanged;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(event) = serde_json::from_str::<CaseChanged>(text) else {
        return;
    };
    for profile in event.profiles(|| UnsubscribeToken::from_random([0; 16])) {
        if let Some(address) = profile.address {
            assert!(address.as_str().contains('@') && !address.as_str().contains(['\r', '\n']));
        }
    }
    if let Ok(snapshot) = Snapshot::try_from(event) {
        assert!((1..1 << 53).contains(&snapshot.version));
        let of = |role| &snapshot.participants.get(role).user_id;
        assert_ne!(of(Role::Requester), of(Role::Provider));
        let Snapshot { case_id, reference, participants, .. } = snapshot;
        let opened = Record::open(case_id, reference, participants, Timestamp::from_millis(0));
        let read = SealedRecord::parse(opened.json().to_owned()).expect("what is stored can be read");
        assert!(read.is_intact());
    }
});
