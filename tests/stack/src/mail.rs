use serde_json::{Value, json};

use crate::{Client, Cloud, Reply, eventually};

impl Cloud {
    /// Every mail so far, newest first.
    pub async fn mails(&self) -> Vec<Value> {
        let url = format!("{}/messages.json", self.url("mailbox"));
        let answer = self.anonymous().get(url).send().await.expect("an answer");
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("mails")
    }

    /// Mails to an address, oldest first.
    pub async fn mails_to(&self, address: &str) -> Vec<Value> {
        let mails = self.mails().await.into_iter().filter(|mail| mail["to"] == address);
        let mut mails: Vec<_> = mails.collect();
        mails.reverse();
        mails
    }

    /// Waits for the n-th mail to an address.
    pub async fn mail_to(&self, address: &str, n: usize) -> Value {
        eventually("a mail", || async { self.mails_to(address).await.into_iter().nth(n - 1) }).await
    }

    /// What became of notes so far, those included that come again.
    #[must_use]
    pub fn verdicts(&self) -> Vec<String> {
        let log = self.log();
        let outcomes = log.split("\"mail.outcome\":\"").skip(1).filter_map(|rest| rest.split('"').next());
        outcomes.map(str::to_owned).collect()
    }

    /// What became of notes so far, but for those that come again.
    #[must_use]
    pub fn outcomes(&self) -> Vec<String> {
        let again = |outcome: &String| matches!(outcome.as_str(), "postponed" | "deferred" | "busy");
        self.verdicts().into_iter().filter(|outcome| !again(outcome)).collect()
    }

    /// Waits until so many notes are done with.
    pub async fn notes_done(&self, count: usize) -> Vec<String> {
        eventually("the notes are done with", || async {
            let outcomes = self.outcomes();
            (outcomes.len() >= count).then_some(outcomes)
        })
        .await
    }
}

impl Client {
    /// Chooses what mail may say, and of which cases there is none.
    pub async fn choose(&self, email: &str, muted: &[&str]) -> Reply {
        self.put_json("/preferences", &json!({ "email": email, "mutedCases": muted })).await
    }
}
