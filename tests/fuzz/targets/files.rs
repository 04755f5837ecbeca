//! Names and first bytes of files. A name that is taken is one name wherever it is shown, and breaks out of no header.
#![no_main]

use case_chat_aws::disposition;
use case_chat_domain::{Declared, FileName, Hash, looks_like};
use libfuzzer_sys::fuzz_target;

const TYPES: [&str; 4] = ["image/jpeg", "image/png", "application/pdf", "application/dicom"];

fuzz_target!(|data: &[u8]| {
    let taken_for = TYPES.iter().filter(|kind| looks_like(kind, data)).count();
    assert!(taken_for <= 1, "a file is of one type at most");
    let Ok(name) = std::str::from_utf8(data).map(FileName::composed) else {
        return;
    };
    let Ok(name) = name else {
        return;
    };
    assert!(name.as_str().len() <= 200 && !name.as_str().contains(['/', '\\', '\r', '\n', '\0']));
    let again = FileName::composed(name.as_str()).expect("a name stays one");
    assert_eq!(again.as_str(), name.as_str(), "composing twice changes nothing");
    let declared = Declared { name, content_type: "image/png".to_owned(), size: 1, sha256: Hash::zero() };
    let header = disposition(&declared);
    assert!(header.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
    assert_eq!(header.matches('"').count(), 2);
    assert!(!header.contains('\\'));
});
