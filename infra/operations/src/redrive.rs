use aws_sdk_lambda::Client;
use case_chat_aws::{Notes, Settings};
use case_chat_domain::{Note, Timestamp};

use crate::{
    Inboxes, Resources, Say, invocation,
    queue::Queue,
    stream_records::{self, Tables},
};

/// The queues of what was given up on, in the order in which they are taken up: cases before what hangs on them.
pub const QUEUES: [&str; 5] =
    ["CaseEventsFailed", "CaseEventsUndelivered", "StreamRecordsFailed", "NotesFailed", "BouncesFailed"];

/// Takes up again what one queue keeps; gives how many of its messages stay.
pub async fn redrive(
    settings: &Settings,
    resources: &Resources,
    name: &'static str,
    now: Timestamp,
    say: Say<'_>,
) -> anyhow::Result<u64> {
    let mut queue = Queue::open(settings.queues(), resources.get(name)?, name).await?;
    let ended = take_up(&mut queue, name, settings, resources, now, say).await;
    let stay = queue.close(say).await;
    ended?;
    Ok(stay?)
}

async fn take_up(
    queue: &mut Queue,
    name: &str,
    settings: &Settings,
    resources: &Resources,
    now: Timestamp,
    say: Say<'_>,
) -> anyhow::Result<()> {
    match name {
        "StreamRecordsFailed" => {
            let tables = Tables { threads: resources.get("Threads")?, inbox: resources.get("Inbox")? };
            let inboxes = Inboxes::new(settings, resources)?;
            let notes = Notes::new(settings.queues(), resources.get("Notes")?);
            Ok(stream_records::redrive(queue, &tables, &inboxes, &notes, now, say).await?)
        }
        "NotesFailed" => {
            let notes = &Notes::new(settings.queues(), resources.get("Notes")?);
            let again = |body: String| async move {
                let note: Note = serde_json::from_str(&body).map_err(|_| "this is no note")?;
                notes.queue(&[note]).await.map_err(|error| error.to_string())
            };
            Ok(queue.redrive(again, say).await?)
        }
        events => {
            let function = match events {
                "BouncesFailed" => resources.get("RecordBounce")?,
                _ => resources.get("SyncCase")?,
            };
            let (client, function) = (&Client::new(&settings.sdk()), &function);
            let again = |body: String| async move { invocation::again(client, function, &body).await };
            Ok(queue.redrive(again, say).await?)
        }
    }
}
