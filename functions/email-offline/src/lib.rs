//! Mail to who is away: decides over the notes that fall due, and sends.
//!
//! A note is decided over what holds then, by the domain's rules. Before a mail goes out, a lease on the
//! reader's row of the case is taken; when it is out, the row says what it told of. SES knows no token against
//! sending twice: a worker that dies between the two sends again once its lease has ended, and says so.
#![warn(missing_docs)]

mod letter;

use std::time::Duration;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use case_chat_aws::{Connections, Mailer, Notes, People, Sent, StoreError, ThreadLog};
use case_chat_domain::{
    CaseId, Level, MailState, Note, Over, Participant, Patience, Situation, Tail, Timestamp, Told, Verdict,
    decide_mail,
};
use case_chat_entry::metrics::Metrics;

use letter::{Letter, Waiting};

/// Longer than a mail takes, shorter than a note stays hidden from others.
const LEASE: Duration = Duration::from_secs(90);

/// Until SES is asked again after it took no mail.
const NOT_NOW: Duration = Duration::from_secs(5 * 60);

/// A mail that comes later than that tells of nothing new; its note goes where what was given up on goes.
const GIVE_UP_AFTER: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// What the function works with.
pub struct Desk {
    /// What was written, and for whom.
    pub thread: ThreadLog,
    /// What they chose and what they were told.
    pub people: People,
    /// Whether they are online.
    pub connections: Connections,
    /// Where a note goes that is not due yet.
    pub notes: Notes,
    /// The way out.
    pub mailer: Mailer,
    /// The most that this deployment lets a mail say.
    pub ceiling: Level,
    /// How long who is online is left alone.
    pub patience: Patience,
    /// Where a mail leads.
    pub links: Links,
    /// Where mails are counted.
    pub metrics: Metrics,
}

/// Where a mail leads.
pub struct Links {
    /// Origin of the web client.
    pub web_origin: String,
    /// Base URL of the HTTP API.
    pub http_endpoint: String,
}

impl Links {
    fn chat(&self, case_id: &CaseId) -> String {
        format!("{}/#/cases/{case_id}/chat", self.web_origin)
    }

    fn unsubscribe(&self, token: &str) -> String {
        format!("{}/unsubscribe?token={token}", self.http_endpoint)
    }
}

/// What became of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There was nothing to send.
    Over(Over),
    /// Its case, or its reader, is no more.
    Gone,
    /// It comes again as another note.
    Postponed,
    /// So it does, as SES takes no mail just now.
    Deferred,
    /// Somebody else has it in hand: this one comes back.
    Busy,
    /// A mail is out. `perhaps_twice`: somebody began and did not end, so it may be out for the second time.
    Sent {
        /// Whether an earlier attempt may have come this far.
        perhaps_twice: bool,
    },
    /// SES takes no mail for that address.
    Rejected,
}

impl Outcome {
    /// Whether there was nothing to send.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Over(_))
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Over(over) => over.as_str(),
            Self::Gone => "gone",
            Self::Postponed => "postponed",
            Self::Deferred => "deferred",
            Self::Busy => "busy",
            Self::Sent { .. } => "sent",
            Self::Rejected => "rejected",
        }
    }
}

/// Works through a batch, and says which notes must come again.
pub async fn work(desk: &Desk, event: &SqsEvent, now: impl Fn() -> Timestamp) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for message in &event.records {
        let note = serde_json::from_str::<Note>(message.body.as_deref().unwrap_or_default());
        let done = match note {
            Ok(note) => match handle(desk, &note, now()).await {
                Ok(outcome) => {
                    let perhaps_twice = outcome == Outcome::Sent { perhaps_twice: true };
                    count(&desk.metrics, outcome);
                    tracing::info!(
                        mail.outcome = outcome.as_str(),
                        mail.perhaps_twice = perhaps_twice,
                        "a note was looked at"
                    );
                    outcome != Outcome::Busy
                }
                Err(error) => {
                    desk.metrics.line().of("Outcome", "failed").count("Mails", 1).print();
                    tracing::error!(%error, "a note could not be worked on");
                    false
                }
            },
            Err(error) => {
                tracing::error!(error.line = error.line(), error.column = error.column(), "this is no note");
                false
            }
        };
        if !done {
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.clone().unwrap_or_default();
            response.batch_item_failures.push(failure);
        }
    }
    response
}

/// Counts mails, and not what needed none. At once: a worker may die with the rest of its batch.
fn count(metrics: &Metrics, outcome: Outcome) {
    if matches!(outcome, Outcome::Sent { .. } | Outcome::Deferred | Outcome::Rejected) {
        metrics.line().of("Outcome", outcome.as_str()).count("Mails", 1).print();
    }
    if outcome == (Outcome::Sent { perhaps_twice: true }) {
        metrics.line().count("MailsPerhapsTwice", 1).print();
    }
}

/// Works on one note: two round trips where nothing is sent, six where a mail is.
pub async fn handle(desk: &Desk, note: &Note, now: Timestamp) -> Result<Outcome, StoreError> {
    let Some(tail) = desk.thread.tail(&note.case_id).await? else {
        return Ok(Outcome::Gone);
    };
    let user_id = &tail.record().participants.get(note.role).user_id;
    let Some(reader) = tail.admit(user_id) else {
        return Ok(Outcome::Gone);
    };
    let (standing, connections) =
        tokio::try_join!(desk.people.standing(user_id, &note.case_id), desk.connections.of(user_id, now))?;
    let choices = &standing.choices;
    let profile = choices.profile.as_ref().filter(|_| choices.mail == MailState::Ok);
    let address = profile.and_then(|profile| Some((profile, profile.address.as_ref()?)));
    let situation = Situation {
        read: standing.read.as_ref(),
        notice: &standing.notice,
        level: choices.preferences.email.min(desk.ceiling),
        muted: choices.preferences.muted.contains(&note.case_id),
        address: address.map(|(profile, _)| &profile.unsubscribe),
        lost: choices.lost,
        online: connections.iter().any(|connection| connection.token_expires_at > now),
        now,
    };
    let level = match decide_mail(note, &situation, desk.patience) {
        Verdict::Over(over) => return Ok(Outcome::Over(over)),
        Verdict::Busy => return Ok(Outcome::Busy),
        Verdict::Later(wait) => {
            desk.notes.postpone(note, wait).await?;
            return Ok(Outcome::Postponed);
        }
        Verdict::Send(level) => level,
    };
    let (Some((profile, address)), Some(waiting)) =
        (address, waiting(desk, note, &tail, &reader, standing.read.as_ref(), level).await?)
    else {
        return Ok(Outcome::Over(Over::Read));
    };
    let until = Timestamp::from_millis(now.millis() + LEASE.as_millis() as i64);
    let Some(lease) = desk.people.lease(user_id, &note.case_id, &standing.notice, now, until).await? else {
        return Ok(Outcome::Busy);
    };
    let letter = Letter {
        language: profile.language,
        waiting,
        chat: desk.links.chat(&note.case_id),
        unsubscribe: desk.links.unsubscribe(profile.unsubscribe.as_str()),
    };
    match desk.mailer.send(address, user_id, letter.write()?).await? {
        Sent::Yes => {
            let told = Told::of(tail.record(), profile.unsubscribe.clone(), now);
            let noted = desk.people.told(user_id, &note.case_id, &lease, &told).await?;
            Ok(Outcome::Sent { perhaps_twice: standing.notice.leased_until.is_some() || !noted })
        }
        Sent::Rejected => {
            desk.people.release(user_id, &note.case_id, &lease).await?;
            Ok(Outcome::Rejected)
        }
        Sent::NotNow => {
            desk.people.release(user_id, &note.case_id, &lease).await?;
            if now.millis() - note.since.millis() > GIVE_UP_AFTER.as_millis() as i64 {
                return Err(StoreError::Unfinished("SendEmail"));
            }
            desk.notes.postpone(note, NOT_NOW).await?;
            Ok(Outcome::Deferred)
        }
    }
}

/// What the reader has not read, as far as the mail may say it; none when there is nothing.
async fn waiting(
    desk: &Desk,
    note: &Note,
    tail: &Tail,
    reader: &Participant,
    read: Option<&case_chat_domain::ReadMarker>,
    level: Level,
) -> Result<Option<Waiting>, StoreError> {
    let other = reader.role().other();
    let sent = tail.record().sent_by(other);
    let unread = read.map_or(sent, |read| read.unread_of(other, sent));
    if unread == 0 {
        return Ok(None);
    }
    let records = desk.thread.between(reader, note.seq..=note.seq).await?;
    Ok(records.first().map(|sealed| Waiting::of(sealed.record(), unread, level)))
}
