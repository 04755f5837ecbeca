//! A PartiQL statement's verb and table, and no more of it.
//!
//! dynoxide keeps its parser to itself. This reads the same words, comments and quotes included; what it does not
//! recognise is no statement to it, and so is refused before dynoxide sees it.

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Select,
    Insert,
    Update,
    Delete,
}

/// What a statement is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) verb: Verb,
    pub(super) table: String,
    pub(super) index: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    /// A keyword or a bare name.
    Word(String),
    /// A name in double quotes.
    Name(String),
    /// Text in single quotes; what it says is nobody's business here.
    Text,
    Mark(char),
}

/// Reads a statement as far as its table.
pub(super) fn target(statement: &str) -> Option<Target> {
    let tokens = tokens(statement)?;
    let keyword = |position: usize, wanted: &str| matches!(tokens.get(position), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
    let (verb, table) = if keyword(0, "SELECT") {
        (Verb::Select, 1 + (0..tokens.len()).find(|position| keyword(*position, "FROM"))?)
    } else if keyword(0, "INSERT") && keyword(1, "INTO") {
        (Verb::Insert, 2)
    } else if keyword(0, "UPDATE") {
        (Verb::Update, 1)
    } else if keyword(0, "DELETE") && keyword(1, "FROM") {
        (Verb::Delete, 2)
    } else if keyword(0, "FROM") {
        // `FROM t WHERE … SET …` is an update, too.
        (Verb::Update, 1)
    } else {
        return None;
    };
    let name = |position: usize| match tokens.get(position)? {
        Token::Word(name) | Token::Name(name) if !name.is_empty() => Some(name.clone()),
        _ => None,
    };
    let qualified = tokens.get(table + 1) == Some(&Token::Mark('.'));
    let index = if qualified { Some(name(table + 2)?) } else { None };
    Some(Target { verb, table: name(table)?, index })
}

fn tokens(statement: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = statement;
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/")?.1;
        } else if first == '"' || first == '\'' {
            let (text, after) = quoted(&rest[1..], first)?;
            tokens.push(if first == '"' { Token::Name(text) } else { Token::Text });
            rest = after;
        } else if first == '`' || first == '#' {
            // Literals of Ion's, which DynamoDB does not take.
            return None;
        } else if first.is_ascii_alphabetic() || first == '_' {
            let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let end = rest.find(|next| !is_word(next)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Mark(first));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    Some(tokens)
}

/// What stands before the closing quote, which is doubled where it is meant, and what follows it.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut content = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once(quote)?;
        content.push_str(part);
        match after.strip_prefix(quote) {
            Some(more) => {
                content.push(quote);
                rest = more;
            }
            None => return Some((content, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(statement: &str) -> Option<(Verb, String, Option<String>)> {
        target(statement).map(|found| (found.verb, found.table, found.index))
    }

    #[test]
    fn every_verb_is_known_with_its_table() {
        let table = |verb| Some((verb, "the-table".to_owned(), None));
        assert_eq!(read(r#"SELECT * FROM "the-table" WHERE a = 'x'"#), table(Verb::Select));
        assert_eq!(read(r#"insert into "the-table" value {'a': ?}"#), table(Verb::Insert));
        assert_eq!(read(r#"UPDATE "the-table" SET a = 1 WHERE b = 2"#), table(Verb::Update));
        assert_eq!(read(r#"FROM "the-table" WHERE b = 2 SET a = 1"#), table(Verb::Update));
        assert_eq!(read(r#"DELETE FROM "the-table" WHERE b = 2"#), table(Verb::Delete));
        let indexed = Some((Verb::Select, "t".to_owned(), Some("by-x".to_owned())));
        assert_eq!(read(r#"SELECT "a" FROM t."by-x" WHERE x = 1"#), indexed);
    }

    #[test]
    fn comments_and_quotes_hide_nothing() {
        let threads = |verb| Some((verb, "threads".to_owned(), None));
        assert_eq!(read("/* SELECT */ DELETE -- x\n FROM threads"), threads(Verb::Delete));
        assert_eq!(read(r#"SELECT "from", 'FROM other' FROM "threads""#), threads(Verb::Select));
        assert_eq!(read(r#"UPDATE/**/"threads"SET a='DELETE FROM x'"#), threads(Verb::Update));
    }

    #[test]
    fn what_is_no_statement_is_not_read() {
        for statement in
            ["", "DROP TABLE x", "SELECT 1", "INSERT INTO", "EXISTS(SELECT * FROM x)", "UPDATE 'x'", "/*"]
        {
            assert_eq!(read(statement), None, "{statement}");
        }
    }
}
