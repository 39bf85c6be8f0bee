//! A delimited text as header and rows: where the header stands, and what to do about rows that do not fit it.

use crate::csv_text::unguarded;
use crate::delimiter::{self, Delimiter};
use crate::error::FormatError;
use crate::headers::Header;
use crate::ledger::Ledger;
use crate::records::{Broken, Record, Records};
use crate::rows::{Cell, GoOn, Row};
use crate::{MAX_COLUMNS, presets};
use std::borrow::Cow;

/// Records among which the header is looked for (product §7.6: Asana's sheet link puts a URL and spacer rows first).
const HEADER_SCAN: usize = 15;

/// Records that must fit the header before reading goes on after a quote that never closed.
const RESUME_PROOF: usize = 3;

/// Broken quotes that are mended in one file: each may cost a look at all the rest.
const MAX_MENDS: usize = 50;

/// A text with its header found.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    /// The columns.
    pub headers: Vec<Header>,
    /// The line of the header.
    pub header_line: u64,
    header_cells: Vec<String>,
    body: Records<'a>,
}

impl<'a> Table<'a> {
    /// Finds delimiter and header. `wanted` are the columns that a mapping names, in normal form.
    pub fn open(file: &str, text: &'a str, wanted: &[String]) -> Result<Self, FormatError> {
        let Delimiter { byte, first_line } = delimiter::judge(text);
        let start = Records::new(text, byte).skipped_to(first_line);
        let scanned: Vec<Record<'a>> = start.take(HEADER_SCAN).filter(|record| !record.is_blank()).collect();
        let header = pick_header(&scanned, wanted).filter(|record| record.cells.len() <= MAX_COLUMNS);
        let Some(header) = header else {
            return Err(FormatError::NoTable {
                file: file.to_owned(),
                line: first_line,
            });
        };
        let mut body = start.skipped_to(header.line);
        body.next();
        let width = header.width();
        let cells: Vec<String> = header
            .cells
            .iter()
            .take(width)
            .map(|cell| cell.trim().to_owned())
            .collect();
        Ok(Self {
            headers: cells.iter().map(|cell| Header::new(cell)).collect(),
            header_line: header.line,
            header_cells: cells,
            body,
        })
    }

    /// This program wrote it.
    fn is_own(&self) -> bool {
        self.headers.first().is_some_and(Header::is_own)
    }

    /// Visits every row; returns how many were skipped here (each is in the ledger).
    pub fn visit(&self, ledger: &mut Ledger, visit: &mut dyn FnMut(&mut Ledger, &Row<'_>) -> GoOn) -> u64 {
        let mut records = self.body;
        let mut state = Reading {
            table: self,
            skipped: 0,
            seen_short: false,
            mends: 0,
        };
        loop {
            let before = records;
            let Some(record) = records.next() else { break };
            if record.is_blank() && record.cells.len() == 1 {
                continue;
            }
            let row = match record.broken {
                Some(broken) => state.mend(ledger, record, broken, before, &mut records),
                None => state.row(ledger, record),
            };
            if row.is_some_and(|row| !visit(ledger, &row)) {
                break;
            }
        }
        state.skipped
    }
}

struct Reading<'t, 'a> {
    table: &'t Table<'a>,
    skipped: u64,
    seen_short: bool,
    mends: usize,
}

impl<'a> Reading<'_, 'a> {
    fn width(&self) -> usize {
        self.table.headers.len()
    }

    fn skip(&mut self, ledger: &mut Ledger, line: u64, message: String) {
        self.skipped += 1;
        ledger.skip(line, message);
    }

    fn row(&mut self, ledger: &mut Ledger, record: Record<'a>) -> Option<Row<'a>> {
        let (line, width, cells) = (record.line, self.width(), record.cells.len());
        if record.width() == 0 {
            self.skip(ledger, line, "The row is empty".to_owned());
            return None;
        }
        if self.is_header_again(&record) {
            self.skip(ledger, line, "The header is repeated here".to_owned());
            return None;
        }
        if cells < width {
            if record.at_end && !self.seen_short && cells > 0 {
                ledger.damaged = true;
                let message =
                    format!("The file is cut off in this row, after {cells} of {width} cells. Export it again");
                self.skip(ledger, line, message);
                return None;
            }
            self.seen_short = true;
            ledger.note(
                line,
                format!("{cells} cells under {width} columns; the missing ones are taken as empty"),
            );
        } else if record.width() > width {
            let message = format!("{} cells under {width} columns; the rest was left out", record.width());
            ledger.note(line, message);
        }
        let mut row = to_row(line, record.cells, width);
        if self.table.is_own() {
            row.cells.iter_mut().for_each(unguard);
        }
        Some(row)
    }

    fn is_header_again(&self, record: &Record<'_>) -> bool {
        let header = &self.table.header_cells;
        header.len() > 1
            && record.width() == header.len()
            && record.cells.iter().zip(header).all(|(a, b)| a.trim() == b)
    }

    /// A quote went wrong. If the lines after it fit the header, it was a stray one, and only its own line suffers;
    /// if not, the file ends inside the cell.
    fn mend(
        &mut self,
        ledger: &mut Ledger,
        record: Record<'a>,
        broken: Broken,
        before: Records<'a>,
        records: &mut Records<'a>,
    ) -> Option<Row<'a>> {
        let width = self.width();
        if !broken.unclosed && record.cells.len() == width {
            return self.row(ledger, record);
        }
        self.mends += 1;
        let resume = before.skipped_to(broken.line + 1);
        let proof: Vec<bool> = resume
            .take(RESUME_PROOF)
            .map(|r| r.broken.is_none() && r.cells.len() == width)
            .collect();
        let literal: Vec<bool> = resume
            .without_quotes()
            .take(RESUME_PROOF)
            .map(|r| r.cells.len() == width)
            .collect();
        // Prose with one comma in every line looks like two columns: the narrower, the more lines must fit.
        let needed = match width {
            0..=2 => RESUME_PROOF,
            3 | 4 => 2,
            _ => 1,
        };
        let proves = |proof: &[bool]| proof.len() >= needed && proof.iter().all(|fits| *fits);
        let fits = width > 1 && (proves(&proof) || proves(&literal));
        if fits {
            ledger.damaged = true;
            *records = resume;
            if self.mends == MAX_MENDS {
                ledger.note(
                    broken.line,
                    "Too many quotes open and do not close; from here on they are read as they stand",
                );
                *records = resume.without_quotes();
            }
            let opened = format!("A quote opens in line {} and does not close", broken.line);
            let mut line = before.skipped_to(broken.line);
            let cells = literal_cells(line.skip_line(), records.delimiter());
            if broken.line == record.line && cells.len() == width {
                ledger.note(record.line, format!("{opened}; the line was read without it"));
                return Some(to_row(record.line, cells, width));
            }
            self.skip(
                ledger,
                record.line,
                format!("{opened}. Correct the line and import again"),
            );
            return None;
        }
        if !broken.unclosed {
            return self.row(ledger, record);
        }
        ledger.damaged = true;
        let message = format!(
            "A quote opens in line {} and does not close before the file ends. Rows before it are sound; export it again",
            broken.line
        );
        self.skip(ledger, record.line, message);
        None
    }
}

fn literal_cells(line: &str, delimiter: u8) -> Vec<Cow<'_, str>> {
    line.split(char::from(delimiter))
        .map(|cell| Cow::Borrowed(cell.trim_matches('"')))
        .collect()
}

/// Takes the apostrophe away that this program put before a formula's sign.
fn unguard(cell: &mut Cell<'_>) {
    if let Cell::Text(text) = cell
        && unguarded(text).len() < text.len()
    {
        *text = Cow::Owned(unguarded(text).to_owned());
    }
}

fn to_row(line: u64, cells: Vec<Cow<'_, str>>, width: usize) -> Row<'_> {
    let mut cells: Vec<Cell<'_>> = cells.into_iter().take(width).map(Cell::Text).collect();
    cells.resize(width, Cell::EMPTY);
    Row {
        line,
        cells,
        extra: false,
    }
}

/// The likeliest header among the first records: many names, known ones above all, and no numbers; the earliest of
/// equals.
fn pick_header<'r, 'a>(records: &'r [Record<'a>], wanted: &[String]) -> Option<&'r Record<'a>> {
    let usual = records.iter().map(|record| record.width()).max()?;
    let mut best: Option<(i64, &Record<'a>)> = None;
    for record in records {
        let names: Vec<Header> = record
            .cells
            .iter()
            .filter(|c| !c.trim().is_empty())
            .map(|c| Header::new(c))
            .collect();
        if names.is_empty() || names.len() * 2 < usual {
            continue;
        }
        let known = names.iter().filter(|name| presets::is_known(&name.normal)).count() as i64;
        let asked = names.iter().filter(|name| wanted.contains(&name.normal)).count() as i64;
        let odd = names.iter().filter(|name| !is_name_like(&name.raw)).count() as i64;
        let score = asked * 1_000 + known * 10 + names.len() as i64 - odd * 12;
        if best.is_none_or(|(best, _)| score > best) {
            best = Some((score, record));
        }
    }
    best.map(|(_, record)| record)
}

/// Short, and with a letter: numbers, dates and addresses are data.
fn is_name_like(cell: &str) -> bool {
    cell.len() <= 100
        && cell.chars().any(char::is_alphabetic)
        && !cell.starts_with("http")
        && !cell.starts_with(|c: char| c.is_ascii_digit())
        && !cell.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of rows read, then (line, skipped, beginning of message) of problems.
    fn check(text: &str, rows: &[(u64, &str)], problems: &[(u64, bool, &str)], damaged: bool) {
        let table = Table::open("t.csv", text, &[]).unwrap();
        let mut ledger = Ledger::default();
        let mut got = Vec::new();
        table.visit(&mut ledger, &mut |_, row| {
            let cells: Vec<String> = row.cells.iter().map(|cell| cell.text().into_owned()).collect();
            got.push((row.line, cells.join("|")));
            true
        });
        let expected: Vec<(u64, String)> = rows.iter().map(|(line, cells)| (*line, (*cells).to_owned())).collect();
        assert_eq!(got, expected, "{text:?}");
        let (found, was_damaged) = ledger.close();
        assert_eq!(found.len(), problems.len(), "{found:?}");
        for (problem, (line, skipped, message)) in found.iter().zip(problems) {
            assert_eq!((problem.line, problem.skipped), (*line, *skipped), "{problem:?}");
            assert!(problem.message.starts_with(message), "{problem:?}");
        }
        assert_eq!(was_damaged, damaged, "{text:?}");
    }

    #[test]
    fn rows_that_do_not_fit_are_read_and_reported() {
        check(
            "id,text\n1,a\n2\n3,b,c\n",
            &[(2, "1|a"), (3, "2|"), (4, "3|b")],
            &[(3, false, "1 cells under 2"), (4, false, "3 cells under 2")],
            false,
        );
        check(
            "id,text\n\n1,a\n,\n",
            &[(3, "1|a")],
            &[(4, true, "The row is empty")],
            false,
        );
        check(
            "id,text\n1,a\nid,text\n2,b\n",
            &[(2, "1|a"), (4, "2|b")],
            &[(3, true, "The header is")],
            false,
        );
    }

    #[test]
    fn a_file_cut_off_keeps_the_rows_before() {
        check(
            "id,text,x\n1,a,b\n2,c",
            &[(2, "1|a|b")],
            &[(3, true, "The file is cut off in this row")],
            true,
        );
        check(
            "id,text\n1,a\n2,\"b c\nd e, f",
            &[(2, "1|a")],
            &[(3, true, "A quote opens in line 3")],
            true,
        );
        check("id,text\n1,a\n2,b", &[(2, "1|a"), (3, "2|b")], &[], false);
    }

    #[test]
    fn a_stray_quote_costs_its_own_line_only() {
        check(
            "id,text\n1,\"a\n2,b\n3,c\n4,d\n",
            &[(2, "1|a"), (3, "2|b"), (4, "3|c"), (5, "4|d")],
            &[(2, false, "A quote opens in line 2")],
            true,
        );
        check(
            "id,text\n1,\"a,b\n2,b\n3,c\n4,d\n",
            &[(3, "2|b"), (4, "3|c"), (5, "4|d")],
            &[(2, true, "A quote opens in line 2")],
            true,
        );
    }

    #[test]
    fn the_header_is_found_below_spacer_rows() {
        let header = |text: &str| {
            let table = Table::open("t.csv", text, &[]).unwrap();
            (
                table.header_line,
                table
                    .headers
                    .iter()
                    .map(|h| h.raw.clone())
                    .collect::<Vec<_>>()
                    .join("|"),
            )
        };
        assert_eq!(
            header("https://example.com,,\n,,\n,,\nTask ID,Name,Notes\n1,a,b\n"),
            (4, "Task ID|Name|Notes".into())
        );
        assert_eq!(header("sep=;\nid;subject\n1;a\n"), (2, "id|subject".into()));
        assert_eq!(header("Export of May\n\nId,Subject\n1,x\n"), (3, "Id|Subject".into()));
        assert_eq!(header("text\nhello\nworld\n"), (1, "text".into()));
    }
}
