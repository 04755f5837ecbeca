use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// A request to a store that failed after its retries, or an item that is not what was stored.
///
/// Says which operation, which kind of failure and the service's code: never a key or a value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The service refused, or could not be reached in time.
    #[error("{operation} failed: {kind}{}{code}", if .code.is_empty() { "" } else { " " })]
    Request {
        /// Such as `Query threads`.
        operation: &'static str,
        /// Where it failed: in building, connecting, waiting, or at the service.
        kind: &'static str,
        /// The service's own code, where it answered.
        code: String,
    },
    /// The service did a part of it and asks to come back for the rest.
    #[error("{0} was not done in full")]
    Unfinished(&'static str),
    /// An item lacks an attribute or holds something else in it.
    #[error("a stored item is not readable: {0}")]
    Item(&'static str),
}

impl StoreError {
    /// Of a request that the SDK gave up on.
    pub fn request<E: ProvideErrorMetadata, R>(operation: &'static str) -> impl Fn(SdkError<E, R>) -> Self {
        move |error| {
            let kind = match &error {
                SdkError::ConstructionFailure(_) => "not sent",
                SdkError::TimeoutError(_) => "timed out",
                SdkError::DispatchFailure(_) => "not reached",
                SdkError::ResponseError(_) => "unreadable answer",
                _ => "refused",
            };
            let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default();
            Self::Request { operation, kind, code: code.to_owned() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_nobody_answered_has_no_code_and_no_blank_for_one() {
        let failed = |kind, code: &str| {
            StoreError::Request { operation: "Scan threads", kind, code: code.to_owned() }.to_string()
        };
        assert_eq!(failed("not reached", ""), "Scan threads failed: not reached");
        assert_eq!(failed("refused", "Throttled"), "Scan threads failed: refused Throttled");
    }
}
