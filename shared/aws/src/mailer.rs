use aws_sdk_sesv2::{
    Client,
    operation::send_email::SendEmailError,
    types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag},
};
use case_chat_domain::{EmailAddress, UserId};

use crate::{LazyClient, StoreError, base64};

/// Sends mail, by SES.
#[derive(Clone)]
pub struct Mailer {
    client: LazyClient<Client>,
    from: String,
    configuration_set: String,
}

/// One mail.
pub struct Mail {
    /// Names nobody and nothing.
    pub subject: &'static str,
    /// For whoever reads text.
    pub text: String,
    /// The same with looks.
    pub html: String,
    /// Where one click ends such mails.
    pub unsubscribe: String,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Sent {
    /// SES has it.
    Yes,
    /// SES will never take it, for that address.
    Rejected,
    /// SES takes none just now: too many, paused, or a sender that is not in order. It did not go.
    NotNow,
}

/// The tag by which what becomes of a mail finds its reader again.
pub const READER_TAG: &str = "reader";

impl Mailer {
    /// From that address, with that configuration set.
    #[must_use]
    pub fn new(client: LazyClient<Client>, from: String, configuration_set: String) -> Self {
        Self { client, from, configuration_set }
    }

    /// Sends a mail: one request. An error means that it may have gone or not.
    pub async fn send(&self, to: &EmailAddress, reader: &UserId, mail: Mail) -> Result<Sent, StoreError> {
        let failed = || StoreError::Item("mail");
        let content =
            |text: &str| Content::builder().data(text).charset("UTF-8").build().map_err(|_| failed());
        let header = |name: &str, value: &str| {
            MessageHeader::builder().name(name).value(value).build().map_err(|_| failed())
        };
        let message = Message::builder()
            .subject(content(mail.subject)?)
            .body(Body::builder().text(content(&mail.text)?).html(content(&mail.html)?).build())
            .headers(header("List-Unsubscribe", &format!("<{}>", mail.unsubscribe))?)
            .headers(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?)
            // No machine answers this mail, and none should be answered by one.
            .headers(header("Auto-Submitted", "auto-generated")?)
            .build();
        let tag = MessageTag::builder().name(READER_TAG).value(base64::url(reader.as_str())).build();
        let sent = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .configuration_set_name(&self.configuration_set)
            .email_tags(tag.map_err(|_| failed())?)
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await;
        let Err(error) = sent else {
            return Ok(Sent::Yes);
        };
        let verdict = match error.as_service_error() {
            Some(SendEmailError::BadRequestException(_)) => Some(Sent::Rejected),
            // What it says of the sender must not make a message vanish.
            Some(
                SendEmailError::AccountSuspendedException(_)
                | SendEmailError::LimitExceededException(_)
                | SendEmailError::MailFromDomainNotVerifiedException(_)
                | SendEmailError::MessageRejected(_)
                | SendEmailError::NotFoundException(_)
                | SendEmailError::SendingPausedException(_)
                | SendEmailError::TooManyRequestsException(_),
            ) => Some(Sent::NotNow),
            _ => None,
        };
        let error = StoreError::request("SendEmail")(error);
        tracing::error!(%error, "a mail was not taken");
        verdict.ok_or(error)
    }
}

/// Whose a mail was, by its tag.
#[must_use]
pub fn reader_of(tag: &str) -> Option<UserId> {
    base64::from_url(tag)?.parse().ok()
}
