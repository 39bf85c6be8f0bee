//! Other tools' files: bytes → rows → drafts, and rows → bytes.
//!
//! This crate knows no file, no clock, no network and no key: bytes come in, the time and the zone are parameters, and
//! what goes out are [`Draft`]s that `api` shows as a preview and then turns into one action.
//!
//! The path of a file through this crate:
//!
//! 0. `archive` and `workbook`: a ZIP archive of one file is unpacked, a workbook becomes the cells of its first table.
//! 1. `encoding`: bytes become text (UTF-8, UTF-16, Windows-1252); `sniff` decides from the *content* whether
//!    that is a table, JSON or a calendar, whatever the file is called.
//! 2. A reader (`table`, `json_rows`, `trello_json`, `ics`) turns it into columns and rows of cells.
//! 3. `mapping` decides which column fills which field: `--map` first, then the preset's names, then synonyms.
//! 4. `judge` reads every column once, whole: date order, decimal sign and list separator are decided per column,
//!    never per cell.
//! 5. `draft` reads the rows a second time and makes one draft of each.
//!
//! **Accounting.** Every row ends as a draft or as a [`Problem`] with `skipped`; a calendar's repeated events make more
//! drafts than rows. Always: `rows + expanded == drafts.len() + (problems that are skipped)`.
//!
//! **Memory.** The text is borrowed from the bytes where it is UTF-8 and decoded whole where it is not; cells are
//! slices of it. A draft is given away as soon as it is made ([`read_to`]); what stays is an id for each.

mod archive;
mod campaign_words;
mod choices;
mod conversations;
mod csv_text;
mod date_text;
mod delimiter;
mod distance;
mod draft;
mod empty;
mod encoding;
mod error;
mod headers;
mod html;
mod ics;
mod ics_text;
mod identity;
mod json_rows;
mod judge;
mod ledger;
mod listen;
mod lists;
mod mapping;
mod mask;
mod missing;
mod model;
mod numbers;
mod opening;
mod own;
mod pipeline;
mod presets;
mod records;
mod rows;
mod sniff;
mod table;
mod trello_json;
mod workbook;

pub use choices::ColumnValue;
pub use csv_text::{CsvText, OWN_COLUMN, guarded, unguarded};
pub use error::FormatError;
pub use ics_text::{IcsEvent, IcsSpan, IcsText};
pub use listen::{Head, Listener, Progress};
pub use mask::mask;
pub use model::{
    Column, DateExample, DateOrder, Draft, DraftValue, Parsed, Problem, Question, ReadOptions, Remembered,
};
pub use own::{OWN_BOARD, OWN_LISTS, OwnCell, OwnFile, OwnRow, own_column, read_own};
pub use pipeline::{read, read_to};
pub use presets::Preset;
pub use sidedesk_domain::fields::Kind;

/// Bytes in one file at most: product §7.6 asks for 100 MB; the rest is room for UTF-16.
pub const MAX_FILE_LEN: usize = 256 * 1024 * 1024;

/// Rows, and drafts, of one file at most (product §7.6: 200 000).
pub const MAX_ROWS: u64 = 200_000;

/// Columns of one table at most; beyond that the header row is not one.
pub const MAX_COLUMNS: usize = 2_000;

/// Cells of one workbook or JSON file at most: unlike a text's cells they are all in memory at once.
pub const MAX_CELLS: usize = 20_000_000;
