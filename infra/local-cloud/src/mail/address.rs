//! Addresses, as strict as SES is with them.

/// An address, perhaps with a name before it: `Case chat <case-chat@example.org>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mailbox {
    /// As it was written.
    pub(crate) text: String,
    /// The address alone.
    pub(crate) address: String,
}

impl Mailbox {
    /// Reads one; the error says what is wrong with it, in SES's words.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let address = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, _)) if name.contains(char::is_control) => return Err("Illegal character in name"),
            Some((_, address)) => address,
            None => text,
        };
        let (local, domain) = address.rsplit_once('@').ok_or("Missing final '@domain'")?;
        if local.is_empty() {
            return Err("Missing local name");
        }
        if domain.is_empty() {
            return Err("Missing domain");
        }
        if local.contains(is_space) {
            return Err("Local address contains control or whitespace");
        }
        if domain.contains(is_space) {
            return Err("Domain contains control or whitespace");
        }
        if !local.is_ascii() || local.contains(['<', '>', '(', ')', '[', ']', ',', ';', ':', '"', '\\', '@'])
        {
            return Err("Local address contains illegal character");
        }
        // Domains of other scripts are written in Punycode.
        let is_label = |label: &str| {
            !label.is_empty() && label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
        };
        if !domain.split('.').all(is_label) {
            return Err("Domain contains illegal character");
        }
        Ok(Self { text: text.to_owned(), address: address.to_owned() })
    }

    /// What stands before the `@`.
    pub(crate) fn local(&self) -> &str {
        self.parts().0
    }

    /// What stands behind it.
    pub(crate) fn domain(&self) -> &str {
        self.parts().1
    }

    fn parts(&self) -> (&str, &str) {
        self.address.rsplit_once('@').unwrap_or_default()
    }
}

fn is_space(letter: char) -> bool {
    letter.is_control() || letter.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_alone_or_behind_a_name() {
        for text in ["case-chat@example.org", "Case chat <case-chat@example.org>", "<case-chat@example.org>"]
        {
            let mailbox = Mailbox::parse(text).unwrap();
            assert_eq!((mailbox.text.as_str(), mailbox.address.as_str()), (text, "case-chat@example.org"));
            assert_eq!((mailbox.local(), mailbox.domain()), ("case-chat", "example.org"));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "nobody",
            "@example.org",
            "nobody@",
            "no body@example.org",
            "nobody@exam ple.org",
            "nobody\r\nBcc: x@example.org",
            "x\r\n <nobody@example.org>",
            "jürg@example.org",
            "nobody@exämple.org",
            "nobody@example..org",
            "a@b@example.org",
            "nobody@example.org, other@example.org",
            "a\u{a0}b@example.org",
        ] {
            assert!(Mailbox::parse(text).is_err(), "{text:?} is taken");
        }
    }
}
