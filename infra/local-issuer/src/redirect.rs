//! Where a browser may be sent: to the allowed origins, and nowhere else.

use url::Url;

use crate::Issuer;

impl Issuer {
    /// The URI, if it lies within an allowed origin and can carry an answer.
    pub(crate) fn allowed_redirect(&self, uri: &str) -> Option<Url> {
        let url = Url::parse(uri).ok()?;
        let origin = url.origin().ascii_serialization();
        let plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        let allowed = self.options.redirect_origins.iter().any(|one| one.trim_end_matches('/') == origin);
        (plain && allowed && matches!(url.scheme(), "http" | "https")).then_some(url)
    }
}

/// Adds parameters to a redirect URI's query.
pub(crate) fn with_parameters(mut url: Url, parameters: &[(&str, Option<&str>)]) -> String {
    let given = parameters.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    url.query_pairs_mut().extend_pairs(given);
    url.into()
}
