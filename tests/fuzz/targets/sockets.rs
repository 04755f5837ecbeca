//! Handshakes and frames of sockets.
#![no_main]

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use case_chat_entry::{
    audit::Entry,
    handshake::{Offer, connection_id, read_offer},
};
use case_chat_wire::ClientFrame;
use http::{
    HeaderMap, HeaderValue,
    header::{ORIGIN, SEC_WEBSOCKET_PROTOCOL},
};
use libfuzzer_sys::fuzz_target;

const WEB_ORIGIN: &str = "https://chat.example";

fuzz_target!(|data: &[u8]| {
    let lines: Vec<HeaderValue> =
        data.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok()).collect();
    // The first as the origin, the others as what is offered.
    let mut headers = HeaderMap::new();
    for (position, line) in lines.iter().enumerate() {
        let name = if position == 0 && !line.is_empty() { ORIGIN } else { SEC_WEBSOCKET_PROTOCOL };
        headers.append(name, line.clone());
    }
    let foreign = headers.get(ORIGIN).is_some_and(|origin| origin != WEB_ORIGIN);
    match read_offer(&headers, WEB_ORIGIN) {
        Offer::ForeignOrigin => assert!(foreign),
        Offer::Token(token) => assert!(!foreign && !token.contains(',') && token.trim_end() == token),
        Offer::Incomplete => assert!(!foreign),
    }
    if let Ok(ClientFrame::Typing { case_id }) = serde_json::from_slice(data) {
        assert!(!case_id.as_str().is_empty());
    }
    if let Ok(event) = serde_json::from_slice::<ApiGatewayWebsocketProxyRequest>(data) {
        let entry = Entry::of_socket(&event);
        let _ = (entry.is_known(), connection_id(&event));
    }
});
