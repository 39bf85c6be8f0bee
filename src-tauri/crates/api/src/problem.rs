//! Why a typed value does not fit its field: as data for a window's own words, and as one English sentence.

use crate::code::ErrorCode;
use sidedesk_protocol::recovery::BadWords;
use std::fmt;

/// Typed text is repeated up to this many characters.
const REPEATED: usize = 60;

/// What is wrong with what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It cannot be empty.
    Empty,
    /// Not a date: what was typed.
    Date(String),
    /// Not a time of day: what was typed.
    Time(String),
    /// Not a whole number: what was typed.
    Number(String),
    /// Not a zone: what was typed.
    Zone(String),
    /// None of the words that are allowed.
    Choice {
        /// What was typed.
        typed: String,
        /// Those there are.
        allowed: Vec<String>,
    },
    /// A whole number outside of these.
    Range {
        /// The smallest.
        from: i64,
        /// The greatest, when there is one.
        to: Option<i64>,
    },
    /// Longer than so many kB.
    Long(usize),
    /// More than so many at once.
    Many(usize),
    /// The end lies before the start.
    Order,
    /// A date that lies in the past: what was typed.
    Past(String),
    /// Not the id of a record of this kind.
    Link {
        /// What was typed.
        typed: String,
        /// What it must be.
        kind: &'static str,
    },
    /// Not the address of a hub: what was typed.
    Address(String),
    /// Not the words of a recovery sheet.
    Words(BadWords),
    /// Not the word at this place of the sheet that was shown.
    SheetWord(usize),
    /// Not the board code of a recovery sheet.
    BoardCode,
    /// No such field.
    UnknownField {
        /// Of what.
        kind: &'static str,
        /// Those there are.
        known: Vec<&'static str>,
    },
    /// Anything else, as a sentence.
    Said(String),
}

impl Problem {
    /// None of these words.
    pub(crate) fn choice(typed: &str, allowed: &[&str]) -> Self {
        Self::Choice {
            typed: typed.into(),
            allowed: allowed.iter().map(|word| (*word).to_owned()).collect(),
        }
    }

    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::Empty => ErrorCode::InputEmpty,
            Self::Date(_) => ErrorCode::InputDate,
            Self::Time(_) => ErrorCode::InputTime,
            Self::Number(_) => ErrorCode::InputNumber,
            Self::Zone(_) => ErrorCode::InputZone,
            Self::Choice { .. } => ErrorCode::InputChoice,
            Self::Range { .. } => ErrorCode::InputRange,
            Self::Long(_) => ErrorCode::InputLong,
            Self::Many(_) => ErrorCode::InputMany,
            Self::Order => ErrorCode::InputOrder,
            Self::Past(_) => ErrorCode::InputPast,
            Self::Link { .. } => ErrorCode::InputLink,
            Self::Address(_) => ErrorCode::InputAddress,
            Self::Words(BadWords::Count(_)) => ErrorCode::InputWordCount,
            Self::Words(BadWords::Unknown { .. }) => ErrorCode::InputWord,
            Self::Words(BadWords::Checksum) => ErrorCode::InputWordsTogether,
            Self::SheetWord(_) => ErrorCode::InputSheetWord,
            Self::BoardCode => ErrorCode::InputBoardCode,
            Self::UnknownField { .. } => ErrorCode::InputUnknownField,
            Self::Said(_) => ErrorCode::Input,
        }
    }

    /// What was typed or what is allowed, as [`ErrorCode`] says for each.
    pub(crate) fn value(&self) -> Option<String> {
        match self {
            Self::Date(typed)
            | Self::Time(typed)
            | Self::Number(typed)
            | Self::Zone(typed)
            | Self::Address(typed)
            | Self::Past(typed) => Some(short(typed)),
            Self::Choice { allowed, .. } => Some(allowed.join(", ")),
            Self::Range { from, to: Some(to) } => Some(format!("{from}–{to}")),
            Self::Range { from, to: None } => Some(format!("≥ {from}")),
            Self::Long(most) | Self::Many(most) => Some(most.to_string()),
            Self::Words(BadWords::Count(count)) => Some(count.to_string()),
            Self::Words(BadWords::Unknown { place, typed, meant }) => {
                let meant = meant.map_or(String::new(), |word| format!(" → {word}"));
                Some(format!("{place}. {}{meant}", short(typed)))
            }
            Self::SheetWord(place) => Some(place.to_string()),
            Self::Link { kind, .. } => Some((*kind).to_owned()),
            Self::UnknownField { known, .. } => Some(known.join(", ")),
            Self::Empty | Self::Order | Self::Words(BadWords::Checksum) | Self::BoardCode | Self::Said(_) => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it cannot be empty; type a few words"),
            Self::Date(typed) => write!(
                f,
                "\"{}\" is not a date; write 2026-11-21 or 2026-11-21 15:00",
                short(typed)
            ),
            Self::Time(typed) => write!(f, "\"{}\" is not a time of day; write one such as 09:15", short(typed)),
            Self::Number(typed) => write!(f, "\"{}\" is not a whole number", short(typed)),
            Self::Zone(typed) => write!(f, "\"{}\" is not a zone; write one such as Europe/London", short(typed)),
            Self::Choice { typed, allowed } => {
                write!(f, "\"{}\" is not one of {}", short(typed), allowed.join(", "))
            }
            // Severity, the only scale there is.
            Self::Range { from: 1, to: Some(5) } => f.write_str("it goes from 1 (a nuisance) to 5 (harm)"),
            Self::Range { from, to: Some(to) } => write!(f, "it goes from {from} to {to}"),
            Self::Range { from: 0, to: None } => f.write_str("it cannot be negative"),
            Self::Range { from, to: None } => write!(f, "it is at least {from}"),
            Self::Long(kilobytes) => write!(f, "it is longer than {kilobytes} kB; shorten it"),
            Self::Many(most) => write!(f, "at most {most} fit at once; leave some out"),
            Self::Order => f.write_str("it lies before the start; correct one"),
            Self::Past(typed) => write!(f, "\"{}\" lies in the past; choose a later date", short(typed)),
            Self::Link { typed, kind } => write!(f, "\"{}\" is not the id of a {kind}", short(typed)),
            Self::Address(typed) => write!(
                f,
                "\"{}\" is not the address of a hub; write wss://hub.example.com:7420",
                short(typed)
            ),
            Self::UnknownField { kind, known } => {
                write!(f, "a {kind} has no such field; it has {}", known.join(", "))
            }
            Self::Words(bad) => write!(f, "{bad}"),
            Self::SheetWord(place) => {
                write!(f, "word {place} on the sheet is another one; look at the paper again")
            }
            Self::BoardCode => {
                f.write_str("a character of the board code is wrong or missing; take it from the sheet again")
            }
            Self::Said(sentence) => f.write_str(sentence),
        }
    }
}

impl From<&str> for Problem {
    fn from(sentence: &str) -> Self {
        Self::Said(sentence.into())
    }
}

impl From<String> for Problem {
    fn from(sentence: String) -> Self {
        Self::Said(sentence)
    }
}

fn short(typed: &str) -> String {
    typed.chars().take(REPEATED).collect()
}
