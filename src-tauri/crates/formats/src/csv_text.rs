//! Writing a table that other programs open: RFC 4180, in UTF-8 with a mark, and no cell that a spreadsheet would run.
//!
//! Excel, LibreOffice and Google Sheets take a cell that begins with `=`, `+`, `-` or `@` for a formula, also behind blanks,
//! quotes and characters that nobody sees, and in their full-width forms; quoting does not help. Such a cell gets an
//! apostrophe in front, which they read as "this is text". So that nothing is lost, a text that begins with an apostrophe
//! gets one too, and reading takes exactly one away ([`unguarded`]):
//!
//! `=1+1` → `'=1+1` · `'tis` → `''tis` · `Boots` → `Boots`

use std::borrow::Cow;

/// The first column of a table that this program wrote; it holds the ids of the records.
pub const OWN_COLUMN: &str = "sidedesk";

/// What stands before a cell that is to be taken as text.
const GUARD: char = '\'';
/// Spreadsheets expect it before UTF-8.
const MARK: &str = "\u{feff}";

/// Rows as a file.
#[derive(Debug)]
pub struct CsvText {
    text: String,
}

impl CsvText {
    /// A table with these column names, which begin with no sign of a formula.
    pub fn new<'c>(columns: impl IntoIterator<Item = &'c str>) -> Self {
        let mut table = Self { text: MARK.to_owned() };
        table.row(columns);
        table
    }

    /// One more row.
    pub fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) {
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.text.push('"');
            self.text.push_str(&guarded(cell).replace('"', "\"\""));
            self.text.push('"');
        }
        self.text.push_str("\r\n");
    }

    /// The file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// The cell as it is written: nothing that a spreadsheet takes for a formula.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if needs_guard(cell) {
        Cow::Owned(format!("{GUARD}{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The cell as it was before [`guarded`].
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix(GUARD) {
        Some(rest) if needs_guard(rest) => rest,
        _ => cell,
    }
}

fn needs_guard(cell: &str) -> bool {
    // A tab or a line break in front moves what follows into a cell of its own in some programs.
    cell.starts_with([GUARD, '\t', '\r', '\n']) || cell.trim_start_matches(is_passed_over).starts_with(begins_formula)
}

/// What programs pass over before they look whether a formula begins.
fn is_passed_over(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '"' | '\'' | '`' | '\u{ad}' | '\u{180e}' | '\u{feff}' | '\u{ff02}' | '\u{ff07}'
        )
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2018}'..='\u{201f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

fn begins_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}' | '\u{2212}'
    ) || matches!(c, '\u{fe62}' | '\u{fe63}' | '\u{fe66}' | '\u{fe6b}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Records;
    use proptest::prelude::*;

    fn check(cell: &str, expected: &str) {
        assert_eq!(guarded(cell), expected, "{cell:?}");
        assert_eq!(unguarded(&guarded(cell)), cell);
    }

    #[test]
    fn what_begins_a_formula_is_text() {
        for sign in ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\u{2212}", "﹢"] {
            for before in [
                "",
                " ",
                "\u{a0}",
                "\t",
                "\r\n",
                "\"",
                "'",
                "\u{200b}",
                "\u{202e} ",
                "\u{feff}",
                " \"'",
            ] {
                let cell = format!("{before}{sign}cmd|' /C calc'!A0");
                check(&cell, &format!("'{cell}"));
            }
        }
        check(
            "=HYPERLINK(\"https://example.com\")",
            "'=HYPERLINK(\"https://example.com\")",
        );
        check("'tis", "''tis");
        check("\tindented", "'\tindented");
    }

    #[test]
    fn what_begins_none_is_left_alone() {
        for cell in [
            "",
            "Boots",
            "1 + 1",
            "a=b",
            "a@example.com",
            "2026-11-22",
            " x",
            "(-5)",
            "€ 5",
            "\"quoted\"",
        ] {
            check(cell, cell);
        }
        // Another program's apostrophe is somebody's text, unless it stands before a formula.
        assert_eq!(unguarded("'tis"), "'tis");
        assert_eq!(unguarded("'=1"), "=1");
    }

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let mut table = CsvText::new([OWN_COLUMN, "name"]);
        table.row(["1", "=1+1"]);
        let bytes = table.into_bytes();
        assert_eq!(bytes, "\u{feff}\"sidedesk\",\"name\"\r\n\"1\",\"'=1+1\"\r\n".as_bytes());
    }

    proptest! {
        /// Whatever stands in a cell: it begins no formula, and comes back letter by letter.
        #[test]
        fn every_cell_comes_back(rows in prop::collection::vec(prop::array::uniform3("[=+\\-@\t\r\n\"',; '\u{ff1d}\u{200b}a\u{e9}]{0,6}|\\PC{0,12}"), 1..8)) {
            let mut table = CsvText::new(["a", "b", "c"]);
            for row in &rows {
                table.row(row.iter().map(String::as_str));
            }
            let text = String::from_utf8(table.into_bytes()).unwrap();
            let read: Vec<Vec<String>> = Records::new(text.trim_start_matches('\u{feff}'), b',')
                .skip(1)
                .map(|record| record.cells.iter().map(|cell| cell.clone().into_owned()).collect())
                .collect();
            prop_assert_eq!(read.len(), rows.len());
            for (read, row) in read.iter().zip(&rows) {
                for (cell, original) in read.iter().zip(row) {
                    let first = cell.trim_start_matches(|c: char| c != '\'' && is_passed_over(c)).chars().next();
                    prop_assert!(!first.is_some_and(begins_formula), "{:?} begins a formula", cell);
                    prop_assert_eq!(unguarded(cell), original);
                }
            }
        }
    }
}
