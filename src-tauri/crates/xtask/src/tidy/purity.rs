//! `domain`, `protocol` and `recurrence` know no clock, disk, network, environment, thread or chance. Their tests may.

use super::finding::Finding;
use super::{paths, rust_text};

const REPAIR: &str = "This room is pure: time, ids and random bytes are parameters, and the store is a port";

/// What of the standard library reaches outside.
const OUTSIDE: [&str; 8] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::Instant",
    "std::io::stdin",
];

/// Words that only ever mean a clock, a runtime, a database or a source of chance.
const WORDS: [&str; 9] = [
    "Utc::now",
    "Local::now",
    "SystemTime::now",
    "Instant::now",
    "thread_rng",
    "getrandom",
    "OsRng",
    "tokio",
    "sqlx",
];

pub fn check(path: &str, source: &str) -> Vec<Finding> {
    // Integration tests and examples of the room see it from outside.
    if rust_text::is_test_file(path) || path.contains("/examples/") {
        return Vec::new();
    }
    let code = rust_text::without_tests(&rust_text::code(source));
    let named = paths::starting_with(&code, &["std"]).into_iter();
    let mut found: Vec<(usize, String)> = named
        .filter(|(_, path)| OUTSIDE.iter().any(|one| is_below(path, one)))
        .collect();
    for (index, line) in code.lines().enumerate() {
        found.extend(
            WORDS
                .iter()
                .filter(|word| has_word(line, word))
                .map(|word| (index + 1, (*word).to_owned())),
        );
    }
    found.sort();
    found
        .into_iter()
        .map(|(line, what)| Finding::new(path, line, format!("{what} in a pure room"), REPAIR))
        .collect()
}

fn is_below(path: &str, outside: &str) -> bool {
    path.strip_prefix(outside)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Whether `word` stands in `line` with no letter, digit or underscore at either end.
fn has_word(line: &str, word: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (line.get(..at).unwrap_or(""), line.get(at + word.len()..).unwrap_or(""));
        !is_word(before.chars().next_back()) && !is_word(after.chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::seen;
    use super::*;

    fn check_one(source: &str, expected: &[&str]) {
        assert_eq!(
            seen(&check("src-tauri/crates/domain/src/x.rs", source)),
            expected,
            "{source}"
        );
    }

    #[test]
    fn every_way_out_is_caught() {
        check_one("use std::fs;", &["1: std::fs in a pure room"]);
        check_one(
            "\nuse std::{fmt, net::TcpStream};",
            &["2: std::net::TcpStream in a pure room"],
        );
        check_one("let x = std::env::var(A);", &["1: std::env::var in a pure room"]);
        check_one(
            "use std::time::{Duration, Instant};",
            &["1: std::time::Instant in a pure room"],
        );
        check_one("let t = chrono::Utc::now();", &["1: Utc::now in a pure room"]);
        check_one("let t = Local::now();", &["1: Local::now in a pure room"]);
        check_one("rand::thread_rng()", &["1: thread_rng in a pure room"]);
        check_one("getrandom::fill(&mut x)", &["1: getrandom in a pure room"]);
        check_one("use rand::rngs::OsRng;", &["1: OsRng in a pure room"]);
        check_one("async fn f() { tokio::spawn(x) }", &["1: tokio in a pure room"]);
        check_one("sqlx::query(x)", &["1: sqlx in a pure room"]);
    }

    #[test]
    fn tests_words_and_own_types_are_not() {
        check_one(
            "//! no tokio, no std::fs\n/// Utc::now is never called\nfn f() { g(\"sqlx\") }",
            &[],
        );
        check_one(
            "#[cfg(test)]\nmod tests {\n    use std::fs;\n    fn f() { Utc::now(); }\n}",
            &[],
        );
        check_one(
            "use std::time::Duration;\npub struct Instant(i64);\nfn tokio_like() {}",
            &[],
        );
        assert!(check("src-tauri/crates/protocol/tests/golden.rs", "use std::fs;").is_empty());
    }
}
