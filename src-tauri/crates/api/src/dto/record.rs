//! What every record has: fields that are typed, a history, a way to find it.

use super::import::ImportProgressDto;
use super::team::StatusDto;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
dto! {
    /// A field and what it should hold, as typed: dates as RFC 3339 or as `2026-11-21 15:00` in the board's zone, lists
    /// separated by commas, absent to empty it.
    pub struct FieldInputDto {
        /// The field's name.
        pub field: String,
        /// What was typed.
        pub value: Option<String>,
    }

    /// What was taken back or brought back.
    pub struct UndoneDto {
        /// The action's stable word, such as `import`.
        pub name: String,
        /// Fields restored.
        #[ts(type = "number")]
        pub restored: u64,
        /// Fields left alone because somebody changed them since.
        #[ts(type = "number")]
        pub left: u64,
    }

    /// One find.
    pub struct FoundDto {
        /// `campaign`, `complaint` or `report`.
        pub kind: String,
        /// Id.
        pub id: String,
        /// Name or title.
        pub title: String,
        /// State of a campaign or complaint, status of a report.
        pub state: Option<String>,
        /// A line of what else is known: a campaign's offer, a report's first words.
        pub about: Option<String>,
    }

    /// The answer of a search.
    pub struct SearchDto {
        /// Best first, at most fifty of each kind.
        pub found: Vec<FoundDto>,
        /// The operators as understood, such as `is:clash`.
        pub operators: Vec<FieldInputDto>,
        /// Words that were looked for, for marking.
        pub words: Vec<String>,
        /// For a word that occurs nowhere: the nearest one that does.
        pub did_you_mean: Option<String>,
    }

    /// What the other function did since somebody was last here.
    pub struct SinceDto {
        /// `campaign`, `complaint` or `decision`.
        pub kind: String,
        /// Id of the record to open; for a decision, of what it is about.
        pub id: String,
        /// `clash`, `campaign` or `complaint`: what opens.
        pub open_kind: String,
        /// Its name or title.
        pub name: String,
        /// What happened, the newest last change of each record: `added`, `changed`, `proposed`,
        /// `deleted`, `restored`, `reports`, `signed`.
        pub what: String,
        /// The field that changed last.
        pub field: Option<String>,
        /// Before.
        pub old: Option<String>,
        /// After; for `reports` how many there are now.
        pub new: Option<String>,
        /// Who.
        pub by: String,
        /// Their function.
        pub function: String,
        /// When, by their clock.
        #[ts(type = "number")]
        pub at_ms: i64,
    }

    /// One change in a record's history.
    pub struct HistoryDto {
        /// Place in the log; absent while it waits.
        #[ts(type = "number | null")]
        pub n: Option<u64>,
        /// The action's word.
        pub action: String,
        /// Who.
        pub by: String,
        /// By their clock.
        #[ts(type = "number")]
        pub at_ms: i64,
        /// Field name.
        pub field: String,
        /// Before.
        pub old: Option<String>,
        /// After.
        pub new: Option<String>,
        /// `proposed`, `withdrawn`, `declined` or `erased`; absent: the field was written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub outcome: Option<String>,
    }

    /// Which record.
    pub struct RecordRefDto {
        /// `campaign`, `complaint`, `report` …
        pub kind: String,
        /// Id.
        pub id: String,
    }

    /// Something changed, here or elsewhere.
    pub struct ChangedDto {
        /// Too many to list, or everything: load again.
        pub all: bool,
        /// What changed.
        pub records: Vec<RecordRefDto>,
    }

    /// The result of `verify`.
    pub struct VerifyDto {
        /// Everything agrees.
        pub ok: bool,
        /// Place of the last entry.
        #[ts(type = "number")]
        pub head: u64,
        /// Digest of the confirmed view, board space.
        pub view_digest: String,
        /// The same of the inner space, when its key is here.
        pub inner_digest: Option<String>,
        /// What is wrong, and what would mend it.
        pub problems: Vec<String>,
        /// What else there is to know: backups, what waits, files that were put aside.
        pub notes: Vec<String>,
    }

    /// An error as a shell shows it.
    pub struct ErrorDto {
        /// Stable word; the window has its own sentence for each.
        pub code: String,
        /// One English sentence: what, where, what to do.
        pub message: String,
        /// Technical detail for a log or a details fold.
        pub detail: Option<String>,
        /// The field it is about, for `input…` codes.
        pub field: Option<String>,
        /// What was typed or what is allowed, for a window's own words.
        pub value: Option<String>,
    }
}

/// What a shell hears without asking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum EventDto {
    /// Records changed.
    Changed(ChangedDto),
    /// The sync status changed.
    Status(Box<StatusDto>),
    /// How far the file is that is being read or imported.
    Import(ImportProgressDto),
    /// Somebody asked for this item outside the window: a notification was opened.
    Open(RecordRefDto),
}
