//! Why a whole file was refused. Trouble with single rows is a [`crate::Problem`] instead.

use crate::{MAX_CELLS, MAX_COLUMNS, MAX_FILE_LEN, MAX_ROWS};

/// A file that gave nothing. Each sentence says what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// No bytes, or only blanks.
    #[error("\"{file}\" is empty. Export it again.")]
    Empty {
        /// The file.
        file: String,
    },
    /// An image, a workbook, a web page …
    #[error("\"{file}\" is {what}, not a table, calendar or JSON. {advice}")]
    NotText {
        /// The file.
        file: String,
        /// What it is, with its article.
        what: String,
        /// What to do.
        advice: String,
    },
    /// A ZIP archive or a workbook that cannot be read.
    #[error("\"{file}\" is an archive that was not read: {why}. Unpack it, or export the rows as CSV.")]
    Archive {
        /// The file.
        file: String,
        /// Why, as the rest of a sentence.
        why: String,
    },
    /// An archive of several files.
    #[error("\"{file}\" is an archive of {count} files. Unpack it and import them one by one.")]
    SeveralFiles {
        /// The file.
        file: String,
        /// How many.
        count: u64,
    },
    /// More columns than [`MAX_COLUMNS`].
    #[error("\"{file}\" has more than {MAX_COLUMNS} columns in line {line}. Export fewer of them.")]
    TooManyColumns {
        /// The file.
        file: String,
        /// The header's line.
        line: u64,
    },
    /// Text, but without columns.
    #[error("\"{file}\" has no columns in line {line}. Choose a CSV, JSON or ICS file.")]
    NoTable {
        /// The file.
        file: String,
        /// Where the header was looked for.
        line: u64,
    },
    /// A header and nothing under it.
    #[error("\"{file}\" has a header in line {line} and no rows under it.")]
    NoRows {
        /// The file.
        file: String,
        /// The header's line.
        line: u64,
    },
    /// A calendar without events.
    #[error("\"{file}\" is a calendar without events. Export one that has some.")]
    NoEvents {
        /// The file.
        file: String,
    },
    /// A word that the field of a column does not know, or a column whose field knows any.
    #[error("Cells of \"{column}\" cannot mean \"{word}\". Words: {words}.")]
    UnknownValue {
        /// The column.
        column: String,
        /// What was said.
        word: String,
        /// What can be said; empty when the column's field takes any text.
        words: String,
    },
    /// JSON that does not parse.
    #[error("\"{file}\" is broken in line {line}, column {column}: {what}. Export it again.")]
    BrokenJson {
        /// The file.
        file: String,
        /// Where.
        line: u64,
        /// Where in the line.
        column: u64,
        /// What is wrong there.
        what: String,
    },
    /// JSON of a shape that nobody here knows.
    #[error(
        "\"{file}\" is JSON, but neither a Trello board nor a list of rows: it holds {found}. \
         Export the rows as CSV."
    )]
    ForeignJson {
        /// The file.
        file: String,
        /// Three of its keys.
        found: String,
    },
    /// The chosen preset does not fit the content.
    #[error("\"{file}\" is {found}, so the preset {preset} cannot read it. Leave the preset out.")]
    WrongPreset {
        /// The file.
        file: String,
        /// The preset that was asked for.
        preset: &'static str,
        /// What the file is.
        found: &'static str,
    },
    /// `--map` names a column that is not there.
    #[error("There is no column \"{column}\". Nearest: {nearest}.")]
    UnknownColumn {
        /// As typed.
        column: String,
        /// Up to three columns, in quotes.
        nearest: String,
    },
    /// `--map` names a field that is not there.
    #[error("There is no {kind} field \"{field}\". Nearest: {nearest}.")]
    UnknownField {
        /// Campaign or report.
        kind: &'static str,
        /// As typed.
        field: String,
        /// Up to three fields.
        nearest: String,
    },
    /// A kind that no file is read into.
    #[error("Files become campaigns or reports, not {kind}s. Choose one of the two.")]
    WrongKind {
        /// The kind that was asked for.
        kind: &'static str,
    },
    /// No column says what it is.
    #[error("None of the columns could be matched: {list}. Map one, for example \"{example}=body\".")]
    NothingMapped {
        /// The columns as in the file.
        columns: Vec<String>,
        /// The first of them, for the sentence.
        list: String,
        /// One of them.
        example: String,
    },
    /// More bytes than [`MAX_FILE_LEN`].
    #[error("\"{file}\" is larger than {} MB. Split it and import the parts.", MAX_FILE_LEN / 1024 / 1024)]
    TooLarge {
        /// The file.
        file: String,
    },
    /// More rows than [`MAX_ROWS`].
    #[error("\"{file}\" has more than {MAX_ROWS} rows. Split it before line {line} and import the parts.")]
    TooManyRows {
        /// The file.
        file: String,
        /// The first line too many.
        line: u64,
    },
    /// More cells than [`MAX_CELLS`].
    #[error("\"{file}\" has more than {} million cells. Split it before line {line} and import the parts.", MAX_CELLS / 1_000_000)]
    TooManyCells {
        /// The file.
        file: String,
        /// The first line too many.
        line: u64,
    },
    /// A board with more things than fit into the memory.
    #[error("\"{file}\" is a board of more than two million things. Delete archived cards there and export again.")]
    TooManyObjects {
        /// The file.
        file: String,
    },
    /// The progress callback said stop.
    #[error("Stopped. Nothing was imported.")]
    Cancelled,
}
