//! The authorization endpoint: authorization code with PKCE, behind a page where one picks a person.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::Url;

use crate::codes::Grant;
use crate::redirect::with_parameters;
use crate::{Issuer, page, people};

/// The longest `state`, `nonce` or `scope`.
const PARAMETER_LIMIT: usize = 1_024;
/// The length of a SHA-256 in base64url.
const CHALLENGE_LENGTH: usize = 43;

/// An authorization request. The page sends it back with the choice, and it is judged again.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    pub(crate) client_id: Option<String>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) response_type: Option<String>,
    pub(crate) code_challenge: Option<String>,
    pub(crate) code_challenge_method: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    /// The choice.
    user: Option<String>,
}

/// A request that holds.
struct Valid {
    redirect: Url,
    code_challenge: String,
}

/// Asks who one is.
pub(crate) async fn show(
    State(issuer): State<Arc<Issuer>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        return page::refusal("This sign-in request cannot be read.");
    };
    match issuer.judge(&asked) {
        Ok(_) => page::who_are_you(&asked, &issuer.options.redirect_origins),
        Err(refusal) => *refusal,
    }
}

/// Sends the one who was picked back, with a code.
pub(crate) async fn choose(
    State(issuer): State<Arc<Issuer>>,
    asked: Result<Form<Asked>, FormRejection>,
) -> Response {
    let Ok(Form(asked)) = asked else {
        return page::refusal("This sign-in request cannot be read.");
    };
    let Valid { redirect, code_challenge } = match issuer.judge(&asked) {
        Ok(valid) => valid,
        Err(refusal) => return *refusal,
    };
    let Some(person) = asked.user.as_deref().and_then(people::find) else {
        return send_back(redirect, &asked, &[("error", Some("access_denied"))]);
    };
    let code = issuer.codes.issue(Grant {
        person,
        code_challenge,
        redirect_uri: asked.redirect_uri.clone().unwrap_or_default(),
        scope: asked.scope.clone().unwrap_or_else(|| "openid profile".to_owned()),
        nonce: asked.nonce.clone(),
    });
    match code {
        Some(code) => send_back(redirect, &asked, &[("code", Some(&code))]),
        None => send_back(redirect, &asked, &[("error", Some("temporarily_unavailable"))]),
    }
}

impl Issuer {
    /// Errors go back to the client only when it is known to be one, and to where it may be.
    fn judge(&self, asked: &Asked) -> Result<Valid, Box<Response>> {
        if asked.client_id.as_ref() != Some(&self.options.client_id) {
            return Err(Box::new(page::refusal("There is no client of that client_id.")));
        }
        let redirect = asked.redirect_uri.as_deref().and_then(|uri| self.allowed_redirect(uri));
        let Some(redirect) = redirect else {
            return Err(Box::new(page::refusal("The redirect_uri is not within an allowed origin.")));
        };
        let wrong = |error, why| {
            let answer = [("error", Some(error)), ("error_description", Some(why))];
            Err(Box::new(send_back(redirect.clone(), asked, &answer)))
        };
        if [&asked.state, &asked.nonce, &asked.scope]
            .into_iter()
            .flatten()
            .any(|text| text.len() > PARAMETER_LIMIT)
        {
            return wrong("invalid_request", "A parameter is too long.");
        }
        if asked.response_type.as_deref() != Some("code") {
            return wrong("unsupported_response_type", "Only code is supported.");
        }
        let is_s256 = asked.code_challenge_method.as_deref() == Some("S256");
        match &asked.code_challenge {
            Some(challenge) if is_s256 && challenge.len() == CHALLENGE_LENGTH => {
                Ok(Valid { redirect, code_challenge: challenge.clone() })
            }
            _ => wrong("invalid_request", "A code_challenge by S256 is required."),
        }
    }
}

fn send_back(redirect: Url, asked: &Asked, answer: &[(&str, Option<&str>)]) -> Response {
    let state = asked.state.as_deref().filter(|state| state.len() <= PARAMETER_LIMIT);
    let answer: Vec<_> = answer.iter().copied().chain([("state", state)]).collect();
    Redirect::to(&with_parameters(redirect, &answer)).into_response()
}
