//! The elements of a JSON list, or of one object after the other, each with its line. An element is skimmed before it is
//! taken apart, so one that is too large or nested too deeply costs itself, never the file and never the memory.

use serde::de::IgnoredAny;
use serde_json::Value;

/// Bytes of one element at most: a small value takes ten times as much memory as text.
const MAX_ELEMENT_LEN: usize = 4 * 1024 * 1024;

/// Reads elements from a text.
pub(super) struct Elements<'a> {
    text: &'a str,
    at: usize,
    /// The line of the next one.
    pub line: u64,
    in_list: bool,
}

/// What was found.
pub(super) enum Next {
    /// An element, and its line.
    Element(u64, Value),
    /// An element that is not taken, and why.
    Refused(u64, &'static str),
    /// Nothing more.
    End,
    /// What is wrong here; nothing behind it can be read.
    Cut(&'static str),
}

impl<'a> Elements<'a> {
    /// From byte `at`: behind the `[` of a list, or at the first object of several.
    pub fn new(text: &'a str, at: usize, in_list: bool) -> Self {
        let line = 1 + count_lines(text.get(..at).unwrap_or_default());
        Self {
            text,
            at,
            line,
            in_list,
        }
    }

    fn advance(&mut self, to: usize) {
        self.line += count_lines(self.text.get(self.at..to).unwrap_or_default());
        self.at = to;
    }

    /// The next element.
    pub fn next(&mut self) -> Next {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let blank = |c: char| c.is_whitespace() || c == ',' || c == '\0';
        self.advance(self.at + rest.len() - rest.trim_start_matches(blank).len());
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return if self.in_list {
                Next::Cut("the file is cut off")
            } else {
                Next::End
            };
        }
        if self.in_list && rest.starts_with(']') {
            return Next::End;
        }
        let mut skim = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        match skim.next() {
            Some(Ok(_)) => {
                let (line, len) = (self.line, skim.byte_offset());
                self.advance(self.at + len);
                taken_apart(line, rest.get(..len).unwrap_or_default())
            }
            Some(Err(error)) => {
                self.line += (error.line() as u64).saturating_sub(1);
                Next::Cut(what_is_wrong(&error))
            }
            None => Next::End,
        }
    }
}

fn taken_apart(line: u64, element: &str) -> Next {
    if element.len() > MAX_ELEMENT_LEN {
        return Next::Refused(line, "This element is larger than 4 MB");
    }
    match serde_json::from_str(element) {
        Ok(value) => Next::Element(line, value),
        Err(_) => Next::Refused(line, "This element is nested too deeply or not sound"),
    }
}

fn count_lines(text: &str) -> u64 {
    text.bytes().filter(|b| *b == b'\n').count() as u64
}

/// In words.
pub(super) fn what_is_wrong(error: &serde_json::Error) -> &'static str {
    if error.is_eof() {
        "the file is cut off"
    } else if error.to_string().starts_with("recursion limit") {
        "it is nested too deeply"
    } else {
        "this is not JSON"
    }
}
