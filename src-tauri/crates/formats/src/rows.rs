//! What every reader gives: columns, and rows of cells.

use crate::headers::Header;
use crate::ledger::Ledger;
use crate::table::Table;
use sidedesk_domain::Millis;
use std::borrow::Cow;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Text as in the file, dates and numbers included.
    Text(Cow<'a, str>),
    /// Elements that the file itself keeps apart.
    List(Vec<String>),
    /// An instant that the reader has already worked out (calendars).
    At(Millis),
}

impl Cell<'_> {
    /// An empty cell.
    pub const EMPTY: Cell<'static> = Cell::Text(Cow::Borrowed(""));

    /// As one text, for samples, hashes and text fields.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::List(items) => Cow::Owned(items.join(", ")),
            Self::At(at) => Cow::Owned(sidedesk_domain::time::to_rfc3339(*at)),
        }
    }
}

/// One row. A repeated event gives several with the same line, all but the first `extra`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row<'a> {
    /// Where it begins.
    pub line: u64,
    /// One per column; missing ones at the end are empty.
    pub cells: Vec<Cell<'a>>,
    /// A further date of the row before.
    pub extra: bool,
}

/// Rows, read as often as needed.
pub(crate) enum Source<'a> {
    /// A delimited text.
    Table(Table<'a>),
    /// Rows that a structured reader has made.
    Listed {
        /// The columns.
        headers: Vec<Header>,
        /// The rows.
        rows: Vec<Row<'a>>,
        /// Rows the reader itself has skipped; each stands in the ledger.
        skipped: u64,
    },
}

/// What a visit to a row answers: go on, or stop.
pub(crate) type GoOn = bool;

impl Source<'_> {
    /// The columns.
    pub fn headers(&self) -> &[Header] {
        match self {
            Self::Table(table) => &table.headers,
            Self::Listed { headers, .. } => headers,
        }
    }

    /// Rows that never reach a visit.
    pub fn skipped_before(&self) -> u64 {
        match self {
            Self::Table(_) => 0,
            Self::Listed { skipped, .. } => *skipped,
        }
    }

    /// Visits every row in file order; problems of reading go to the ledger. Returns rows that were skipped on the way.
    pub fn visit(&self, ledger: &mut Ledger, visit: &mut dyn FnMut(&mut Ledger, &Row<'_>) -> GoOn) -> u64 {
        match self {
            Self::Table(table) => table.visit(ledger, visit),
            Self::Listed { rows, .. } => {
                for row in rows {
                    if !visit(ledger, row) {
                        break;
                    }
                }
                0
            }
        }
    }
}
