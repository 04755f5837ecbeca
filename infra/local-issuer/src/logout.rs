//! The end-session endpoint. The issuer keeps no session, so it only sends the browser back.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::redirect::with_parameters;
use crate::{Issuer, page};

#[derive(Deserialize)]
pub(crate) struct Asked {
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

pub(crate) async fn serve(
    State(issuer): State<Arc<Issuer>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        return page::refusal("This sign-out request cannot be read.");
    };
    let Some(uri) = asked.post_logout_redirect_uri else {
        return page::signed_out();
    };
    match issuer.allowed_redirect(&uri) {
        Some(url) => {
            Redirect::to(&with_parameters(url, &[("state", asked.state.as_deref())])).into_response()
        }
        None => page::refusal("The post_logout_redirect_uri is not within an allowed origin."),
    }
}
