//! The pieces of a date in a typed line: numbers, months, weekdays, times, dashes and the little words between them.

use super::names::{Sure, announces, at, ends, is_name, joins, month, relative, weekday};
use chrono::{NaiveDate, NaiveTime, Weekday};

/// Bytes of a line that one date may take; "from Wednesday 30 September 2026 at 15:00 until …" fits.
const MAX_LEN: usize = 120;

/// A piece of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Number {
        value: u32,
        digits: usize,
        dot: bool,
    },
    Iso(NaiveDate),
    Time(NaiveTime),
    Month(u32),
    Weekday(Weekday, Sure),
    Relative(u64),
    Announce,
    At,
    /// A dash, or a word such as "until".
    Join,
    Comma,
}

/// A token and where it ends.
pub(super) type Placed = (Token, usize);

/// The tokens from byte `start` on, up to the first thing that belongs to no date.
pub(super) fn tokens(line: &str, start: usize, before: &str) -> Vec<Placed> {
    let mut tokens = Vec::new();
    let mut at = start;
    let mut last_word = before.to_lowercase();
    while at < line.len() && at - start < MAX_LEN {
        let Some(rest) = line.get(at..) else { break };
        let Some(first) = rest.chars().next() else { break };
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let read = if first.is_ascii_digit() {
            number(rest)
        } else if first.is_alphabetic() {
            let len: usize = rest.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
            let word = rest.get(..len).unwrap_or("").to_lowercase();
            // "12th of December".
            if word == "of" && matches!(tokens.last(), Some((Token::Number { .. }, _))) {
                at += len;
                continue;
            }
            let token = word_token(&word, first.is_uppercase(), &last_word, rest.get(len..).unwrap_or(""));
            last_word = word;
            token.map(|(token, more)| (token, len + more))
        } else {
            match first {
                '-' | '–' | '—' | '−' => Some((Token::Join, first.len_utf8())),
                ',' => Some((Token::Comma, 1)),
                _ => None,
            }
        };
        let Some((token, len)) = read else { break };
        at += len;
        tokens.push((token, at));
    }
    tokens
}

fn word_token(word: &str, capital: bool, before: &str, after: &str) -> Option<(Token, usize)> {
    if is_name(before, word) {
        return None;
    }
    // "Dez." and "Sa." are abbreviations; the dot of a sentence's end is not taken.
    let dot = usize::from(after.starts_with('.') && word.chars().count() <= 4 && after.len() > 1);
    if let Some(month) = month(word) {
        return Some((Token::Month(month), dot));
    }
    if let Some((day, sure)) = weekday(word, capital) {
        return Some((Token::Weekday(day, sure), dot));
    }
    if let Some(days) = relative(word) {
        return Some((Token::Relative(days), 0));
    }
    if joins(word) || ends(word) {
        return Some((Token::Join, 0));
    }
    if at(word) && word != "ab" {
        return Some((Token::At, 0));
    }
    announces(word).then_some((Token::Announce, 0))
}

/// `12`, `12.`, `12th`, `2026-12-12`, `15:00`, `3pm`, `15 Uhr`; and its length.
fn number(rest: &str) -> Option<(Token, usize)> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 4 {
        return None;
    }
    let value: u32 = rest.get(..digits)?.parse().ok()?;
    if digits == 4
        && let Some(iso) = rest.get(..10)
        && let Ok(date) = NaiveDate::parse_from_str(iso, "%Y-%m-%d")
        && !rest.get(10..)?.starts_with(|c: char| c.is_ascii_digit())
    {
        return Some((Token::Iso(date), 10));
    }
    if digits <= 2
        && let Some((time, len)) = time(rest, value, digits)
    {
        return Some((Token::Time(time), len));
    }
    let behind = rest.get(digits..)?;
    if digits <= 2 && behind.starts_with('.') {
        return Some((
            Token::Number {
                value,
                digits,
                dot: true,
            },
            digits + 1,
        ));
    }
    let ordinal = ["st", "nd", "rd", "th"].iter().find(|suffix| {
        behind.get(..2).is_some_and(|two| two.eq_ignore_ascii_case(suffix))
            && !behind.get(2..).unwrap_or("").starts_with(char::is_alphanumeric)
    });
    if ordinal.is_some() && digits <= 2 {
        return Some((
            Token::Number {
                value,
                digits,
                dot: false,
            },
            digits + 2,
        ));
    }
    (!behind.starts_with(char::is_alphabetic)).then_some((
        Token::Number {
            value,
            digits,
            dot: false,
        },
        digits,
    ))
}

/// A time of day that begins with these digits.
fn time(rest: &str, hour: u32, digits: usize) -> Option<(NaiveTime, usize)> {
    let behind = rest.get(digits..)?;
    let (minute, mut len) = match behind.strip_prefix(':') {
        Some(more) => {
            let two = more.get(..2)?;
            if !two.bytes().all(|b| b.is_ascii_digit())
                || more.get(2..)?.starts_with(|c: char| c.is_ascii_digit() || c == ':')
            {
                return None;
            }
            (Some(two.parse().ok()?), digits + 3)
        }
        None => (None, digits),
    };
    let suffix = rest.get(len..)?;
    let word = suffix.trim_start_matches(' ');
    let gap = suffix.len() - word.len();
    let letters: usize = word.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    let half = word.get(..letters).unwrap_or("").to_lowercase();
    let hour = match half.as_str() {
        "am" | "pm" if gap <= 1 && (1..=12).contains(&hour) => {
            len += gap + letters;
            hour % 12 + if half == "pm" { 12 } else { 0 }
        }
        "uhr" if gap <= 1 => {
            len += gap + letters;
            hour
        }
        _ if minute.is_some() => hour,
        _ => return None,
    };
    Some((NaiveTime::from_hms_opt(hour, minute.unwrap_or(0), 0)?, len))
}
