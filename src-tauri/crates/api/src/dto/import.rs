//! A file of another tool: what it would do, and what it did.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
dto! {
    /// A line of the file that needs a word.
    pub struct ProblemDto {
        /// Line in the file, from 1.
        #[ts(type = "number")]
        pub line: u64,
        /// What, and what to do.
        pub message: String,
        /// True when the row is left out.
        pub skipped: bool,
    }

    /// What an import would do.
    pub struct ImportPreviewDto {
        /// Preset that reads it.
        pub preset: String,
        /// Account.
        pub account: String,
        /// `campaign` or `report`.
        pub kind: String,
        /// Columns, where each goes, and a sample.
        pub columns: Vec<ColumnDto>,
        /// Rows in the file.
        #[ts(type = "number")]
        pub rows: u64,
        /// Rows it would add.
        #[ts(type = "number")]
        pub new: u64,
        /// Rows it would update.
        #[ts(type = "number")]
        pub changed: u64,
        /// Rows that are the same already. Rows = new + changed + same + skipped.
        #[ts(type = "number")]
        pub same: u64,
        /// Rows it leaves out; each has a problem.
        #[ts(type = "number")]
        pub skipped: u64,
        /// Complaints it would make, one per value of the column mapped to `complaint`.
        #[ts(type = "number")]
        pub complaints: u64,
        /// Values edited by hand here that the file would change; they are kept.
        #[ts(type = "number")]
        pub kept: u64,
        /// Values edited by hand here that the file's replace, as `take_file` asks.
        #[ts(type = "number")]
        pub taken: u64,
        /// The first fifty fields of either.
        pub conflicts: Vec<ConflictDto>,
        /// Its columns are read as somebody said at an earlier import of the same ones.
        pub recalled: bool,
        /// Lines that need a word.
        pub problems: Vec<ProblemDto>,
        /// What the file could not give.
        pub missing: Vec<String>,
        /// One question, when dates can be read two ways.
        pub question: Option<QuestionDto>,
        /// The file is cut off or broken; what is sound can be imported.
        pub damaged: bool,
        /// The first twenty records.
        pub first: Vec<PreviewRowDto>,
    }

    /// A field that somebody edited here, and of which the file says something else.
    pub struct ConflictDto {
        /// Line in the file.
        #[ts(type = "number")]
        pub line: u64,
        /// The field's name.
        pub field: String,
        /// What stands here.
        pub mine: String,
        /// What the file says.
        pub file: String,
    }

    /// One column of the file.
    pub struct ColumnDto {
        /// As in the file.
        pub header: String,
        /// Our field, when it goes somewhere.
        pub field: Option<String>,
        /// First value that is not empty.
        pub sample: String,
        /// The words that its field knows, where these are a few and the column holds others.
        pub choices: Vec<String>,
        /// The others, the thirty most frequent.
        pub values: Vec<ColumnValueDto>,
    }

    /// A value that its field does not know by itself.
    pub struct ColumnValueDto {
        /// As in the file.
        pub value: String,
        /// Rows that hold it.
        #[ts(type = "number")]
        pub rows: u64,
        /// The word that somebody said it means.
        pub becomes: Option<String>,
    }

    /// Dates that can be read two ways.
    pub struct QuestionDto {
        /// Which column.
        pub column: String,
        /// A worked example, day first.
        pub day_first: String,
        /// A worked example, month first.
        pub month_first: String,
    }

    /// One record of the preview.
    pub struct PreviewRowDto {
        /// Line in the file.
        #[ts(type = "number")]
        pub line: u64,
        /// Name, title or first words.
        pub title: String,
        /// `new`, `changed` or `same`.
        pub outcome: String,
    }

    /// How far a file is.
    pub struct ImportProgressDto {
        /// `reading` (its columns are judged), `comparing` (for a preview) or `importing`.
        pub stage: String,
        /// Rows done.
        #[ts(type = "number")]
        pub done: u64,
        /// Rows in all; 0 while that is not known.
        #[ts(type = "number")]
        pub total: u64,
    }

    /// What an import did.
    pub struct ImportResultDto {
        /// Its action: one undo takes it back whole.
        pub action: Option<String>,
        /// Rows in the file.
        #[ts(type = "number")]
        pub rows: u64,
        /// Rows added; a repeated event is one row.
        #[ts(type = "number")]
        pub new: u64,
        /// Rows that updated something.
        #[ts(type = "number")]
        pub changed: u64,
        /// Rows that were the same. Rows = new + changed + same + skipped.
        #[ts(type = "number")]
        pub same: u64,
        /// Rows left out; each has a problem.
        #[ts(type = "number")]
        pub skipped: u64,
        /// Complaints made.
        #[ts(type = "number")]
        pub complaints: u64,
        /// Values edited by hand that were kept.
        #[ts(type = "number")]
        pub kept: u64,
        /// Values edited by hand that the file's replaced.
        #[ts(type = "number")]
        pub taken: u64,
        /// Lines that need a word.
        pub problems: Vec<ProblemDto>,
        /// What the file could not give.
        pub missing: Vec<String>,
    }
}

/// How the file is to be read, where the person knows better than the sniffing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(default)]
pub struct ImportOptionsDto {
    /// Preset name; sniffed when absent.
    pub preset: Option<String>,
    /// `[column, field]` pairs.
    pub map: Vec<(String, String)>,
    /// `[column, cell, word]`: what a cell means whose column's field has a few words.
    pub values: Vec<(String, String, String)>,
    /// `campaign` or `report`.
    pub kind: Option<String>,
    /// A name for the account the file came from, so two help desks keep their ids apart.
    pub account: Option<String>,
    /// `[field, value]` pairs for records in which the file leaves the field empty: a plan without products gets one here.
    pub fill: Vec<(String, String)>,
    /// True: where somebody edited a value here, the file's goes before it.
    pub take_file: bool,
    /// True: what was said about these columns at an earlier import is forgotten, here and for the next time.
    pub forget_columns: bool,
    /// True: 3/4/2026 is 3 April; false: 4 March; absent: judged by the whole column.
    pub day_first: Option<bool>,
}
