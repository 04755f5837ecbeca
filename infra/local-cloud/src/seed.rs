//! The cases to begin with, put on the event bus as the host system would put them.
//!
//! Repeating them changes nothing, since consumers fold events by the case's version; so a start that was cut short
//! simply seeds again.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::clock::{now_millis, with_millis};
use crate::events::Events;
use crate::state::State;

/// The fact that seeding is done.
const SEEDED: &str = "seeded";

/// User id and name.
type Person = (&'static str, &'static str);
const AMIRA: Person = ("amira", "Amira Haddad");
const LUCAS: Person = ("lucas", "Lucas Meyer");
const CHEN: Person = ("chen", "Dr. Wei Chen");
const OKAFOR: Person = ("okafor", "Dr. Ngozi Okafor");
/// Case id, requester, provider.
const CASES: [(&str, Person, Person); 3] =
    [("mso-2026-0001", AMIRA, CHEN), ("mso-2026-0002", LUCAS, CHEN), ("mso-2026-0003", AMIRA, OKAFOR)];

/// Puts the cases' events on the bus, once for each data directory.
pub(crate) async fn seed(events: &Events, state: &State, bus: &str) -> Result<()> {
    if state.fact(SEEDED).await?.is_some() {
        return Ok(());
    }
    let now = with_millis(now_millis());
    let entries: Vec<Value> = CASES
        .iter()
        .map(|(case_id, requester, provider)| {
            let detail = json!({
                "caseId": case_id,
                "version": 1,
                "occurredAt": now,
                "reference": case_id.to_ascii_uppercase(),
                "status": "open",
                "requester": person(*requester),
                "provider": person(*provider),
            });
            json!({
                "EventBusName": bus,
                "Source": "mso.cases",
                "DetailType": "CaseChanged",
                "Detail": detail.to_string(),
            })
        })
        .collect();
    match events.handle("PutEvents", &json!({ "Entries": entries })).await {
        Ok(answer) if answer["FailedEntryCount"] == 0 => state.set_fact(SEEDED, "yes").await,
        Ok(answer) => bail!("the bus refused the cases: {answer}"),
        Err(refusal) => bail!("the bus refused the cases: {refusal:?}"),
    }
}

fn person((user_id, name): Person) -> Value {
    json!({ "userId": user_id, "name": name, "email": format!("{user_id}@example.org"), "locale": "en" })
}
