//! WebSocket `$disconnect`: forgets the socket. Best effort, as the event itself is: a row that
//! stays is removed by the first push that finds it gone, or by its time to live.
#![warn(missing_docs)]

use case_chat_aws::{Connections, StoreError};
use case_chat_domain::UserId;

/// Two requests: whose socket it was, and its row. Nothing to do, and nobody's, when it is forgotten already.
pub async fn disconnect(
    connections: &Connections,
    connection_id: &str,
) -> Result<Option<UserId>, StoreError> {
    let Some(owner) = connections.owner(connection_id).await? else {
        return Ok(None);
    };
    connections.remove(&owner.user_id, connection_id).await?;
    Ok(Some(owner.user_id))
}
