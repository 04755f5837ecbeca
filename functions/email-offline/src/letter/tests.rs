use case_chat_domain::{Attachment, Change, Participants, Person, Role, SealedRecord, Timestamp};

use super::*;

const EVERY: [Language; 3] = [Language::English, Language::Spanish, Language::Arabic];

fn person(id: &str, name: &str) -> Person {
    Person { user_id: id.parse().expect("an id"), name: name.to_owned().try_into().expect("a name") }
}

/// A message of somebody with that name, with so many files.
fn message(name: &str, body: &str, files: usize) -> SealedRecord {
    let participants = Participants::new(person("amira", name), person("chen", "Dr. Wei Chen"));
    let opened = Record::open(
        "case-1".parse().expect("an id"),
        "MSO-1".to_owned().try_into().expect("a reference"),
        participants.expect("two people"),
        Timestamp::from_millis(0),
    );
    let file = Attachment {
        id: "file-1".parse().expect("an id"),
        name: "knee.png".to_owned().try_into().expect("a name"),
        content_type: "image/png".to_owned(),
        size: 1,
        sha256: case_chat_domain::Hash::zero(),
    };
    let change = Change::Write {
        role: Role::Requester,
        client_id: "01933e2c-5c7e-7d3a-8b1f-000000000001".parse().expect("a UUID"),
        body: body.to_owned().try_into().expect("a body"),
        attachments: vec![file; files],
    };
    opened.record().next(change, Timestamp::from_millis(1))
}

fn mail(language: Language, record: &Record, count: u64, level: Level) -> Mail {
    let letter = Letter {
        language,
        waiting: Waiting::of(record, count, level),
        chat: "https://chat.example/#/cases/case-1/chat".to_owned(),
        unsubscribe: "https://api.example/unsubscribe?token=t".to_owned(),
    };
    letter.write().expect("a mail")
}

#[test]
fn a_mail_says_no_more_than_its_level() {
    let message = message("Amira Haddad", "My knee hurts", 2);
    for language in EVERY {
        for (level, name, snippet) in
            [(Level::Full, true, true), (Level::Sender, true, false), (Level::Generic, false, false)]
        {
            let mail = mail(language, message.record(), 1, level);
            for part in [&mail.text, &mail.html] {
                assert_eq!(part.contains("Amira Haddad"), name, "{language:?} {level:?}");
                assert_eq!(part.contains("My knee hurts"), snippet, "{language:?} {level:?}");
                assert!(!part.contains("knee.png"));
                assert!(part.contains("#/cases/case-1/chat"));
                assert!(part.contains("unsubscribe?token=t"));
            }
            assert!(!mail.subject.contains("Amira"));
        }
    }
}

#[test]
fn a_burst_and_its_files_are_told_as_counts() {
    let message = message("Amira Haddad", "", 2);
    let mail = mail(Language::English, message.record(), 100, Level::Full);
    assert!(mail.text.contains("has sent you 100 messages"));
    assert!(mail.text.contains("2 files attached"));
    assert!(!mail.html.contains("dir=\"auto\""), "nothing is quoted where nothing was written");
}

#[test]
fn what_is_not_seen_is_not_quoted() {
    let message = message("Amira Haddad", "\u{200b}\u{200b}", 0);
    let mail = mail(Language::English, message.record(), 1, Level::Full);
    assert!(!mail.html.contains("dir=\"auto\""), "{}", mail.html);
}

#[test]
fn what_people_wrote_is_text_and_cannot_turn_what_stands_around_it() {
    let message =
        message("Eve <b>\u{2069}\u{202e}\u{2028}Bold</b>", "<script>alert(1)</script>\n\u{202e}gnp.exe", 0);
    for language in EVERY {
        let mail = mail(language, message.record(), 1, Level::Full);
        assert!(!mail.html.contains("<b>") && !mail.html.contains("<script>"), "{}", mail.html);
        assert!(mail.html.contains("&#60;script&#62;alert(1)&#60;/script&#62; gnp.exe"), "{}", mail.html);
        assert!(mail.text.contains("\u{2068}Eve <b>Bold</b>\u{2069}"), "{}", mail.text);
        assert!(mail.text.contains("\u{2068}<script>alert(1)</script> gnp.exe\u{2069}"), "{}", mail.text);
    }
}

#[test]
fn a_snippet_is_one_line_of_at_most_120_characters_cut_between_whole_ones() {
    // A family of seven scalar values, which is one character to whoever reads it.
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
    let message = message("Amira", &format!("line\none {}", family.repeat(40)), 0);
    let Waiting { snippet, .. } = Waiting::of(message.record(), 1, Level::Full);
    let snippet = snippet.expect("a snippet");
    assert!(snippet.starts_with("line one "));
    assert!(snippet.chars().count() <= 121, "{}", snippet.chars().count());
    assert!(snippet.trim_end_matches('…').ends_with(family), "{snippet}");
}

#[test]
fn who_takes_over_a_case_is_told_so_without_a_name_or_words() {
    let message = message("Amira Haddad", "My knee hurts", 0);
    let handed = message.record().next(
        Change::Reassign(Role::Provider, person("okafor", "Dr. Ngozi Okafor")),
        Timestamp::from_millis(2),
    );
    let mail = mail(Language::English, handed.record(), 3, Level::Full);
    assert!(mail.text.contains("A case has been given to you, with 3 messages to read"));
    assert!(!mail.text.contains("Amira") && !mail.text.contains("knee"));
    let generic = self::mail(Language::English, handed.record(), 3, Level::Generic);
    assert!(generic.text.contains("You have 3 new messages in your case chat"), "{}", generic.text);
}

#[test]
fn arabic_is_written_from_right_to_left() {
    let message = message("Amira Haddad", "مرحبا", 0);
    let mail = mail(Language::Arabic, message.record(), 1, Level::Full);
    assert!(mail.html.contains("<html lang=\"ar\" dir=\"rtl\">"));
    assert!(mail.text.contains("وصلتك رسالة من \u{2068}Amira Haddad\u{2069}"));
}
