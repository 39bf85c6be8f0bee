//! What a file is, decided by its content: a table, JSON or a calendar. Never by its name. Workbooks and archives are
//! `archive`'s.

use crate::error::FormatError;

/// The three shapes that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Delimited text.
    Table,
    /// JSON.
    Json,
    /// iCalendar or vCalendar.
    Calendar,
}

impl Shape {
    /// For sentences.
    pub fn words(self) -> &'static str {
        match self {
            Self::Table => "a table",
            Self::Json => "JSON",
            Self::Calendar => "a calendar",
        }
    }
}

/// First bytes of files that people pick by mistake: the bytes, what it is, what to do.
const MAGIC: &[(&[u8], &str, &str)] = &[
    (b"\x89PNG", "a PNG picture", "Choose the exported file."),
    (b"\xFF\xD8\xFF", "a JPEG picture", "Choose the exported file."),
    (b"GIF8", "a GIF picture", "Choose the exported file."),
    (b"%PDF", "a PDF document", "Export the rows as CSV."),
    (
        b"\xD0\xCF\x11\xE0",
        "an old Office document, or one with a password",
        "Save it as XLSX or CSV without one.",
    ),
    (b"\x1F\x8B", "a gzip archive", "Unpack it first."),
    (b"SQLite format 3\0", "a database", "Export the rows as CSV."),
    (b"{\\rtf", "a word processor document", "Export the rows as CSV."),
];

/// Characters looked at for tags and control characters.
const LOOK: usize = 8_192;

/// Refuses what the first bytes already give away.
pub(crate) fn refuse_binary(file: &str, bytes: &[u8]) -> Result<(), FormatError> {
    match MAGIC.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        Some((_, what, advice)) => Err(not_text(file, what, advice)),
        None => Ok(()),
    }
}

fn not_text(file: &str, what: &str, advice: &str) -> FormatError {
    FormatError::NotText {
        file: file.to_owned(),
        what: what.to_owned(),
        advice: advice.to_owned(),
    }
}

/// A calendar, seen in the bytes: its lines must be unfolded before they are text.
pub(crate) fn is_calendar(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(LOOK)).unwrap_or_default();
    let mut lines = head
        .split(|b| matches!(b, b'\n' | b'\r'))
        .map(|line| line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line));
    lines
        .find(|line| !line.trim_ascii().is_empty())
        .is_some_and(|line| line.trim_ascii().eq_ignore_ascii_case(b"BEGIN:VCALENDAR"))
}

/// The shape of a text.
pub(crate) fn shape(file: &str, text: &str) -> Result<Shape, FormatError> {
    let body = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\0');
    if body.is_empty() {
        return Err(FormatError::Empty { file: file.to_owned() });
    }
    let head: String = body.chars().take(LOOK).collect();
    let controls = head.chars().filter(|c| is_strange(*c)).count();
    if controls * 20 > head.chars().count() {
        return Err(not_text(file, "a binary file", "Choose the exported file."));
    }
    let lower = head.to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") || lower.starts_with("<head") {
        let advice = "Sign in to the other tool and export again.";
        return Err(not_text(file, "a web page", advice));
    }
    if lower.starts_with("<?xml") || lower.starts_with("<svg") {
        return Err(not_text(file, "XML", "Export the rows as CSV."));
    }
    if lower.lines().take(20).any(|line| line.trim() == "begin:vcalendar") {
        return Ok(Shape::Calendar);
    }
    if is_json(body) {
        Ok(Shape::Json)
    } else {
        Ok(Shape::Table)
    }
}

/// A control character, or the mark of unreadable bytes, that no exported text holds.
fn is_strange(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || c == '\u{FFFD}'
}

/// `{"` or `[` and then a value: a CSV cell that starts with a bracket (`[x],y`) is not JSON.
fn is_json(body: &str) -> bool {
    let mut rest = body.chars().filter(|c| !c.is_whitespace());
    match (rest.next(), rest.next()) {
        (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | ']')) => true,
        (Some('['), Some('"' | '[' | '0'..='9')) => body.trim_end().ends_with(']'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides() {
        let check = |text: &str, expected: Shape| assert_eq!(shape("x.png", text), Ok(expected), "{text}");
        check("a,b\n1,2", Shape::Table);
        check("{\"cards\": []}", Shape::Json);
        check("\n\n  [ {\"a\": 1}]", Shape::Json);
        check("[list],b\n1,2", Shape::Table);
        check("\u{0}\nBEGIN:VCALENDAR\r\nEND:VCALENDAR", Shape::Calendar);
        check("begin:vcalendar\nversion:1.0", Shape::Calendar);
    }

    #[test]
    fn what_is_none_of_the_three_is_named() {
        let check = |text: &str, part: &str| {
            let error = shape("tickets.csv", text).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("tickets.csv"), "{error}");
        };
        check(" \n", "is empty");
        check("<!DOCTYPE html><html>", "a web page");
        check("<?xml version=\"1.0\"?>", "XML");
        check("\u{1}\u{2}\u{3}\u{4}\u{0}ab", "a binary file");
        assert!(
            refuse_binary("t.csv", b"\x89PNG\r\n\x1a\n")
                .unwrap_err()
                .to_string()
                .contains("a PNG picture")
        );
    }
}
