//! Turns a function's answer into a response: payload format 2.0, its inferred form included.

use axum::body::Body;
use axum::http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, SET_COOKIE, TRANSFER_ENCODING,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

type Malformed = &'static str;

/// The response to a function's answer, or what is wrong with it.
pub(crate) fn response(answer: &[u8]) -> Result<Response, Malformed> {
    match serde_json::from_slice(answer) {
        Ok(Value::Object(answer)) if answer.contains_key("statusCode") => structured(&answer),
        Ok(Value::String(text)) => Ok(inferred(text.into())),
        Ok(_) => Ok(inferred(answer.to_vec().into())),
        Err(_) => Err("not JSON"),
    }
}

fn inferred(body: Body) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn structured(answer: &Map<String, Value>) -> Result<Response, Malformed> {
    let mut response = Response::new(body(answer)?.into());
    *response.status_mut() = status(&answer["statusCode"])?;
    let headers = response.headers_mut();
    for (name, value) in object(answer, "headers")? {
        add(headers, name, value)?;
    }
    for (name, values) in object(answer, "multiValueHeaders")? {
        let values = values.as_array().ok_or("multiValueHeaders is not a map of lists")?;
        // Where both forms have a header, each of its values counts once.
        headers.remove(name);
        for value in values {
            add(headers, name, value)?;
        }
    }
    match answer.get("cookies") {
        None | Some(Value::Null) => {}
        Some(Value::Array(cookies)) => {
            for cookie in cookies {
                add(headers, SET_COOKIE.as_str(), cookie)?;
            }
        }
        Some(_) => return Err("cookies is not a list"),
    }
    // The gateway frames its answers by itself.
    for framing in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(framing);
    }
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("text/plain;charset=UTF-8"));
    Ok(response)
}

fn status(value: &Value) -> Result<StatusCode, Malformed> {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let status = number.and_then(|number| StatusCode::from_u16(number.try_into().ok()?).ok());
    status
        .filter(|status| (200..600).contains(&status.as_u16()))
        .ok_or("statusCode is not a final HTTP status")
}

fn body(answer: &Map<String, Value>) -> Result<Vec<u8>, Malformed> {
    let text = match answer.get("body") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) => text,
        Some(_) => return Err("body is not a string"),
    };
    match answer.get("isBase64Encoded") {
        Some(Value::Bool(true)) => STANDARD.decode(text).map_err(|_| "body is not base64"),
        _ => Ok(text.clone().into_bytes()),
    }
}

fn object<'a>(
    answer: &'a Map<String, Value>,
    name: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, Malformed> {
    match answer.get(name) {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(entries)) => Ok(Some(entries).into_iter().flatten()),
        Some(_) => Err("headers are not a map"),
    }
}

fn add(headers: &mut HeaderMap, name: &str, value: &Value) -> Result<(), Malformed> {
    let value = match value {
        Value::String(text) => HeaderValue::from_str(text),
        Value::Number(_) | Value::Bool(_) => HeaderValue::from_str(&value.to_string()),
        _ => return Err("a header is neither text, number nor boolean"),
    };
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "a header's name is not one")?;
    headers.append(name, value.map_err(|_| "a header's value is not one")?);
    Ok(())
}
