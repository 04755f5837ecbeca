use aws_sdk_apigatewaymanagement::{
    Client, operation::post_to_connection::PostToConnectionError, primitives::Blob,
};

use crate::{LazyClient, StoreError};

/// A WebSocket API's management: writing to sockets and closing them.
#[derive(Clone)]
pub struct Sockets {
    client: LazyClient<Client>,
}

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Pushed {
    /// The gateway took it.
    Yes,
    /// There is no such socket, or its handshake is not complete yet.
    Gone,
}

impl Sockets {
    /// Over that client.
    #[must_use]
    pub fn new(client: LazyClient<Client>) -> Self {
        Self { client }
    }

    /// Opens the connection that the first push will use: one request, for a socket that is none.
    pub async fn warm(&self) {
        if let Err(error) = self.push("bm9uZQ==", "{}").await {
            tracing::warn!(%error, "the first push will connect");
        }
    }

    /// Writes one text frame: one request.
    pub async fn push(&self, connection_id: &str, frame: &str) -> Result<Pushed, StoreError> {
        let pushed =
            self.client.post_to_connection().connection_id(connection_id).data(Blob::new(frame)).send().await;
        match pushed {
            Ok(_) => Ok(Pushed::Yes),
            Err(error)
                if matches!(error.as_service_error(), Some(PostToConnectionError::GoneException(_))) =>
            {
                Ok(Pushed::Gone)
            }
            Err(error) => Err(StoreError::request("PostToConnection")(error)),
        }
    }

    /// Closes a socket, if it is still open: one request.
    pub async fn close(&self, connection_id: &str) -> Result<(), StoreError> {
        match self.client.delete_connection().connection_id(connection_id).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_gone_exception()) => Ok(()),
            Err(error) => Err(StoreError::request("DeleteConnection")(error)),
        }
    }
}
