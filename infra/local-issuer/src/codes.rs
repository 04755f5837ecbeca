//! Authorization codes: in memory, few, short-lived, and good for one use.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::people::Person;
use crate::signer::random;

/// A client redeems its code at once.
const LIFETIME: Duration = Duration::from_secs(60);
/// Codes at once; on a development machine there are one or two.
const LIMIT: usize = 1_000;

/// What a code stands for.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) person: &'static Person,
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: String,
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
}

/// The codes that have not been redeemed yet.
#[derive(Default)]
pub(crate) struct Codes(Mutex<HashMap<String, (Instant, Grant)>>);

impl Codes {
    /// A code for a grant; none while there are too many.
    pub(crate) fn issue(&self, grant: Grant) -> Option<String> {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.retain(|_, (issued, _)| issued.elapsed() < LIFETIME);
        if codes.len() >= LIMIT {
            return None;
        }
        let code = random();
        codes.insert(code.clone(), (Instant::now(), grant));
        Some(code)
    }

    /// Takes the grant of a code: whatever comes of it, the code is spent.
    pub(crate) fn redeem(&self, code: &str) -> Option<Grant> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(code);
        taken.filter(|(issued, _)| issued.elapsed() < LIFETIME).map(|(_, grant)| grant)
    }
}
