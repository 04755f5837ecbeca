use serde_json::error::Category;

/// Where a text stopped making sense, and how. Never in the parser's words, which repeat what stands there: that is
/// content, and on a terminal it could say anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} (line {line}, column {column})", what(*.category))]
pub struct Misread {
    category: Category,
    line: usize,
    column: usize,
}

impl From<serde_json::Error> for Misread {
    fn from(error: serde_json::Error) -> Self {
        Self { category: error.classify(), line: error.line(), column: error.column() }
    }
}

const fn what(category: Category) -> &'static str {
    match category {
        Category::Data => "a field is missing, unknown, doubled or of the wrong kind",
        Category::Eof => "it breaks off",
        Category::Io | Category::Syntax => "it is not JSON",
    }
}

/// Why a transcript does not hold. None repeats what stands there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Not UTF-8.
    #[error("it is not UTF-8 from byte {at} on")]
    NotText {
        /// Where.
        at: usize,
    },
    /// Not a transcript's JSON.
    #[error("it is not a transcript: {0}")]
    Unreadable(Misread),
    /// Of a version that this does not know.
    #[error("its format is not case-chat-transcript/1")]
    Format,
    /// A record does not hold: the first that does not.
    #[error("record {seq}: {flaw}")]
    Record {
        /// Its place, counted from 0.
        seq: u64,
        /// What about it.
        flaw: RecordFlaw,
    },
    /// No records.
    #[error("it has no records")]
    Empty,
    /// More or fewer records than the head says.
    #[error("it says that it ends with record {said}, and it ends with record {last}")]
    Head {
        /// What it says.
        said: u64,
        /// What is there.
        last: u64,
    },
    /// The chain holds in itself, but this key did not sign its head.
    #[error("the signature of its head does not hold: the records are not those that were exported")]
    Signature,
}

/// Why a record does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordFlaw {
    /// Not a record's JSON, or with a field twice.
    #[error("it is no record: {0}")]
    Unreadable(Misread),
    /// A field that ties it to its place is not there, or is no such thing.
    #[error("`{0}` is missing")]
    Lacks(&'static str),
    /// It says something that canonical JSON cannot.
    #[error("it has no canonical form")]
    NoCanonicalForm,
    /// Its hash is not that of its fields.
    #[error("its hash is not that of what it says")]
    Changed,
    /// Another record stands in its place.
    #[error("record {seq} stands in its place")]
    OutOfPlace {
        /// What that one says that it is.
        seq: u64,
    },
    /// Of another case.
    #[error("it is of another case")]
    Foreign,
    /// It names another hash than that of the record before.
    #[error("it does not build on the record before it")]
    Unchained,
}
