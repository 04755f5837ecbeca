//! What a mail says, in each language: as text and as HTML, readable without pictures.
//!
//! Names and words of people stand in the body alone, each closed off so that it cannot turn the direction of
//! what stands around it. The subject is the same for everyone.

use askama::Template;
use case_chat_aws::{Mail, StoreError};
use case_chat_domain::{Event, Language, Level, Record};

/// A line on a phone shows fewer; the rest is in the chat.
const SNIPPET_CHARACTERS: usize = 120;

/// What waits for the reader, no more of it than they agreed to.
pub(crate) struct Waiting {
    /// How many messages.
    count: u64,
    /// From whom.
    sender: Option<String>,
    /// The beginning of the one that brought the mail.
    snippet: Option<String>,
    /// How many files came with that one.
    files: usize,
    /// Whether it may be said that the case was given to the reader, and the messages with it.
    handed_over: bool,
}

impl Waiting {
    pub(crate) fn of(record: &Record, count: u64, level: Level) -> Self {
        let nothing = Self { count, sender: None, snippet: None, files: 0, handed_over: false };
        match &record.event {
            Event::Message { sender, body, attachments, .. } => Self {
                sender: (level >= Level::Sender).then(|| sender.name.plain()),
                snippet: (level == Level::Full)
                    .then(|| body.excerpt(SNIPPET_CHARACTERS).as_str().to_owned())
                    .filter(|snippet| !snippet.is_empty()),
                files: if level == Level::Full { attachments.len() } else { 0 },
                ..nothing
            },
            _ => Self { handed_over: level >= Level::Sender, ..nothing },
        }
    }
}

/// A mail before it is written.
pub(crate) struct Letter {
    /// The reader's.
    pub(crate) language: Language,
    /// What it tells of.
    pub(crate) waiting: Waiting,
    /// Where to read it.
    pub(crate) chat: String,
    /// Where to end such mails.
    pub(crate) unsubscribe: String,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a>(&'a Parts);

impl Text<'_> {
    /// Closed off from what stands around it: FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE.
    fn isolated(&self, text: &str) -> String {
        format!("\u{2068}{text}\u{2069}")
    }
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a>(&'a Parts);

/// What both forms are made of.
struct Parts {
    language: Language,
    subject: &'static str,
    headline: Headline,
    snippet: Option<String>,
    files: Option<String>,
    button: &'static str,
    chat: String,
    why: &'static str,
    stop: &'static str,
    unsubscribe: String,
}

/// One sentence, with a name in it or none.
struct Headline {
    before: String,
    name: Option<String>,
    after: String,
}

impl Letter {
    pub(crate) fn write(self) -> Result<Mail, StoreError> {
        let parts = self.parts();
        let failed = |_| StoreError::Item("mail");
        Ok(Mail {
            subject: parts.subject,
            text: Text(&parts).render().map_err(failed)?,
            html: Html(&parts).render().map_err(failed)?,
            unsubscribe: parts.unsubscribe,
        })
    }

    fn parts(self) -> Parts {
        let Self { language, waiting, chat, unsubscribe } = self;
        let words = match language {
            Language::English => &ENGLISH,
            Language::Spanish => &SPANISH,
            Language::Arabic => &ARABIC,
        };
        let headline = match waiting.sender {
            Some(name) => {
                let (before, one, many) = words.from;
                let after = counted(waiting.count, one, many);
                Headline { before: before.to_owned(), name: Some(name), after }
            }
            None => {
                let (one, many) = if waiting.handed_over { words.handed_over } else { words.nameless };
                Headline { before: counted(waiting.count, one, many), name: None, after: String::new() }
            }
        };
        Parts {
            language,
            subject: words.subject,
            headline,
            snippet: waiting.snippet,
            files: (waiting.files > 0).then(|| counted(waiting.files as u64, words.files.0, words.files.1)),
            button: words.button,
            chat,
            why: words.why,
            stop: words.stop,
            unsubscribe,
        }
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { one.to_owned() } else { many.replace("{n}", &count.to_string()) }
}

/// The words of a language. Pairs are for one and for more, where `{n}` says how many; Arabic, which counts in
/// six forms, says the number apart.
struct Words {
    subject: &'static str,
    /// Before the sender's name, and after it for one and for more.
    from: (&'static str, &'static str, &'static str),
    nameless: (&'static str, &'static str),
    handed_over: (&'static str, &'static str),
    files: (&'static str, &'static str),
    button: &'static str,
    why: &'static str,
    stop: &'static str,
}

const ENGLISH: Words = Words {
    subject: "You have a new message",
    from: ("", " has written to you", " has sent you {n} messages"),
    nameless: ("You have a new message in your case chat", "You have {n} new messages in your case chat"),
    handed_over: (
        "A case has been given to you, with a message to read",
        "A case has been given to you, with {n} messages to read",
    ),
    files: ("1 file attached", "{n} files attached"),
    button: "Open the chat",
    why: "You receive this because you were away when the message came. To answer, open the chat: replies to this mail are not read.",
    stop: "Stop these mails",
};

const SPANISH: Words = Words {
    subject: "Tiene un mensaje nuevo",
    from: ("", " le ha escrito", " le ha enviado {n} mensajes"),
    nameless: (
        "Tiene un mensaje nuevo en el chat de su caso",
        "Tiene {n} mensajes nuevos en el chat de su caso",
    ),
    handed_over: (
        "Se le ha asignado un caso, con un mensaje por leer",
        "Se le ha asignado un caso, con {n} mensajes por leer",
    ),
    files: ("1 archivo adjunto", "{n} archivos adjuntos"),
    button: "Abrir el chat",
    why: "Recibe este correo porque no estaba en línea cuando llegó el mensaje. Para responder, abra el chat: las respuestas a este correo no se leen.",
    stop: "Dejar de recibir estos correos",
};

const ARABIC: Words = Words {
    subject: "لديك رسالة جديدة",
    from: ("وصلتك رسالة من ", "", " (عدد الرسائل: {n})"),
    nameless: ("لديك رسالة جديدة في محادثة حالتك", "لديك رسائل جديدة في محادثة حالتك (العدد: {n})"),
    handed_over: ("أُسندت إليك حالة وفيها رسالة لم تُقرأ", "أُسندت إليك حالة وفيها رسائل لم تُقرأ (العدد: {n})"),
    files: ("ملف مرفق واحد", "عدد الملفات المرفقة: {n}"),
    button: "فتح المحادثة",
    why: "تصلك هذه الرسالة لأنك لم تكن متصلاً عند وصول الرسالة. للرد، افتح المحادثة: لا تُقرأ الردود على هذا البريد.",
    stop: "إيقاف هذه الرسائل",
};

#[cfg(test)]
mod tests;
