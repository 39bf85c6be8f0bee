//! The paths that a piece of Rust names, with `use` trees unfolded: `std::{fs, time::{Instant}}` names `std::fs` and
//! `std::time::Instant`.

/// A path and the line that it ends on.
pub type Named = (usize, String);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Colons,
    Open,
    Close,
    Comma,
    Other,
}

/// Every path that starts with one of `roots`, in the order of the text. `code` has no comments and no strings.
pub fn starting_with(code: &str, roots: &[&str]) -> Vec<Named> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut before = Token::Other;
    for (at, (_, token)) in tokens.iter().enumerate() {
        if let Token::Word(word) = token
            && roots.contains(word)
            && before != Token::Colons
        {
            let mut rest = tokens.get(at..).unwrap_or_default();
            unfold(&mut rest, "", &mut found);
        }
        before = *token;
    }
    found
}

/// Read one path, or one tree of them, from the front of `rest`.
fn unfold(rest: &mut &[(usize, Token<'_>)], prefix: &str, found: &mut Vec<Named>) {
    let mut path = prefix.to_owned();
    while let [(line, Token::Word(word)), after @ ..] = *rest {
        path = if path.is_empty() {
            (*word).to_owned()
        } else {
            format!("{path}::{word}")
        };
        *rest = after;
        match *rest {
            [(_, Token::Colons), (_, Token::Open), after @ ..] => {
                *rest = after;
                unfold_group(rest, &path, found);
                return;
            }
            [(_, Token::Colons), after @ ..] => *rest = after,
            _ => {
                found.push((*line, path));
                return;
            }
        }
    }
    // `std::fs::*` or `Vec::<T>`: what was read so far is named.
    if let [(line, _), ..] = *rest {
        found.push((*line, path));
    }
}

fn unfold_group(rest: &mut &[(usize, Token<'_>)], prefix: &str, found: &mut Vec<Named>) {
    while let [(_, token), after @ ..] = *rest {
        match token {
            Token::Close => {
                *rest = after;
                return;
            }
            Token::Word("as") => *rest = after.get(1..).unwrap_or_default(), // and the new name
            Token::Word(_) => unfold(rest, prefix, found),
            _ => *rest = after,
        }
    }
}

fn tokens(code: &str) -> Vec<(usize, Token<'_>)> {
    let mut tokens = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let (token, length) = match first {
                c if is_word(c) => {
                    let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                    (Token::Word(rest.get(..length).unwrap_or(rest)), length)
                }
                ':' if rest.starts_with("::") => (Token::Colons, 2),
                '{' => (Token::Open, 1),
                '}' => (Token::Close, 1),
                ',' => (Token::Comma, 1),
                other => (Token::Other, other.len_utf8()),
            };
            tokens.push((index + 1, token));
            rest = rest.get(length..).unwrap_or("").trim_start();
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expected: &[&str]) {
        let found: Vec<String> = starting_with(code, &["std"])
            .into_iter()
            .map(|(_, path)| path)
            .collect();
        assert_eq!(found, expected, "{code}");
    }

    #[test]
    fn trees_are_unfolded() {
        check("use std::fs;", &["std::fs"]);
        check("use std::{fs, io::Read as R};", &["std::fs", "std::io::Read"]);
        check(
            "use std::{time::{Duration, Instant}, env};",
            &["std::time::Duration", "std::time::Instant", "std::env"],
        );
        check("use std::fs::*;", &["std::fs"]);
        check("use std::io::{self, Read};", &["std::io::self", "std::io::Read"]);
        check("let x = std::env::var(NAME) + other::std::fs;", &["std::env::var"]);
        check("struct A { std: u8 }", &["std"]);
    }

    #[test]
    fn the_line_is_the_line_of_the_name() {
        assert_eq!(
            starting_with("use std::{\n    io,\n    fs,\n};", &["std"]),
            [(2, "std::io".to_owned()), (3, "std::fs".to_owned())]
        );
    }
}
