//! Text that people wrote. Parsed to its bounds, stored as sent, never printed.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// A message has at most this many Unicode scalar values: some four printed pages.
pub const MAX_BODY_CHARACTERS: usize = 8_000;

/// A message has at most this many bytes of UTF-8, so that a record stays a small item.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// Names and references fit a line of a screen and of an email.
const MAX_LABEL_CHARACTERS: usize = 200;

/// Text outside its bounds. Says what is wrong, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Nothing but white space.
    #[error("there is no text")]
    Empty,
    /// Over the bound for its kind.
    #[error("the text is too long")]
    TooLong,
    /// A control character other than newline and tab.
    #[error("the text has control characters other than newline and tab")]
    ControlCharacter,
    /// In a file's name: a path, or something that makes it read as another.
    #[error("the name has characters that no file name needs")]
    Misleading,
}

/// A file's name fits every file system.
const MAX_FILE_NAME_BYTES: usize = 200;

macro_rules! content {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(as = "String"))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text as it was sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} bytes)", stringify!($name), self.0.len())
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}

content!(
    /// What a message says: up to 8,000 characters and 16 KiB, kept exactly as sent.
    ///
    /// Empty only beside attachments, which is for [`crate::Draft`] to judge.
    MessageBody
);

content!(
    /// A person's name as the host system gives it: one line of up to 200 characters.
    PersonName
);

content!(
    /// A file's name as its owner gave it, in Unicode's composed form (NFC): up to 200 bytes, with no
    /// path, no control character and nothing that turns the direction of what is read.
    FileName
);

content!(
    /// What people call a case: one line of up to 200 characters.
    Reference
);

impl MessageBody {
    /// White space alone is no text.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The beginning, on one line: at most so many characters and an ellipsis, cut between what people
    /// take for characters, white space run together, without marks that turn the direction of reading.
    #[must_use]
    pub fn excerpt(&self, max_characters: usize) -> Self {
        let line = self.0.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: String = line.chars().filter(|c| !misleads(*c)).collect();
        let Some((end, _)) = line.char_indices().nth(max_characters) else {
            return Self(line);
        };
        let boundaries = line.grapheme_indices(true).map(|(at, _)| at);
        let end = boundaries.take_while(|at| *at <= end).last().unwrap_or_default();
        Self(format!("{}…", line[..end].trim_end()))
    }
}

impl TryFrom<String> for MessageBody {
    type Error = InvalidText;

    fn try_from(text: String) -> Result<Self, InvalidText> {
        if text.len() > MAX_BODY_BYTES || text.chars().count() > MAX_BODY_CHARACTERS {
            return Err(InvalidText::TooLong);
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(InvalidText::ControlCharacter);
        }
        Ok(Self(text))
    }
}

fn label(text: String) -> Result<String, InvalidText> {
    if text.chars().count() > MAX_LABEL_CHARACTERS {
        Err(InvalidText::TooLong)
    } else if text.trim().is_empty() {
        Err(InvalidText::Empty)
    } else if text.chars().any(char::is_control) {
        Err(InvalidText::ControlCharacter)
    } else {
        Ok(text)
    }
}

impl PersonName {
    /// The name without what turns the direction of reading or is not seen, for where nothing closes it off.
    #[must_use]
    pub fn plain(&self) -> String {
        self.0.chars().filter(|c| !misleads(*c)).collect()
    }
}

impl TryFrom<String> for PersonName {
    type Error = InvalidText;

    fn try_from(text: String) -> Result<Self, InvalidText> {
        label(text).map(Self)
    }
}

impl TryFrom<String> for FileName {
    type Error = InvalidText;

    fn try_from(text: String) -> Result<Self, InvalidText> {
        if text.len() > MAX_FILE_NAME_BYTES {
            return Err(InvalidText::TooLong);
        }
        let text = label(text)?;
        if text == "." || text == ".." || text.chars().any(|c| is_slash(c) || misleads(c)) {
            return Err(InvalidText::Misleading);
        }
        Ok(Self(text))
    }
}

impl FileName {
    /// Parses a name as a browser sends it, in whichever form its system composes characters.
    pub fn composed(text: &str) -> Result<Self, InvalidText> {
        // Composing may make a text shorter, and never more than three times longer.
        if text.len() > 4 * MAX_FILE_NAME_BYTES {
            return Err(InvalidText::TooLong);
        }
        unicode_normalization::UnicodeNormalization::nfc(text).collect::<String>().try_into()
    }
}

/// Separators of lines, marks that change the direction of reading, and characters that
/// are not seen. The joiners stay: Persian names and emoji are written with them.
fn misleads(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// What a path is made of, and much else.
const fn is_slash(c: char) -> bool {
    matches!(c, '/' | '\\')
}

impl TryFrom<String> for Reference {
    type Error = InvalidText;

    fn try_from(text: String) -> Result<Self, InvalidText> {
        label(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: impl Into<String>) -> Result<MessageBody, InvalidText> {
        text.into().try_into()
    }

    #[test]
    fn a_body_has_at_most_8000_characters_and_16_kib() {
        assert!(body("é".repeat(8_000)).is_ok());
        assert_eq!(body("a".repeat(8_001)), Err(InvalidText::TooLong));
        assert!(body("😀".repeat(4_096)).is_ok());
        assert_eq!(body("😀".repeat(4_096) + "a"), Err(InvalidText::TooLong));
    }

    #[test]
    fn newline_and_tab_are_the_only_control_characters_in_a_body() {
        assert!(body("a\n\tb").is_ok());
        for wrong in ["\0", "\r\n", "\u{1b}[0m", "\u{7f}", "\u{85}"] {
            assert_eq!(body(wrong), Err(InvalidText::ControlCharacter), "{wrong:?}");
        }
    }

    #[test]
    fn a_file_name_is_no_path_and_reads_as_what_it_is() {
        let name = |text: &str| FileName::composed(text).map(String::from);
        assert_eq!(name("Befund 2026-11 (Knie).pdf"), Ok("Befund 2026-11 (Knie).pdf".to_owned()));
        assert_eq!(name("re\u{301}sume\u{301}.pdf"), Ok("r\u{e9}sum\u{e9}.pdf".to_owned()));
        assert_eq!(name("تقرير.pdf"), Ok("تقرير.pdf".to_owned()));
        assert!(name(&"é".repeat(100)).is_ok());
        assert_eq!(name(&"é".repeat(101)), Err(InvalidText::TooLong));
        assert_eq!(name(&"a".repeat(5_000)), Err(InvalidText::TooLong));
        for wrong in ["../x.pdf", "a/b", "a\\b", "..", "x\u{202e}fdp.exe", "a\u{200b}.pdf", "a\u{2028}b"] {
            assert_eq!(name(wrong), Err(InvalidText::Misleading), "{wrong:?}");
        }
        for wrong in ["a\nb", "a\0", "\u{1b}x"] {
            assert_eq!(name(wrong), Err(InvalidText::ControlCharacter), "{wrong:?}");
        }
        assert_eq!(name("  "), Err(InvalidText::Empty));
    }

    #[test]
    fn content_does_not_print_itself() {
        let printed = format!("{:?}", body("a secret").expect("valid"));
        assert_eq!(printed, "MessageBody(8 bytes)");
    }
}
