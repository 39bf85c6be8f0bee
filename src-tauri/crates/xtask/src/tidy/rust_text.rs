//! Rust source with everything blanked that is not code: comments, strings, and on request the tests.
//!
//! Lines keep their numbers. This is a reader for checks, not a parser: it knows what quotes and comments look like.

/// The code alone. Comments, doc comments and the insides of string and character literals become spaces.
pub fn code(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let length = blank_length(&chars, at);
        if length == 0 {
            out.extend(chars.get(at));
            at += 1;
            continue;
        }
        let blanked = chars.iter().skip(at).take(length);
        out.extend(blanked.map(|c| if *c == '\n' { '\n' } else { ' ' }));
        at += length;
    }
    out
}

/// How many characters from `at` on are a comment or a literal; 0 if they are code.
fn blank_length(chars: &[char], at: usize) -> usize {
    let next = |ahead: usize| chars.get(at + ahead).copied();
    match (next(0), next(1)) {
        (Some('/'), Some('/')) => chars.iter().skip(at).take_while(|c| **c != '\n').count(),
        (Some('/'), Some('*')) => block_comment(chars, at),
        (Some('"'), _) => quoted(chars, at, '"'),
        (Some('r'), Some('"' | '#')) if !follows_a_word(chars, at) => raw_string(chars, at),
        (Some('\''), Some('\\')) => quoted(chars, at, '\''),
        (Some('\''), Some(_)) if next(2) == Some('\'') => 3, // a lifetime has no closing quote
        _ => 0,
    }
}

/// `br"…"` and `cr"…"` are raw strings too; any other letter before the `r` makes it the end of a name.
fn follows_a_word(chars: &[char], at: usize) -> bool {
    let is_word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() || *c == '_');
    let Some(before) = at.checked_sub(1) else { return false };
    match chars.get(before) {
        Some('b' | 'c') => before.checked_sub(1).is_some_and(|index| is_word(chars.get(index))),
        other => is_word(other),
    }
}

fn block_comment(chars: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0usize);
    while at < chars.len() {
        match (chars.get(at), chars.get(at + 1)) {
            (Some('/'), Some('*')) => (depth, at) = (depth + 1, at + 2),
            (Some('*'), Some('/')) => (depth, at) = (depth.saturating_sub(1), at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at - start
}

fn quoted(chars: &[char], start: usize, quote: char) -> usize {
    let mut at = start + 1;
    while let Some(c) = chars.get(at) {
        at += if *c == '\\' { 2 } else { 1 };
        if *c == quote {
            break;
        }
    }
    at.min(chars.len()) - start
}

fn raw_string(chars: &[char], start: usize) -> usize {
    let hashes = chars.iter().skip(start + 1).take_while(|c| **c == '#').count();
    if chars.get(start + 1 + hashes) != Some(&'"') {
        return 0; // r#name
    }
    let mut at = start + 2 + hashes;
    while at < chars.len() {
        let closes = chars.get(at) == Some(&'"')
            && chars.iter().skip(at + 1).take(hashes).filter(|c| **c == '#').count() == hashes;
        at += 1;
        if closes {
            return at + hashes - start;
        }
    }
    chars.len() - start
}

/// `code` without the items under `#[cfg(test)]`. A file under `#![cfg(test)]` is nothing else.
pub fn without_tests(code: &str) -> String {
    if code.contains("#![cfg(test)]") {
        return code.chars().filter(|c| *c == '\n').collect();
    }
    let mut rest = code;
    let mut out = String::with_capacity(code.len());
    while let Some(at) = ["#[cfg(test)]", "#[cfg(all(test"]
        .iter()
        .filter_map(|mark| rest.find(mark))
        .min()
    {
        let (before, item) = rest.split_at(at);
        let (item, after) = item.split_at(item_length(item));
        out.push_str(before);
        out.extend(item.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The bytes of the item at the start: to the brace that closes its body, or to its semicolon.
fn item_length(item: &str) -> usize {
    let (mut braces, mut brackets) = (0usize, 0usize);
    for (at, c) in item.char_indices() {
        match c {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            '{' => braces += 1,
            '}' if braces <= 1 => return at + 1,
            '}' => braces -= 1,
            ';' if braces == 0 && brackets == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

/// Whether a file holds only tests: its name or its folder says so.
pub fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(&code(source)), expected, "{source}");
        assert_eq!(code(source).lines().count(), source.lines().count(), "{source}");
    }

    #[test]
    fn comments_and_literals_are_blank() {
        check("let a = 1; // tokio\n/// tokio\nb", "let a = 1; b");
        check("a /* tokio /* deep */ tokio */ b", "a b");
        check(r#"f("tokio \" // x") + g"#, "f( ) + g");
        check("f(r#\"tokio \" \"# , 1)", "f( , 1)");
        check("f(br\"tokio\\\", 'x', '\\'', b'\"')", "f(b , , , b )");
        check(
            "fn a<'a>(x: &'a str) -> char { '\"' }",
            "fn a<'a>(x: &'a str) -> char { }",
        );
        check("let r#type = bar; r", "let r#type = bar; r");
        check("\"open", "");
    }

    #[test]
    fn test_items_are_blank_and_the_rest_is_not() {
        let source = "a();\n#[cfg(test)]\n#[path = \"x\"]\nmod tests {\n  fn f(x: [u8; 2]) { if x { tokio } }\n}\nb();\n#[cfg(test)]\nmod more;\nc();";
        let left: Vec<String> = without_tests(&code(source))
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        assert_eq!(left, ["a();", "b();", "c();"]);
        assert!(without_tests("#![cfg(test)]\ntokio").trim().is_empty());
    }
}
