//! Whatever is changed is found, and the first record that does not hold is named.

use proptest::prelude::*;
use serde_json::Value;
use verify_transcript::{Flaw, PublicKey, RecordFlaw, Verified, verify};

use crate::transcripts::{KEY_ID, Signer, seal, thread};

fn of(transcript: &Value, key: &PublicKey) -> Result<Verified, Flaw> {
    verify(transcript.to_string().as_bytes(), key)
}

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("Message {number} \u{1F600} \"quoted\"\n")).collect()
}

fn at(seq: u64, flaw: RecordFlaw) -> Result<Verified, Flaw> {
    Err(Flaw::Record { seq, flaw })
}

#[test]
fn every_bit_of_every_byte_counts() {
    let signer = Signer::new();
    let key = signer.public();
    let transcript = signer.transcript("case-1", &thread("case-1", &texts(1))).to_string();
    for position in 0..transcript.len() {
        for bit in 0..8 {
            let mut changed = transcript.clone().into_bytes();
            changed[position] ^= 1 << bit;
            assert!(verify(&changed, &key).is_err(), "bit {bit} of byte {position}");
        }
    }
    let cut = (0..transcript.len()).filter(|end| verify(&transcript.as_bytes()[..*end], &key).is_ok());
    assert_eq!(cut.count(), 0, "a file that breaks off does not hold");
}

#[test]
fn a_field_that_stands_there_twice_is_refused() {
    let signer = Signer::new();
    let transcript = signer.transcript("case-1", &thread("case-1", &texts(2))).to_string();
    // A reader that takes the first would see another text; the hash is that of the second.
    let twice = transcript.replacen("\"body\":\"Message 1", "\"body\":\"Forged\",\"body\":\"Message 1", 1);
    assert_ne!(twice, transcript);
    let found = verify(twice.as_bytes(), &signer.public());
    assert!(matches!(found, Err(Flaw::Record { seq: 2, flaw: RecordFlaw::Unreadable(_) })), "{found:?}");
    let twice = transcript.replacen("\"head\":2", "\"head\":1,\"head\":2", 1);
    assert!(matches!(verify(twice.as_bytes(), &signer.public()), Err(Flaw::Unreadable(_))));
}

#[test]
fn a_hash_that_is_moved_to_another_place_is_missed_in_its_own() {
    let signer = Signer::new();
    let transcript = signer.transcript("case-1", &thread("case-1", &texts(1)));
    let hash = format!("\"hash\":{},", transcript["records"][1]["hash"]);
    let (text, people) = (transcript.to_string(), "\"participants\":{");
    let (before, record) = text.split_at(text.rfind(&hash).unwrap());
    let moved =
        before.to_owned() + &record.replacen(&hash, "", 1).replacen(people, &format!("{people}{hash}"), 1);
    assert!(moved != text && serde_json::from_str::<Value>(&moved).is_ok());
    let found = verify(moved.as_bytes(), &signer.public());
    assert!(matches!(found, Err(Flaw::Record { seq: 1, .. })), "{found:?}");
}

#[test]
fn layout_means_nothing_and_another_key_means_no() {
    let signer = Signer::new();
    let transcript = signer.transcript("case-1", &thread("case-1", &texts(3)));
    let spread = serde_json::to_vec_pretty(&transcript).unwrap();
    assert!(verify(&spread, &signer.public()).is_ok());
    assert_eq!(of(&transcript, &Signer::new().public()), Err(Flaw::Signature));
    assert!(PublicKey::from_pem(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").is_err());
}

#[test]
fn a_signature_says_nothing_of_another_case_another_end_or_another_time() {
    let signer = Signer::new();
    let key = signer.public();
    let one = signer.transcript("case-1", &thread("case-1", &texts(3)));
    let other = signer.transcript("case-2", &thread("case-2", &texts(3)));
    let mut changed = one.clone();
    changed["signature"] = other["signature"].clone();
    assert_eq!(of(&changed, &key), Err(Flaw::Signature));
    let mut changed = one.clone();
    changed["caseId"] = "case-2".into();
    assert_eq!(of(&changed, &key), at(0, RecordFlaw::Foreign));
    let mut changed = one.clone();
    changed["exportedAt"] = "2026-11-23T10:00:00.000Z".into();
    assert_eq!(of(&changed, &key), Err(Flaw::Signature));
    let mut changed = one;
    changed["head"] = 2.into();
    assert_eq!(of(&changed, &key), Err(Flaw::Head { said: 2, last: 3 }));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_was_exported_holds(texts in prop::collection::vec(".{0,60}", 0..8)) {
        let signer = Signer::new();
        let verified = of(&signer.transcript("case-1", &thread("case-1", &texts)), &signer.public()).unwrap();
        prop_assert_eq!(verified.head, texts.len() as u64);
        prop_assert_eq!((verified.case_id.as_str(), verified.key_id.as_str()), ("case-1", KEY_ID));
    }

    #[test]
    fn a_record_that_is_dropped_leaves_a_gap(count in 1usize..12, pick in any::<prop::sample::Index>()) {
        let signer = Signer::new();
        let mut transcript = signer.transcript("case-1", &thread("case-1", &texts(count)));
        let dropped = pick.index(count);
        transcript["records"].as_array_mut().unwrap().remove(dropped);
        let next = dropped as u64 + 1;
        prop_assert_eq!(of(&transcript, &signer.public()), at(dropped as u64, RecordFlaw::OutOfPlace { seq: next }));
    }

    #[test]
    fn a_tail_that_is_cut_is_missed_whatever_the_head_says(count in 1usize..12, cut in 1usize..12) {
        let signer = Signer::new();
        let mut transcript = signer.transcript("case-1", &thread("case-1", &texts(count)));
        let left = (count + 1).saturating_sub(cut);
        transcript["records"].as_array_mut().unwrap().truncate(left);
        let key = signer.public();
        if left == 0 {
            prop_assert_eq!(of(&transcript, &key), Err(Flaw::Empty));
        } else {
            let last = left as u64 - 1;
            prop_assert_eq!(of(&transcript, &key), Err(Flaw::Head { said: count as u64, last }));
            transcript["head"] = last.into();
            prop_assert_eq!(of(&transcript, &key), Err(Flaw::Signature));
        }
    }

    #[test]
    fn two_that_change_places_are_found(
        count in 1usize..12,
        one in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
    ) {
        let (one, other) = (one.index(count + 1), other.index(count + 1));
        prop_assume!(one != other);
        let signer = Signer::new();
        let mut transcript = signer.transcript("case-1", &thread("case-1", &texts(count)));
        transcript["records"].as_array_mut().unwrap().swap(one, other);
        let (first, second) = (one.min(other) as u64, one.max(other) as u64);
        prop_assert_eq!(of(&transcript, &signer.public()), at(first, RecordFlaw::OutOfPlace { seq: second }));
    }

    #[test]
    fn a_changed_record_is_named_and_a_recomputed_chain_has_nobodys_signature(
        count in 1usize..12,
        pick in any::<prop::sample::Index>(),
    ) {
        let signer = Signer::new();
        let (key, changed) = (signer.public(), pick.index(count + 1));
        let mut transcript = signer.transcript("case-1", &thread("case-1", &texts(count)));
        transcript["records"][changed]["reference"] = "MSO-2026-0002".into();
        prop_assert_eq!(of(&transcript, &key), at(changed as u64, RecordFlaw::Changed));
        let records = transcript["records"].as_array_mut().unwrap();
        seal(&mut records[..=changed], changed);
        if changed < count {
            prop_assert_eq!(of(&transcript, &key), at(changed as u64 + 1, RecordFlaw::Unchained));
        }
        let mut records = transcript["records"].as_array().unwrap().clone();
        seal(&mut records, changed);
        transcript["records"] = records.clone().into();
        prop_assert_eq!(of(&transcript, &key), Err(Flaw::Signature));
        let forged = Signer::new().transcript("case-1", &records);
        prop_assert_eq!(of(&forged, &key), Err(Flaw::Signature));
    }
}
