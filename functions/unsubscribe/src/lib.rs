//! `/unsubscribe?token=`: ends the mails to one person, by the link in each of them.
//!
//! Mail scanners follow links, so `GET` shows a page with a button and changes nothing. `POST` is that button,
//! and what a mail program sends by itself (RFC 8058). A link that does not hold is told so by `POST` alone, so
//! that `GET` tells nobody which links do.
#![warn(missing_docs)]

use askama::Template;
use case_chat_aws::{People, StoreError};
use case_chat_domain::{Language, UnsubscribeToken, UserId};
use case_chat_entry::{audit::Outcome, http::OpenAnswer};
use case_chat_wire::Code;
use lambda_http::{
    Body, Request, RequestExt, Response,
    http::{HeaderValue, Method, StatusCode, header},
};

/// Nothing is loaded, nothing runs, and the button leads back here.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    language: Language,
    title: &'static str,
    text: &'static str,
    button: Option<&'static str>,
}

/// No request to show the page; two to find whose link it is, and one to turn mail off.
pub async fn unsubscribe(people: &People, request: &Request) -> OpenAnswer {
    let language = language_of(request);
    let words = words(language);
    if *request.method() != Method::POST {
        let ask = Page { language, title: words.ask, text: words.what, button: Some(words.button) };
        return OpenAnswer { response: page(StatusCode::OK, ask), outcome: Outcome::Done, subject: None };
    }
    let (outcome, subject, (title, text)) = match turn_off(people, request).await {
        Ok(Some(holder)) => (Outcome::Done, Some(holder.into()), words.done),
        Ok(None) => (Outcome::UnknownToken, None, words.unknown),
        Err(error) => {
            tracing::error!(%error, "mail could not be turned off");
            (Outcome::Refused(Code::Internal), None, words.trouble)
        }
    };
    let status = StatusCode::from_u16(outcome.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    OpenAnswer { response: page(status, Page { language, title, text, button: None }), outcome, subject }
}

/// Whose mail is off now, if the link was anybody's.
async fn turn_off(people: &People, request: &Request) -> Result<Option<UserId>, StoreError> {
    let parameters = request.query_string_parameters();
    let Some(token) = parameters.first("token").and_then(|text| text.parse::<UnsubscribeToken>().ok()) else {
        return Ok(None);
    };
    let Some(profile) = people.holder_of(&token).await? else {
        return Ok(None);
    };
    people.turn_mail_off(&profile.user_id).await?;
    Ok(Some(profile.user_id))
}

fn page(status: StatusCode, page: Page) -> Response<Body> {
    let mut response = Response::new(Body::Text(page.render().unwrap_or_default()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The first that the browser asks for.
fn language_of(request: &Request) -> Language {
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::of(accepted.unwrap_or_default().split([',', ';']).next().unwrap_or_default().trim())
}

struct Words {
    ask: &'static str,
    what: &'static str,
    button: &'static str,
    done: (&'static str, &'static str),
    unknown: (&'static str, &'static str),
    trouble: (&'static str, &'static str),
}

const fn words(language: Language) -> Words {
    match language {
        Language::English => Words {
            ask: "Stop mails about new messages?",
            what: "Your messages stay in the chat. You can turn mails on again in its settings.",
            button: "Stop these mails",
            done: (
                "No more mails",
                "You will get no more mails about new messages. You can turn them on again in the chat's settings.",
            ),
            unknown: (
                "This link no longer works",
                "Please use the link in your newest mail, or turn mails off in the chat's settings.",
            ),
            trouble: ("That did not work", "Please try again in a moment."),
        },
        Language::Spanish => Words {
            ask: "¿Dejar de recibir correos sobre mensajes nuevos?",
            what: "Sus mensajes siguen en el chat. Puede volver a activar los correos en sus ajustes.",
            button: "Dejar de recibirlos",
            done: (
                "No habrá más correos",
                "No recibirá más correos sobre mensajes nuevos. Puede volver a activarlos en los ajustes del chat.",
            ),
            unknown: (
                "Este enlace ya no funciona",
                "Use el enlace de su correo más reciente o desactive los correos en los ajustes del chat.",
            ),
            trouble: ("No ha funcionado", "Vuelva a intentarlo dentro de un momento."),
        },
        Language::Arabic => Words {
            ask: "هل تريد إيقاف رسائل البريد عن الرسائل الجديدة؟",
            what: "تبقى رسائلك في المحادثة. يمكنك تفعيل البريد مجددًا من إعداداتها.",
            button: "إيقاف هذه الرسائل",
            done: (
                "تم الإيقاف",
                "لن تصلك رسائل بريد عن الرسائل الجديدة. يمكنك تفعيلها مجددًا من إعدادات المحادثة.",
            ),
            unknown: (
                "لم يعد هذا الرابط صالحًا",
                "استخدم الرابط في أحدث رسالة بريد وصلتك، أو أوقف البريد من إعدادات المحادثة.",
            ),
            trouble: ("لم ينجح ذلك", "يرجى المحاولة مرة أخرى بعد قليل."),
        },
    }
}
