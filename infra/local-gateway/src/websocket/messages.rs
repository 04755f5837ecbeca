//! Routes a client's messages: the selection expression, the integration, and what goes back.

use std::sync::Arc;

use serde_json::Value;

use super::Gateway;
use super::answer::{Answer, trouble};
use super::api::{WebSocketRoute, WebSocketTarget};
use super::connection::Connection;
use super::event;
use crate::ids;
use crate::invoke::{Outcome, invoke};

impl Gateway {
    /// Answers a message. A function works on it beside others; the next message waits only when too many do.
    pub(crate) async fn route(self: &Arc<Self>, connection: &Arc<Connection>, text: &str) {
        let request_id = ids::fresh();
        let selected = select(&self.api.route_selection_expression, text);
        let Some(route) = self.message_route(selected.as_deref()) else {
            let forbidden = trouble("Forbidden", connection.id(), &request_id);
            return connection.reply(forbidden.to_string().into()).await;
        };
        match &route.target {
            WebSocketTarget::Mock { response: Some(response) } if route.responds => {
                connection.reply(response.as_str().into()).await;
            }
            WebSocketTarget::Mock { .. } => {}
            WebSocketTarget::Function(function) => {
                let event = event::message(self, &connection.opening, &route.key, &request_id, text);
                let Ok(turn) = Arc::clone(&connection.in_flight).acquire_owned().await else {
                    return;
                };
                let (gateway, connection) = (Arc::clone(self), Arc::clone(connection));
                let (function, responds) = (function.clone(), route.responds);
                tokio::spawn(async move {
                    let _turn = turn;
                    if let Some(frame) = gateway.integrate(&function, &event, &connection, &request_id).await
                        && (responds || frame.is_trouble)
                    {
                        connection.reply(frame.text.into()).await;
                    }
                });
            }
        }
    }

    async fn integrate(
        &self,
        function: &str,
        event: &Value,
        connection: &Connection,
        request_id: &str,
    ) -> Option<Frame> {
        let outcome = invoke(&self.invoke, function, event, self.api.limits.integration).await;
        let message = match outcome {
            Outcome::Returned(answer) => match Answer::parse(&answer) {
                Some(answer) => {
                    return answer.body.map(|text| Frame { text, is_trouble: false });
                }
                None => "Internal server error",
            },
            Outcome::Failed | Outcome::EventTooLarge => "Internal server error",
            Outcome::TimedOut => "Endpoint request timed out",
        };
        let text = trouble(message, connection.id(), request_id).to_string();
        Some(Frame { text, is_trouble: true })
    }

    /// The route of that key, or `$default`. The routes of the connection itself are not for messages.
    fn message_route(&self, selected: Option<&str>) -> Option<&WebSocketRoute> {
        let find = |key: &str| self.api.routes.iter().find(|route| route.key == key);
        let named = selected.filter(|key| !key.starts_with('$')).and_then(find);
        named.or_else(|| find("$default"))
    }
}

struct Frame {
    text: String,
    is_trouble: bool,
}

/// The key that `$request.body.<field>`, or a field of a field, names in a message; none in what is not JSON.
fn select(expression: &str, text: &str) -> Option<String> {
    let inner = expression.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let path = inner.or_else(|| expression.strip_prefix('$'))?.strip_prefix("request.body.")?;
    let body: Value = serde_json::from_str(text).ok()?;
    let value = path.split('.').try_fold(&body, |value, field| value.get(field))?;
    match value {
        Value::String(key) => Some(key.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expression_names_a_field_of_the_message() {
        assert_eq!(select("$request.body.action", r#"{"action":"ping"}"#).as_deref(), Some("ping"));
        assert_eq!(select("${request.body.a.b}", r#"{"a":{"b":"c"}}"#).as_deref(), Some("c"));
        assert_eq!(select("$request.body.action", r#"{"action":["ping"]}"#), None);
        assert_eq!(select("$request.body.action", "ping"), None);
    }
}
