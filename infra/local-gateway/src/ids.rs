//! Ids of connections, requests and messages, in the form that API Gateway gives them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

/// An unguessable id such as `L0SM9cOFvHcCIhw=`: 88 bits, so that nobody finds another's connection.
pub(crate) fn fresh() -> String {
    let mut bytes = [0; 11];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system has random bytes");
    URL_SAFE.encode(bytes)
}
