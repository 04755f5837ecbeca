//! SendEmail's request, held to SES's bounds: what passes is a mail that SES would take.

use serde::Deserialize;
use serde_json::Value;

use super::{Mailbox, bad_request};
use crate::aws::Refusal;

/// SES's bounds on a mail.
const MAX_RECIPIENTS: usize = 50;
const MAX_HEADERS: usize = 15;
const MAX_HEADER_NAME: usize = 126;
const MAX_HEADER_VALUE: usize = 870;
const MAX_TAGS: usize = 50;
const MAX_TAG: usize = 256;
/// Headers that SES writes itself, in lower case.
const OWN_HEADERS: [&str; 9] = [
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "return-path",
    "subject",
    "to",
];

/// A mail that may be sent.
pub(super) struct Letter {
    pub(super) from: Mailbox,
    pub(super) to: Vec<Mailbox>,
    /// The configuration set's name.
    pub(super) set: Option<String>,
    pub(super) tags: Vec<(String, String)>,
    /// In order, those that SES writes first.
    pub(super) headers: Vec<(String, String)>,
    pub(super) text: Option<String>,
    pub(super) html: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Request {
    from_email_address: String,
    destination: Destination,
    configuration_set_name: Option<String>,
    #[serde(default)]
    email_tags: Vec<Pair>,
    content: Content,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Destination {
    #[serde(default)]
    to_addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Content {
    simple: Simple,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Simple {
    subject: Part,
    body: Body,
    #[serde(default)]
    headers: Vec<Pair>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Body {
    text: Option<Part>,
    html: Option<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Part {
    data: String,
    charset: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Pair {
    name: String,
    value: String,
}

impl Letter {
    /// Reads a request, or says what SES would not take of it.
    pub(super) fn read(body: &Value) -> Result<Self, Refusal> {
        let request = Request::deserialize(body).map_err(|error| bad_request(error.to_string()))?;
        let from = Mailbox::parse(&request.from_email_address).map_err(bad_request)?;
        let to = request.destination.to_addresses;
        if to.is_empty() {
            return Err(bad_request("Recipient count is 0: a mail needs a recipient."));
        }
        if to.len() > MAX_RECIPIENTS {
            return Err(bad_request(format!("Recipient count exceeds {MAX_RECIPIENTS}.")));
        }
        let to: Vec<Mailbox> =
            to.iter().map(|text| Mailbox::parse(text)).collect::<Result<_, _>>().map_err(bad_request)?;
        let Simple { subject, body, headers: given } = request.content.simple;
        if body.text.is_none() && body.html.is_none() {
            return Err(bad_request("Body must have a Text or an Html."));
        }
        let subject = subject.decoded();
        if subject.contains(char::is_control) {
            return Err(bad_request("Subject contains control characters."));
        }
        let recipients: Vec<_> = to.iter().map(|mailbox| mailbox.text.as_str()).collect();
        let own = [("From", from.text.clone()), ("To", recipients.join(", ")), ("Subject", subject)];
        let mut headers: Vec<_> = own.map(|(name, value)| (name.to_owned(), value)).into();
        headers.extend(checked_headers(given)?);
        Ok(Self {
            from,
            to,
            set: request.configuration_set_name,
            tags: checked_tags(request.email_tags)?,
            headers,
            text: body.text.map(Part::decoded),
            html: body.html.map(Part::decoded),
        })
    }

    /// Its subject.
    pub(super) fn subject(&self) -> &str {
        self.headers.iter().find(|(name, _)| name == "Subject").map_or("", |(_, subject)| subject)
    }
}

impl Part {
    /// What arrives: without a charset it is ASCII, and whatever is not gets lost.
    fn decoded(self) -> String {
        match self.charset {
            Some(_) => self.data,
            None => self.data.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect(),
        }
    }
}

fn checked_headers(given: Vec<Pair>) -> Result<Vec<(String, String)>, Refusal> {
    if given.len() > MAX_HEADERS {
        return Err(bad_request(format!("Headers must have at most {MAX_HEADERS} members.")));
    }
    let mut headers: Vec<(String, String)> = Vec::new();
    for Pair { name, value } in given {
        let token = |letter: char| letter.is_ascii_graphic() && letter != ':';
        if name.is_empty() || name.len() > MAX_HEADER_NAME || !name.chars().all(token) {
            return Err(bad_request(format!(
                "A header's name must have 1 to {MAX_HEADER_NAME} printable ASCII characters, and no colon."
            )));
        }
        let printable = |letter: char| letter.is_ascii_graphic() || letter == ' ';
        if value.is_empty() || value.len() > MAX_HEADER_VALUE || !value.chars().all(printable) {
            return Err(bad_request(format!(
                "The value of header {name} must have 1 to {MAX_HEADER_VALUE} printable ASCII characters."
            )));
        }
        let known = headers.iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(&name));
        if known || OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(bad_request(format!("The header {name} cannot be given, or not twice.")));
        }
        headers.push((name, value));
    }
    Ok(headers)
}

fn checked_tags(given: Vec<Pair>) -> Result<Vec<(String, String)>, Refusal> {
    if given.len() > MAX_TAGS {
        return Err(bad_request(format!("EmailTags must have at most {MAX_TAGS} members.")));
    }
    let within = |text: &str, besides: &[char]| {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || besides.contains(&letter);
        (1..=MAX_TAG).contains(&text.len()) && text.chars().all(plain)
    };
    let checked = given.into_iter().map(|Pair { name, value }| {
        if !within(&name, &['_', '-']) {
            return Err(bad_request(format!("Invalid tag name <{name}>: only alphanumeric ASCII characters, '_' and '-' are allowed.")));
        }
        if !within(&value, &['_', '-', '.', '@']) {
            return Err(bad_request(format!("Invalid tag value <{value}>: only alphanumeric ASCII characters, '_', '-', '.' and '@' are allowed.")));
        }
        Ok((name, value))
    });
    checked.collect()
}
