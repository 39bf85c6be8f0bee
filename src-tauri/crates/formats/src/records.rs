//! Delimited text, record by record, as real files are written: RFC 4180, and what people make of it.
//!
//! Own code rather than a CSV library, because a broken quote must be answered with the line it opened in and with the
//! place to go on reading from; libraries swallow the rest of the file into one cell.
//!
//! - A quote opens only at the start of a cell (blanks before it are dropped). Inside, `""` is a quote, and a quote
//!   that is not followed by a delimiter or the end of the line is taken literally: `"he said "no" twice",next`.
//! - A record whose quote never closes, or that swallowed lines around literal quotes, is marked [`Broken`]; the
//!   caller decides whether to go on after the line where the quote opened.

use crate::MAX_COLUMNS;
use std::borrow::Cow;

/// Cells kept of one record: far more than a table may have columns. A line of nothing but commas would fill the memory.
const MAX_CELLS_OF_RECORD: usize = 2 * MAX_COLUMNS;

/// One record.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    /// Physical line where it begins, from 1.
    pub line: u64,
    /// Its cells, quotes taken off.
    pub cells: Vec<Cow<'a, str>>,
    /// Further cells than are kept, not all of them empty.
    pub more: bool,
    /// A quote that did not go well.
    pub broken: Option<Broken>,
    /// The text ended without a line break after it.
    pub at_end: bool,
}

/// A quote that did not go well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Physical line of the quote.
    pub line: u64,
    /// It never closed; otherwise it closed after stray quotes on later lines.
    pub unclosed: bool,
}

impl Record<'_> {
    /// Nothing but blanks in one cell: an empty line.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// Cells up to the last one that is not empty.
    pub fn width(&self) -> usize {
        self.cells
            .iter()
            .rposition(|cell| !cell.trim().is_empty())
            .map_or(0, |at| at + 1)
    }
}

/// Reads records from a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Records<'a> {
    text: &'a str,
    pos: usize,
    line: u64,
    delimiter: u8,
    /// Old Macintosh files end lines with a lone carriage return.
    cr_only: bool,
    quotes: bool,
}

/// Where a scan of one cell stopped.
struct Scanned<'a> {
    cell: Cow<'a, str>,
    broken: Option<Broken>,
}

impl<'a> Records<'a> {
    /// All of `text`, cells parted by `delimiter` (ASCII).
    pub fn new(text: &'a str, delimiter: u8) -> Self {
        Self {
            text,
            pos: 0,
            line: 1,
            delimiter,
            cr_only: !text.contains('\n'),
            quotes: true,
        }
    }

    /// What parts the cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The same text from the beginning of `line`, which lies at or after this reader's.
    pub fn skipped_to(mut self, line: u64) -> Self {
        while self.line < line && self.pos < self.text.len() {
            self.skip_line();
        }
        self
    }

    /// The same, quotes being characters like any other.
    pub fn without_quotes(mut self) -> Self {
        self.quotes = false;
        self
    }

    /// The rest of the current line, its line break off.
    pub fn skip_line(&mut self) -> &'a str {
        let end = self.seek(|b| b == self.line_end()).unwrap_or(self.text.len());
        let line = self.slice(self.pos, end);
        self.pos = (end + 1).min(self.text.len());
        self.line += 1;
        line.trim_end_matches('\r')
    }

    fn line_end(&self) -> u8 {
        if self.cr_only { b'\r' } else { b'\n' }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        // Every cut is beside an ASCII byte, so it lies on a character's border.
        self.text.get(from..to).unwrap_or_default()
    }

    /// The first place from here whose byte is wanted.
    fn seek(&self, wanted: impl Fn(u8) -> bool) -> Option<usize> {
        let rest = self.text.as_bytes().get(self.pos..)?;
        rest.iter().position(|b| wanted(*b)).map(|at| self.pos + at)
    }

    /// The length of the line break at `at`.
    fn break_len(&self, at: usize) -> usize {
        match (self.byte(at), self.byte(at + 1)) {
            (Some(b'\n'), _) => 1,
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r'), _) if self.cr_only => 1,
            _ => 0,
        }
    }

    /// The end of the text, a delimiter or a line break, blanks before it allowed.
    fn closes_at(&self, mut at: usize) -> Option<usize> {
        loop {
            match self.byte(at) {
                None => return Some(at),
                Some(b) if b == self.delimiter || self.break_len(at) > 0 => return Some(at),
                Some(b' ' | b'\r') => at += 1,
                Some(_) => return None,
            }
        }
    }

    fn bare_cell(&mut self) -> Scanned<'a> {
        let (delimiter, from) = (self.delimiter, self.pos);
        let mut end = self.seek(|b| b == delimiter || b == b'\n' || b == b'\r');
        while let Some(at) = end {
            if self.byte(at) != Some(b'\r') || self.break_len(at) > 0 {
                break;
            }
            self.pos = at + 1; // a lone carriage return inside a cell
            end = self.seek(|b| b == delimiter || b == b'\n' || b == b'\r');
        }
        self.pos = end.unwrap_or(self.text.len());
        Scanned {
            cell: Cow::Borrowed(self.slice(from, self.pos)),
            broken: None,
        }
    }

    /// `self.pos` is on the opening quote.
    fn quoted_cell(&mut self) -> Scanned<'a> {
        let opened = self.line;
        self.pos += 1;
        let mut piece = self.pos;
        let mut cell: Cow<'a, str> = Cow::Borrowed("");
        let mut stray = false;
        loop {
            let Some(at) = self.seek(|b| b == b'"' || b == self.line_end()) else {
                let rest = self.slice(piece, self.text.len());
                self.pos = self.text.len();
                let broken = Some(Broken {
                    line: opened,
                    unclosed: true,
                });
                return Scanned {
                    cell: joined(cell, rest),
                    broken,
                };
            };
            self.pos = at + 1;
            if self.byte(at) != Some(b'"') {
                self.line += 1;
            } else if self.byte(at + 1) == Some(b'"') {
                cell = joined(cell, self.slice(piece, at + 1));
                self.pos = at + 2;
                piece = self.pos;
            } else if let Some(end) = self.closes_at(at + 1) {
                cell = joined(cell, self.slice(piece, at));
                self.pos = end;
                let broken = (stray && self.line > opened).then_some(Broken {
                    line: opened,
                    unclosed: false,
                });
                return Scanned { cell, broken };
            } else {
                stray = true; // taken literally: it stays in the piece
            }
        }
    }
}

fn joined<'a>(cell: Cow<'a, str>, piece: &'a str) -> Cow<'a, str> {
    if cell.is_empty() {
        Cow::Borrowed(piece)
    } else {
        Cow::Owned(cell.into_owned() + piece)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        if self.pos >= self.text.len() {
            return None;
        }
        let mut record = Record {
            line: self.line,
            cells: Vec::new(),
            more: false,
            broken: None,
            at_end: false,
        };
        loop {
            let start = self.seek(|b| b != b' ').filter(|_| self.quotes);
            let quote = start.filter(|at| self.byte(*at) == Some(b'"'));
            let scanned = match quote {
                Some(at) => {
                    self.pos = at;
                    self.quoted_cell()
                }
                None => self.bare_cell(),
            };
            if record.cells.len() < MAX_CELLS_OF_RECORD {
                record.cells.push(scanned.cell);
            } else {
                record.more |= !scanned.cell.trim().is_empty();
            }
            record.broken = record.broken.or(scanned.broken);
            if self.byte(self.pos) == Some(self.delimiter) {
                self.pos += 1;
                continue;
            }
            let break_len = self.break_len(self.pos);
            self.pos += break_len;
            self.line += 1;
            record.at_end = break_len == 0;
            return Some(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u64, &[&str])]) {
        let got: Vec<(u64, Vec<String>)> = Records::new(text, b',')
            .map(|r| (r.line, r.cells.iter().map(|c| c.to_string()).collect()))
            .collect();
        let expected: Vec<(u64, Vec<String>)> = expected
            .iter()
            .map(|(line, cells)| (*line, cells.iter().map(|c| c.to_string()).collect()))
            .collect();
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn well_formed_text_is_read_as_the_rfc_says() {
        check("a,b\n1,2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check("a,b\r\n1,\r\n", &[(1, &["a", "b"]), (2, &["1", ""])]);
        check("\"x\ny\",2\n3", &[(1, &["x\ny", "2"]), (3, &["3"])]);
        check("\"a \"\"q\"\" b\",\"\"\n", &[(1, &["a \"q\" b", ""])]);
        check("\"\"\"\"\n", &[(1, &["\""])]);
        check("", &[]);
        check("a\rb,c\r", &[(1, &["a"]), (2, &["b", "c"])]);
        check(",", &[(1, &["", ""])]);
    }

    #[test]
    fn what_people_write_is_read_too() {
        check("5\" screen,x\n", &[(1, &["5\" screen", "x"])]);
        check("a, \"b,c\" ,d\n", &[(1, &["a", "b,c", "d"])]);
        check(
            "\"he said \"no\" twice\",x\ny\n",
            &[(1, &["he said \"no\" twice", "x"]), (2, &["y"])],
        );
        check("a\rb,c\n", &[(1, &["a\rb", "c"])]);
    }

    #[test]
    fn a_broken_quote_names_its_line() {
        let broken = |text| Records::new(text, b',').filter_map(|r| r.broken).collect::<Vec<_>>();
        let at = |line, unclosed| vec![Broken { line, unclosed }];
        assert_eq!(broken("a,b\n1,\"x\n2,y\n"), at(2, true));
        assert_eq!(broken("a,b\n1,\"x\n2,y\" z\n3,\"w\",q\n"), at(2, false));
        assert_eq!(broken("\"a \"b\" c\",d\n"), []);
    }

    #[test]
    fn reading_goes_on_from_any_line() {
        let mut rest = Records::new("a\nb\r\nc,d", b',').skipped_to(2);
        assert_eq!(rest.skip_line(), "b");
        let last = rest.next().unwrap();
        assert_eq!((last.line, last.cells.len(), last.at_end), (3, 2, true));
    }
}
