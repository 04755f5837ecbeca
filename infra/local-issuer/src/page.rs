//! The issuer's pages, without a script and without styles of their own.
//!
//! Everything that came with a request is escaped before it enters a page.

use std::fmt::Write;

use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{Html, IntoResponse, Response};

use crate::authorize::Asked;
use crate::people::PEOPLE;

const STYLESHEET: &str = include_str!("issuer.css");

pub(crate) async fn stylesheet() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (X_CONTENT_TYPE_OPTIONS, "nosniff")], STYLESHEET)
}

/// One button a person. Browsers hold the redirect after a form to `form-action` too, so it names the origins.
pub(crate) fn who_are_you(asked: &Asked, redirect_origins: &[String]) -> Response {
    let mut form =
        String::from("<p>Local development: no password is asked, and nothing here is real.</p>\n");
    form.push_str("<form method=\"post\" action=\"authorize\">\n");
    for (name, value) in [
        ("client_id", &asked.client_id),
        ("redirect_uri", &asked.redirect_uri),
        ("response_type", &asked.response_type),
        ("code_challenge", &asked.code_challenge),
        ("code_challenge_method", &asked.code_challenge_method),
        ("scope", &asked.scope),
        ("state", &asked.state),
        ("nonce", &asked.nonce),
    ] {
        if let Some(value) = value {
            // Writing to a String cannot fail.
            let _ = writeln!(form, r#"<input type="hidden" name="{name}" value="{}">"#, escaped(value));
        }
    }
    form.push_str("<ul>\n");
    for person in &PEOPLE {
        let _ = writeln!(
            form,
            r#"<li><button name="user" value="{0}"><strong>{1}</strong> <span>{2}</span> <code>{0}</code></button></li>"#,
            escaped(person.id),
            escaped(person.name),
            escaped(person.role),
        );
    }
    form.push_str("</ul>\n</form>");
    page(StatusCode::OK, "Who are you today?", &form, &format!("'self' {}", redirect_origins.join(" ")))
}

/// A request that cannot be sent back to anybody.
pub(crate) fn refusal(why: &str) -> Response {
    page(StatusCode::BAD_REQUEST, "This does not work", &format!("<p>{}</p>", escaped(why)), "'none'")
}

pub(crate) fn signed_out() -> Response {
    page(StatusCode::OK, "You are signed out", "<p>You can close this page.</p>", "'none'")
}

fn page(status: StatusCode, title: &str, content: &str, form_action: &str) -> Response {
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="issuer.css">
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"#
    );
    let policy = format!(
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action {form_action}"
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, policy.as_str()),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, character| {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
        safe
    })
}
