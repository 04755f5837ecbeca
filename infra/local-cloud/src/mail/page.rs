//! The mailbox's pages, without a script. Everything that came with a mail is escaped before it enters a page.
//!
//! The HTML part stands in a frame that may run nothing, whose links lead the whole page away when they are clicked.

use std::fmt::Write;

use super::store::Kept;
use crate::clock::with_millis;

const STYLES: &str = include_str!("mailbox.css");
/// What a mail's HTML may do: follow links.
const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

pub(super) fn list(mails: &[Kept]) -> String {
    let mut content = String::new();
    if mails.is_empty() {
        content.push_str("<p>Nothing was sent yet.</p>\n");
    } else {
        content.push_str("<ul>\n");
        for mail in mails {
            // Writing to a String cannot fail.
            let _ = writeln!(
                content,
                r#"<li><a href="/messages/{}"><strong>{}</strong><span>{}</span>{}</a></li>"#,
                mail.n,
                escaped(&mail.subject),
                escaped(&mail.to),
                time(mail),
            );
        }
        content.push_str("</ul>\n");
    }
    page("Mailbox", &content)
}

pub(super) fn message(mail: &Kept) -> String {
    let mut content = String::from("<dl>\n");
    let _ = writeln!(content, "<dt>Sent</dt><dd>{}</dd>", time(mail));
    for (name, value) in mail.headers.iter().filter(|(name, _)| name != "Subject") {
        let _ = writeln!(content, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value));
    }
    content.push_str("</dl>\n");
    if let Some(text) = &mail.text {
        // The first line break in a <pre> is not shown.
        let _ = writeln!(content, "<h2>Text</h2>\n<pre>\n{}</pre>", escaped(text));
    }
    if let Some(html) = &mail.html {
        let document = format!(r#"<base target="_top">{html}"#);
        let _ = writeln!(
            content,
            r#"<h2>HTML</h2>
<iframe sandbox="{SANDBOX}" title="The mail as HTML" srcdoc="{}"></iframe>"#,
            escaped(&document)
        );
    }
    content.push_str(r#"<p><a href="/">All mails</a></p>"#);
    page(&mail.subject, &content)
}

pub(super) fn unknown() -> String {
    page("There is no such mail", r#"<p>Only the newest are kept. <a href="/">All mails</a></p>"#)
}

fn time(mail: &Kept) -> String {
    let at = with_millis(mail.sent_at);
    let shown = at.get(..19).unwrap_or_default().replace('T', " ");
    format!(r#"<time datetime="{at}">{shown} UTC</time>"#)
}

fn page(title: &str, content: &str) -> String {
    let title = escaped(title);
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{STYLES}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"#
    )
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, letter| {
        match letter {
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
