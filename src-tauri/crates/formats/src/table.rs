//! A delimited text, or a workbook's sheet, as header and rows: where the header stands, and what to do about rows that
//! do not fit it.

mod body;
mod header;
mod mend;

use crate::MAX_COLUMNS;
use crate::csv_text::unguarded;
use crate::delimiter::{self, Delimiter};
use crate::error::FormatError;
use crate::headers::Header;
use crate::ledger::Ledger;
use crate::records::{Record, Records};
use crate::rows::{Cell, GoOn, Row};
use crate::workbook::Sheet;
use body::{Body, SheetRows};
use std::borrow::Cow;

/// Records among which the header is looked for (product §7.6: Asana's sheet link puts a URL and spacer rows first).
const HEADER_SCAN: usize = 15;

/// A text or a sheet with its header found.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    /// The columns.
    pub headers: Vec<Header>,
    /// The line of the header.
    pub header_line: u64,
    header_cells: Vec<String>,
    body: Body<'a>,
}

impl<'a> Table<'a> {
    /// Finds delimiter and header. `wanted` are the columns that a mapping names, in normal form.
    pub fn open(file: &str, text: &'a str, wanted: &[String]) -> Result<Self, FormatError> {
        let Delimiter { byte, first_line } = delimiter::judge(text);
        let start = Records::new(text, byte).skipped_to(first_line);
        Self::find(file, Body::Text(start), first_line, wanted)
    }

    /// The same for a sheet.
    pub fn open_sheet(file: &str, sheet: &'a Sheet, wanted: &[String]) -> Result<Self, FormatError> {
        let first_line = sheet.rows.first().map_or(1, |row| row.line);
        Self::find(file, Body::Sheet(SheetRows::new(&sheet.rows)), first_line, wanted)
    }

    fn find(file: &str, start: Body<'a>, first_line: u64, wanted: &[String]) -> Result<Self, FormatError> {
        let scanned: Vec<Record<'a>> = start.take(HEADER_SCAN).filter(|record| !record.is_blank()).collect();
        let file = || file.to_owned();
        let Some(header) = header::pick_header(&scanned, wanted) else {
            let line = first_line;
            return Err(FormatError::NoTable { file: file(), line });
        };
        if header.cells.len() > MAX_COLUMNS {
            let line = header.line;
            return Err(FormatError::TooManyColumns { file: file(), line });
        }
        let mut body = start.skipped_to(header.line);
        body.next();
        let cells = header.cells.iter().take(header.width());
        let cells: Vec<String> = cells.map(|cell| cell.trim().to_owned()).collect();
        Ok(Self {
            headers: cells.iter().map(|cell| Header::new(cell)).collect(),
            header_line: header.line,
            header_cells: cells,
            body,
        })
    }

    /// Something stands under the header.
    pub fn has_rows(&self) -> bool {
        let mut body = self.body;
        body.any(|record| !record.is_blank())
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
            let row = match (record.broken, before) {
                (Some(broken), Body::Text(before)) => state.mend(ledger, record, broken, before, &mut records),
                _ if state.is_group_title(&record, records) => {
                    state.skip(ledger, record.line, "A group's title stands here, not a row".to_owned());
                    None
                }
                _ => state.row(ledger, record),
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
        let sheet = matches!(self.table.body, Body::Sheet(_));
        if cells < width && !sheet {
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
        } else if record.more {
            let message = format!("More than {cells} cells under {width} columns; the rest was left out");
            ledger.note(line, message);
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

    /// monday puts a line with the group's name before every repeated header.
    fn is_group_title(&self, record: &Record<'_>, mut behind: Body<'_>) -> bool {
        let alone = self.width() > 1 && record.width() == 1;
        alone
            && behind
                .find(|next| !next.is_blank())
                .is_some_and(|next| self.is_header_again(&next))
    }

    fn is_header_again(&self, record: &Record<'_>) -> bool {
        let header = &self.table.header_cells;
        header.len() > 1
            && record.width() == header.len()
            && record.cells.iter().zip(header).all(|(a, b)| a.trim() == b)
    }
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

#[cfg(test)]
mod tests;
