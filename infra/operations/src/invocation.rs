use aws_sdk_lambda::{Client, primitives::Blob};
use case_chat_aws::StoreError;
use serde::Deserialize;
use serde_json::value::RawValue;

/// What stands in the queue of a function that is invoked by events: Lambda's word on one that it gave up on, or the event
/// itself, where the bus could not hand it over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept<'a> {
    #[serde(borrow)]
    request_payload: Option<&'a RawValue>,
    #[serde(borrow)]
    detail: Option<&'a RawValue>,
}

/// The event, to the byte.
fn event(body: &str) -> Option<&str> {
    let kept: Kept<'_> = serde_json::from_str(body).ok()?;
    kept.request_payload.map(RawValue::get).or(kept.detail.map(|_| body))
}

/// What a function says when it fails.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    error_type: String,
    error_message: String,
}

/// Why it failed, if that is an error of its own, which says nothing of what the event says. A panic might, and so might
/// what the runtime could not read.
fn why(payload: &[u8]) -> Option<String> {
    let failure: Failure = serde_json::from_slice(payload).ok()?;
    failure.error_type.contains("dyn core::error::Error").then_some(failure.error_message)
}

/// Invokes a function with its event once more, and waits for what becomes of it.
pub(crate) async fn again(client: &Client, function: &str, body: &str) -> Result<(), String> {
    let event = event(body).ok_or("there is no event in it")?;
    let invoked = client.invoke().function_name(function).payload(Blob::new(event)).send().await;
    let invoked = invoked.map_err(StoreError::request("Invoke")).map_err(|error| error.to_string())?;
    match invoked.function_error {
        None => Ok(()),
        Some(_) => {
            let why = invoked.payload.as_ref().and_then(|error| why(error.as_ref()));
            Err(format!("{function} failed again: {}", why.as_deref().unwrap_or("the log says why")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_functions_own_error_is_told_and_a_panic_is_not() {
        let failure = |kind: &str| format!(r#"{{"errorType":"{kind}","errorMessage":"why"}}"#).into_bytes();
        let own = "alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>";
        assert_eq!(why(&failure(own)).as_deref(), Some("why"));
        for other in ["&str", "alloc::string::String", "lambda_runtime::deserializer::DeserializeError"] {
            assert_eq!(why(&failure(other)), None, "{other}");
        }
        assert_eq!(why(b"no JSON"), None);
    }

    #[test]
    fn an_event_is_found_in_lambdas_word_and_in_the_buss() {
        let sent = r#"{"id":"1","detail":{"version":1.0,  "caseId":"case-1"}}"#;
        let kept = format!(r#"{{"requestContext":{{}},"requestPayload":{sent},"responsePayload":{{}}}}"#);
        assert_eq!(event(&kept), Some(sent));
        assert_eq!(event(sent), Some(sent));
        for other in ["{}", "7", "{\"DDBStreamBatchInfo\":{}}", "no JSON"] {
            assert_eq!(event(other), None, "{other}");
        }
    }
}
