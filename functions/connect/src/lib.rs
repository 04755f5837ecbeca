//! WebSocket `$connect`: verifies the token and notes the socket.
#![warn(missing_docs)]

use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use case_chat_aws::{Connection, Connections, Registered};
use case_chat_entry::{
    clock,
    handshake::{self, Offer},
    identity::{Caller, Identity, Refused},
};

/// Accepts with the subprotocol, or refuses: 400, 401, 403, 429, 500 or 503.
pub async fn connect(
    connections: &Connections,
    identity: &Identity,
    web_origin: &str,
    event: &ApiGatewayWebsocketProxyRequest,
) -> ApiGatewayProxyResponse {
    let response = match admit(connections, identity, web_origin, event).await {
        Ok(()) => handshake::accept(),
        Err(status) => handshake::status(status),
    };
    tracing::info!(http.status = response.status_code, "handshake");
    response
}

async fn admit(
    connections: &Connections,
    identity: &Identity,
    web_origin: &str,
    event: &ApiGatewayWebsocketProxyRequest,
) -> Result<(), u16> {
    let token = match handshake::read_offer(&event.headers, web_origin) {
        Offer::Token(token) => token,
        Offer::Incomplete => return Err(401),
        Offer::ForeignOrigin => return Err(403),
    };
    let now = clock::now();
    let verified = identity.verify(token, now).await.map_err(|refused| match refused {
        Refused::Invalid => 401u16,
        Refused::Unavailable => 503,
    })?;
    let Caller::Person(user_id) = verified.caller else {
        return Err(403);
    };
    let opened = Connection {
        user_id,
        connection_id: handshake::connection_id(event).ok_or(400u16)?.to_owned(),
        connected_at: now,
        token_expires_at: verified.expires_at,
    };
    match connections.register(&opened).await {
        Ok(Registered::Yes) => Ok(()),
        Ok(Registered::TooMany) => Err(429),
        Err(error) => {
            tracing::error!(%error, "the socket could not be noted");
            Err(500)
        }
    }
}
