//! What was asked, taken apart: operators, exact words, words.

use super::filter::{Filter, Operator};
use crate::dto::FieldInputDto;
use sidedesk_domain::time::Tz;
use sidedesk_domain::{Kind, Millis};
use sidedesk_store::{Phrase, phrases};

/// Operators of a question that count.
const MAX_OPERATORS: usize = 20;

/// A question.
#[derive(Debug, Default)]
pub(super) struct Question {
    /// Words, and exact words in a row.
    pub phrases: Vec<Phrase>,
    /// What must hold besides.
    pub filter: Filter,
    /// The operators as they were understood.
    pub operators: Vec<FieldInputDto>,
    /// When it was asked.
    pub now: Millis,
}

impl Question {
    pub(super) fn read(text: &str, zone: Tz, now: Millis) -> Self {
        let mut question = Self { now, ..Self::default() };
        for piece in pieces(text) {
            match piece {
                Piece::Quoted(words) => question.phrases.extend(Phrase::new(words, false)),
                Piece::Plain(word) => question.take(word, zone, now),
            }
        }
        question
    }

    fn take(&mut self, word: &str, zone: Tz, now: Millis) {
        let operator = word.split_once(':').and_then(|(name, value)| {
            let value = value.trim_matches('"').trim();
            Some((
                name.to_lowercase(),
                value,
                Operator::read(&name.to_lowercase(), value, zone, now)?,
            ))
        });
        match operator {
            Some((name, value, operator)) if self.operators.len() < MAX_OPERATORS => {
                self.filter.add(operator);
                self.operators.push(FieldInputDto {
                    field: name,
                    value: Some(value.to_owned()),
                });
            }
            _ => self.phrases.extend(phrases(word)),
        }
    }

    /// What the index is asked for. Values of a scope are words of the index too: they narrow the field before anything is
    /// read. Reports hold neither owner nor state in words that an operator knows.
    pub(super) fn indexed(&self, kind: Kind) -> Vec<Phrase> {
        let mut all = self.phrases.clone();
        all.extend(self.filter.indexed(kind).filter_map(|value| Phrase::new(value, true)));
        all
    }
}

enum Piece<'a> {
    Quoted(&'a str),
    Plain(&'a str),
}

/// Cut at blanks outside of quotes. A quote that nobody closes reaches to the end.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('"') {
            let (words, after) = after.split_once('"').unwrap_or((after, ""));
            pieces.push(Piece::Quoted(words));
            rest = after.trim_start();
            continue;
        }
        let mut quoted = false;
        let end = rest
            .char_indices()
            .find(|(_, c)| {
                quoted ^= *c == '"';
                c.is_whitespace() && !quoted
            })
            .map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(end);
        pieces.push(Piece::Plain(piece));
        rest = after.trim_start();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: &[&str], operators: &[(&str, &str)]) {
        let question = Question::read(text, Tz::Europe__London, 1_795_084_920_000);
        let found: Vec<&str> = question.phrases.iter().map(|phrase| phrase.text.as_str()).collect();
        let understood: Vec<(&str, &str)> = question
            .operators
            .iter()
            .map(|operator| (operator.field.as_str(), operator.value.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(
            (found.as_slice(), understood.as_slice()),
            (words, operators),
            "{text:?}"
        );
    }

    #[test]
    fn operators_and_words_are_told_apart() {
        check("late parcels", &["late", "parcels"], &[]);
        check("is:complaint late", &["late"], &[("is", "complaint")]);
        check("IS:Complaint", &[], &[("is", "Complaint")]);
        check(
            "product:\"hiking boots\" state:open \"exact words\" x",
            &["exact words", "x"],
            &[("product", "hiking boots"), ("state", "open")],
        );
        check(
            "before:2026-05-14 after:today",
            &[],
            &[("before", "2026-05-14"), ("after", "today")],
        );
    }

    #[test]
    fn what_means_nothing_as_an_operator_is_words() {
        check(
            "is:clash colour:red before:soon",
            &["is", "clash", "colour", "red", "before", "soon"],
            &[],
        );
        check("https://example.com/a", &["https", "example", "com", "a"], &[]);
        check("owner: :x", &["owner", "x"], &[]);
        check("\"never closed", &["never closed"], &[]);
        check("say \"\" \"", &["say"], &[]);
        check("it's 12:30", &["it", "s", "12", "30"], &[]);
    }
}
