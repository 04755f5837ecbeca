use case_chat_domain::Declared;

/// How a browser is to treat a file (RFC 6266): images are shown, everything else is saved, under the
/// name that its owner gave it.
#[must_use]
pub fn disposition(declared: &Declared) -> String {
    let kind = if declared.content_type.starts_with("image/") { "inline" } else { "attachment" };
    let name = declared.name.as_str();
    // For programs that do not know the second form.
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded += &format!("%{byte:02X}");
        }
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn is_plain(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use case_chat_domain::{FileName, Hash};

    use super::*;

    fn of(name: &str, content_type: &str) -> String {
        disposition(&Declared {
            name: FileName::composed(name).expect("a name"),
            content_type: content_type.to_owned(),
            size: 1,
            sha256: Hash::zero(),
        })
    }

    #[test]
    fn a_name_is_written_in_both_forms_and_cannot_break_out_of_either() {
        assert_eq!(
            of("Knie \"links\"; filename=x.exe", "application/pdf"),
            "attachment; filename=\"Knie _links_; filename=x.exe\"; filename*=UTF-8''Knie%20%22links%22%3B%20filename%3Dx.exe"
        );
        assert_eq!(of("é.png", "image/png"), "inline; filename=\"_.png\"; filename*=UTF-8''%C3%A9.png");
        assert_eq!(
            of("100%25.pdf", "application/pdf"),
            "attachment; filename=\"100_25.pdf\"; filename*=UTF-8''100%2525.pdf"
        );
    }
}
