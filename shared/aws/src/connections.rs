use aws_sdk_dynamodb::Client;
use case_chat_domain::{Timestamp, UserId};

use crate::{
    LazyClient, StoreError,
    keys::{Item, connection, number, read_number, read_string, string},
};

/// A person has at most this many sockets: some devices with a few tabs each.
const MAX_PER_PERSON: usize = 20;

/// API Gateway ends a socket after two hours; its row goes with it, if nothing removed it before.
const LIFETIME_SECONDS: i64 = 2 * 60 * 60;

/// An open socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Whose.
    pub user_id: UserId,
    /// API Gateway's id of it.
    pub connection_id: String,
    /// When the handshake began.
    pub connected_at: Timestamp,
    /// When the token that opened it expires; nothing is written to it after that.
    pub token_expires_at: Timestamp,
}

/// Whom a socket belongs to, as the index by connection tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Whose.
    pub user_id: UserId,
    /// When the token that opened it expires.
    pub token_expires_at: Timestamp,
}

/// What became of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Registered {
    /// The socket is known.
    Yes,
    /// The person has 20 already.
    TooMany,
}

/// The table `connections`: who is reachable by which socket.
#[derive(Clone)]
pub struct Connections {
    client: LazyClient<Client>,
    table: String,
}

impl Connections {
    /// Over the table of that name.
    #[must_use]
    pub fn new(client: LazyClient<Client>, table: String) -> Self {
        Self { client, table }
    }

    /// Opens the connection that the first request will use: one request, its answer left unread.
    pub async fn warm(&self) {
        let nobody = self.query("-", connection::USER_ID).limit(1).send();
        if let Err(error) = nobody.await.map_err(StoreError::request("warm-up of connections")) {
            tracing::warn!(%error, "the first request will connect");
        }
    }

    /// The same for who only looks up by connection.
    pub async fn warm_index(&self) {
        let nobody =
            self.query("-", connection::CONNECTION_ID).index_name(connection::BY_CONNECTION).limit(1).send();
        if let Err(error) = nobody.await.map_err(StoreError::request("warm-up of connections")) {
            tracing::warn!(%error, "the first request will connect");
        }
    }

    /// Notes a socket unless its person has too many: two requests, one write unit.
    pub async fn register(&self, opened: &Connection) -> Result<Registered, StoreError> {
        if self.of(&opened.user_id, opened.connected_at).await?.len() >= MAX_PER_PERSON {
            return Ok(Registered::TooMany);
        }
        let ends = opened.connected_at.millis() / 1000 + LIFETIME_SECONDS;
        self.client
            .put_item()
            .table_name(&self.table)
            .item(connection::USER_ID, string(opened.user_id.as_str()))
            .item(connection::CONNECTION_ID, string(&opened.connection_id))
            .item(connection::CONNECTED_AT, number(opened.connected_at.millis()))
            .item(connection::TOKEN_EXPIRES_AT, number(opened.token_expires_at.millis()))
            .item(connection::EXPIRES_AT, number(ends))
            .send()
            .await
            .map_err(StoreError::request("PutItem connections"))?;
        Ok(Registered::Yes)
    }

    /// A person's sockets that have not outlived API Gateway's two hours, strongly consistent, so
    /// that one which has just opened is among them; the newest 20, should more have slipped in at
    /// once: one request.
    pub async fn of(&self, user_id: &UserId, now: Timestamp) -> Result<Vec<Connection>, StoreError> {
        let found = self
            .query(user_id.as_str(), connection::USER_ID)
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::request("Query connections"))?;
        let seconds = now.millis() / 1000;
        let items = found.items.unwrap_or_default();
        let living = items
            .iter()
            .filter(|item| read_number(item, connection::EXPIRES_AT).is_ok_and(|at: i64| at > seconds));
        let mut open: Vec<Connection> =
            living.map(|item| read_connection(user_id, item)).collect::<Result<_, _>>()?;
        open.sort_by_key(|connection| std::cmp::Reverse(connection.connected_at));
        open.truncate(MAX_PER_PERSON);
        Ok(open)
    }

    /// Forgets a socket: one request.
    pub async fn remove(&self, user_id: &UserId, connection_id: &str) -> Result<(), StoreError> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .key(connection::USER_ID, string(user_id.as_str()))
            .key(connection::CONNECTION_ID, string(connection_id))
            .send()
            .await
            .map_err(StoreError::request("DeleteItem connections"))?;
        Ok(())
    }

    /// Whose socket that is, or was a moment ago, and until when its token holds: one request to the
    /// index.
    pub async fn owner(&self, connection_id: &str) -> Result<Option<Owner>, StoreError> {
        let found = self
            .query(connection_id, connection::CONNECTION_ID)
            .index_name(connection::BY_CONNECTION)
            .limit(1)
            .send()
            .await
            .map_err(StoreError::request("Query connections, by connection"))?;
        found.items.unwrap_or_default().first().map(read_owner).transpose()
    }

    fn query(
        &self,
        value: &str,
        key: &str,
    ) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .key_condition_expression("#k = :k")
            .expression_attribute_names("#k", key)
            .expression_attribute_values(":k", string(value))
    }
}

fn read_owner(item: &Item) -> Result<Owner, StoreError> {
    let user_id = read_string(item, connection::USER_ID)?.parse();
    Ok(Owner {
        user_id: user_id.map_err(|_| StoreError::Item(connection::USER_ID))?,
        token_expires_at: Timestamp::from_millis(read_number(item, connection::TOKEN_EXPIRES_AT)?),
    })
}

fn read_connection(user_id: &UserId, item: &Item) -> Result<Connection, StoreError> {
    Ok(Connection {
        user_id: user_id.clone(),
        connection_id: read_string(item, connection::CONNECTION_ID)?.to_owned(),
        connected_at: Timestamp::from_millis(read_number(item, connection::CONNECTED_AT)?),
        token_expires_at: Timestamp::from_millis(read_number(item, connection::TOKEN_EXPIRES_AT)?),
    })
}
