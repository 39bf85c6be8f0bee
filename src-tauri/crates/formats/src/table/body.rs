//! Where a table's records come from: a text, or a sheet that is already in cells.

use crate::records::{Record, Records};
use crate::workbook::SheetRow;
use std::borrow::Cow;

/// Reads records; a copy goes on from the same place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    /// Delimited text.
    Text(Records<'a>),
    /// A sheet's rows.
    Sheet(SheetRows<'a>),
}

/// The rows of a sheet that are still to come.
#[derive(Debug, Clone, Copy)]
pub(super) struct SheetRows<'a> {
    rows: &'a [SheetRow],
}

impl<'a> SheetRows<'a> {
    /// All of them.
    pub fn new(rows: &'a [SheetRow]) -> Self {
        Self { rows }
    }
}

impl Body<'_> {
    /// The same from the record at `line` on, which lies at or after this place.
    pub fn skipped_to(self, line: u64) -> Self {
        match self {
            Self::Text(records) => Self::Text(records.skipped_to(line)),
            Self::Sheet(SheetRows { rows }) => {
                let from = rows.partition_point(|row| row.line < line);
                let rows = rows.get(from..).unwrap_or_default();
                Self::Sheet(SheetRows { rows })
            }
        }
    }
}

impl<'a> Iterator for Body<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        match self {
            Self::Text(records) => records.next(),
            Self::Sheet(sheet) => {
                let (row, rest) = sheet.rows.split_first()?;
                sheet.rows = rest;
                Some(Record {
                    line: row.line,
                    cells: row.cells.iter().map(|cell| Cow::Borrowed(&**cell)).collect(),
                    more: false,
                    broken: None,
                    at_end: false,
                })
            }
        }
    }
}
