//! WebSocket `$connect`: verifies the token and notes the socket.
#![warn(missing_docs)]

use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use case_chat_aws::{Connection, Connections, Registered};
use case_chat_entry::{
    audit::{Entry, Outcome},
    clock,
    handshake::{self, Offer},
    identity::{Caller, Identity, Refused},
};
use case_chat_wire::Code;

/// Accepts with the subprotocol, or refuses: 400, 401, 403, 429, 500 or 503.
pub async fn connect(
    connections: &Connections,
    identity: &Identity,
    web_origin: &str,
    event: &ApiGatewayWebsocketProxyRequest,
) -> ApiGatewayProxyResponse {
    let mut entry = Entry::of_socket(event);
    let (outcome, response) = match admit(connections, identity, web_origin, event, &mut entry).await {
        Ok(()) => (Outcome::Done, handshake::accept()),
        Err(refused) => (refused, handshake::status(refused.status())),
    };
    handshake::audited(&entry, outcome, response)
}

async fn admit(
    connections: &Connections,
    identity: &Identity,
    web_origin: &str,
    event: &ApiGatewayWebsocketProxyRequest,
    entry: &mut Entry,
) -> Result<(), Outcome> {
    let token = match handshake::read_offer(&event.headers, web_origin) {
        Offer::Token(token) => token,
        Offer::Incomplete => return Err(Outcome::Refused(Code::Unauthenticated)),
        Offer::ForeignOrigin => return Err(Outcome::ForeignOrigin),
    };
    let now = clock::now();
    let verified = identity.verify(token, now).await.map_err(|refused| match refused {
        Refused::Invalid => Outcome::Refused(Code::Unauthenticated),
        Refused::Unavailable => Outcome::Refused(Code::IdentityUnavailable),
    })?;
    entry.subject = verified.subject;
    let Caller::Person(user_id) = verified.caller else {
        return Err(Outcome::Refused(Code::AdminsExcluded));
    };
    let connection_id = handshake::connection_id(event).ok_or(Outcome::Refused(Code::InvalidRequest))?;
    let opened = Connection {
        user_id,
        connection_id: connection_id.to_owned(),
        connected_at: now,
        token_expires_at: verified.expires_at,
    };
    match connections.register(&opened).await {
        Ok(Registered::Yes) => Ok(()),
        Ok(Registered::TooMany) => Err(Outcome::Refused(Code::TooManyRequests)),
        Err(error) => {
            tracing::error!(%error, "the socket could not be noted");
            Err(Outcome::Refused(Code::Internal))
        }
    }
}
