//! The WebSocket handshake: the token travels in `Sec-WebSocket-Protocol`, never in the URL.

use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use http::{
    HeaderMap, HeaderValue,
    header::{ORIGIN, SEC_WEBSOCKET_PROTOCOL},
};

use crate::audit::{Entry, Outcome};

/// The subprotocol that client and server speak.
pub const SUBPROTOCOL: &str = "case-chat.v1";

const BEARER: &str = "bearer.";

/// What a browser offers when it opens a socket.
#[derive(Debug, PartialEq, Eq)]
pub enum Offer<'a> {
    /// Our subprotocol and a token.
    Token(&'a str),
    /// No token, or not our subprotocol.
    Incomplete,
    /// From a page of another origin.
    ForeignOrigin,
}

/// Reads the offer. Clients that are no browsers send no Origin.
#[must_use]
pub fn read_offer<'a>(headers: &'a HeaderMap, web_origin: &str) -> Offer<'a> {
    if headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes() != web_origin.as_bytes()) {
        return Offer::ForeignOrigin;
    }
    let lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    let offered: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let token = offered.iter().find_map(|protocol| protocol.strip_prefix(BEARER));
    match token {
        Some(token) if offered.contains(&SUBPROTOCOL) => Offer::Token(token),
        _ => Offer::Incomplete,
    }
}

/// The connection that an event is about.
#[must_use]
pub fn connection_id(event: &ApiGatewayWebsocketProxyRequest) -> Option<&str> {
    event.request_context.connection_id.as_deref()
}

/// Gives a response once what it answers stands in the audit trail; without its line, nothing is answered but 500.
#[must_use]
pub fn audited(
    entry: &Entry,
    outcome: Outcome,
    response: ApiGatewayProxyResponse,
) -> ApiGatewayProxyResponse {
    match entry.close(outcome) {
        Ok(()) => response,
        Err(_) => {
            tracing::error!("a line of the audit trail could not be written");
            status(500)
        }
    }
}

/// Accepts the handshake.
#[must_use]
pub fn accept() -> ApiGatewayProxyResponse {
    let mut response = status(200);
    response.headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    response
}

/// Answers with a status alone: other than 200, it refuses a handshake.
#[must_use]
pub fn status(status: u16) -> ApiGatewayProxyResponse {
    let mut response = ApiGatewayProxyResponse::default();
    response.status_code = i64::from(status);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origin: Option<&'static str>, protocols: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(protocols));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        headers
    }

    #[test]
    fn the_token_comes_beside_our_subprotocol() {
        let offered = headers(Some("https://chat.example"), "case-chat.v1, bearer.a.b.c");
        assert_eq!(read_offer(&offered, "https://chat.example"), Offer::Token("a.b.c"));
        let offered = headers(None, "bearer.a.b.c");
        assert_eq!(read_offer(&offered, "https://chat.example"), Offer::Incomplete);
    }

    #[test]
    fn a_page_of_another_origin_is_refused() {
        let offered = headers(Some("https://evil.example"), "case-chat.v1, bearer.a.b.c");
        assert_eq!(read_offer(&offered, "https://chat.example"), Offer::ForeignOrigin);
    }
}
