//! What crosses to a shell: plain data, the same for windows (generated TypeScript) and for the command line (JSON).
//!
//! Instants are UTC milliseconds in fields that end in `_ms`, RFC 3339 in fields that scripts read. Fields may be
//! added, never renamed: scripts rely on them (architecture §12).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! dto {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* pub $field:ident: $ty:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
        #[ts(export)]
        pub struct $name { $($(#[$fmeta])* pub $field: $ty,)* }
    )*};
}

dto! {
    /// Whether a board lies in the data directory, and whose it is.
    pub struct OpenDto {
        /// False at first run: ask the two questions, then `init` or `join`.
        pub exists: bool,
        /// The board's name.
        pub name: String,
        /// This person's name or role.
        pub me: String,
        /// `marketing` or `support`.
        pub function: String,
        /// IANA zone the board's days are meant in.
        pub zone: String,
        /// What was repaired while opening, in one sentence each: damaged files, rebuilt views.
        pub notices: Vec<String>,
    }

    /// The first board page: both lanes.
    pub struct BoardDto {
        /// The board's name.
        pub name: String,
        /// Its IANA zone.
        pub zone: String,
        /// Marketing's lane: what is not over yet by start, then what is, the latest first; at most [`crate::PAGE_LEN`].
        pub campaigns: Vec<CampaignDto>,
        /// Support's lane, most reports in the last week first; at most [`crate::PAGE_LEN`].
        pub complaints: Vec<ComplaintDto>,
        /// How many there are in all.
        pub counts: CountsDto,
        /// What `undo` would take back, as a stable word such as `campaign.add`; empty when nothing.
        pub undo: Option<String>,
        /// What `redo` would bring back.
        pub redo: Option<String>,
    }

    /// Numbers of records that are not deleted.
    pub struct CountsDto {
        /// Campaigns.
        #[ts(type = "number")]
        pub campaigns: i64,
        /// Complaints.
        #[ts(type = "number")]
        pub complaints: i64,
        /// Reports.
        #[ts(type = "number")]
        pub reports: i64,
        /// Reports that belong to no complaint yet.
        #[ts(type = "number")]
        pub reports_loose: i64,
    }

    /// Product × region × segment × channel × touch-point; an empty list means all.
    pub struct ScopeDto {
        /// Products.
        pub product: Vec<String>,
        /// Regions.
        pub region: Vec<String>,
        /// Customer segments.
        pub segment: Vec<String>,
        /// Channels.
        pub channel: Vec<String>,
        /// Touch-points.
        pub touch_point: Vec<String>,
    }

    /// One campaign.
    pub struct CampaignDto {
        /// Its id.
        pub id: String,
        /// What an edit of this card must send back: the place in the log it was read at.
        #[ts(type = "number")]
        pub seen: u64,
        /// Name.
        pub name: String,
        /// Word of its state.
        pub state: String,
        /// In force from.
        #[ts(type = "number | null")]
        pub start_ms: Option<i64>,
        /// In force until (exclusive).
        #[ts(type = "number | null")]
        pub end_ms: Option<i64>,
        /// What it is about.
        pub scope: ScopeDto,
        /// Accountable person.
        pub owner: Option<String>,
        /// Who gets it.
        pub audience: Option<String>,
        /// How many people get it.
        #[ts(type = "number | null")]
        pub reach: Option<i64>,
        /// Money, in words.
        pub budget: Option<String>,
        /// Offer or description.
        pub text: Option<String>,
        /// Link.
        pub url: Option<String>,
        /// Labels.
        pub labels: Vec<String>,
        /// Put away.
        pub archived: bool,
        /// Where it was imported from.
        pub source: Option<String>,
        /// Fields in which two people wrote different things.
        pub rivals: Vec<RivalDto>,
        /// Written here, not yet at the hub.
        pub pending: bool,
        /// Deleted, but somebody edited it since.
        pub deleted: bool,
    }

    /// One complaint.
    pub struct ComplaintDto {
        /// Its id.
        pub id: String,
        /// What an edit of this card must send back.
        #[ts(type = "number")]
        pub seen: u64,
        /// Title.
        pub title: String,
        /// Word of its state.
        pub state: String,
        /// 1 to 5.
        #[ts(type = "number")]
        pub severity: i64,
        /// When it was written down.
        #[ts(type = "number")]
        pub opened_ms: i64,
        /// How often it came back.
        #[ts(type = "number")]
        pub returned: i64,
        /// What it is about.
        pub scope: ScopeDto,
        /// Accountable person.
        pub owner: Option<String>,
        /// Led to expect.
        pub expected: Option<String>,
        /// Got.
        pub got: Option<String>,
        /// Notes.
        pub notes: Option<String>,
        /// Reports in all.
        #[ts(type = "number")]
        pub reports: i64,
        /// Different customers among them, of those that are known.
        #[ts(type = "number")]
        pub customers: i64,
        /// Reports in the last seven days.
        #[ts(type = "number")]
        pub last7: i64,
        /// Reports in a usual week.
        #[ts(type = "number")]
        pub usual: i64,
        /// Fields in which two people wrote different things.
        pub rivals: Vec<RivalDto>,
        /// Written here, not yet at the hub.
        pub pending: bool,
        /// Deleted, but somebody edited it since.
        pub deleted: bool,
    }

    /// One report.
    pub struct ReportDto {
        /// Its id.
        pub id: String,
        /// Subject.
        pub title: Option<String>,
        /// Text.
        pub body: Option<String>,
        /// Ticket time.
        #[ts(type = "number | null")]
        pub at_ms: Option<i64>,
        /// The complaint it belongs to.
        pub complaint: Option<String>,
        /// Source's state.
        pub status: Option<String>,
        /// Source's channel.
        pub channel: Option<String>,
        /// Product.
        pub product: Option<String>,
        /// Region.
        pub region: Option<String>,
        /// Id in the source.
        pub source_id: Option<String>,
    }

    /// A field with more than one value, and who wrote each.
    pub struct RivalDto {
        /// The field's name.
        pub field: String,
        /// The values; the first is the one shown.
        pub values: Vec<RivalValueDto>,
    }

    /// One of the values.
    pub struct RivalValueDto {
        /// As text; instants as RFC 3339.
        pub value: Option<String>,
        /// Who wrote it.
        pub by: String,
        /// When, by their clock.
        #[ts(type = "number")]
        pub at_ms: i64,
    }

    /// All clashes as of one minute.
    pub struct ClashesDto {
        /// As of.
        pub at: String,
        /// Highest score first.
        pub clashes: Vec<ClashDto>,
        /// What could not be compared.
        pub not_checked: Vec<NotCheckedDto>,
    }

    /// A campaign meets a complaint.
    pub struct ClashDto {
        /// Hash of rule, campaign and complaint.
        pub id: String,
        /// `R1`.
        pub rule: String,
        /// Campaign's id.
        pub campaign: String,
        /// Campaign's name.
        pub campaign_name: String,
        /// Complaint's id.
        pub complaint: String,
        /// Complaint's title.
        pub complaint_title: String,
        /// 0 to 100.
        #[ts(type = "number")]
        pub score: i64,
        /// What it is made of.
        pub parts: PartsDto,
        /// `block`, `warn` or `info`.
        pub strength: String,
        /// RFC 3339.
        pub decide_by: String,
        /// The same as milliseconds.
        #[ts(type = "number")]
        pub decide_by_ms: i64,
        /// Why, in plain English, for scripts and the command line.
        pub evidence: Vec<String>,
        /// Why, as data, for a window's own words.
        pub because: Vec<EvidenceDto>,
    }

    /// Basis points.
    pub struct PartsDto {
        /// 0 to 4000.
        #[ts(type = "number")]
        pub severity: i64,
        /// 0 to 2500.
        #[ts(type = "number")]
        pub volume: i64,
        /// 0 to 2000.
        #[ts(type = "number")]
        pub scope: i64,
        /// 0 to 1500.
        #[ts(type = "number")]
        pub time: i64,
    }

    /// Not compared, and why.
    pub struct NotCheckedDto {
        /// Which record.
        pub id: String,
        /// Its name.
        pub name: String,
        /// `campaign_without_product`, `campaign_without_start` or `complaint_without_product`.
        pub reason: String,
    }

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

    /// One column of the file.
    pub struct ColumnDto {
        /// As in the file.
        pub header: String,
        /// Our field, when it goes somewhere.
        pub field: Option<String>,
        /// First value that is not empty.
        pub sample: String,
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
        /// Lines that need a word.
        pub problems: Vec<ProblemDto>,
        /// What the file could not give.
        pub missing: Vec<String>,
    }

    /// A field and what it should hold, as typed: dates as RFC 3339 or as `2026-11-21 15:00` in the board's zone, lists
    /// separated by commas, absent to empty it.
    pub struct FieldInputDto {
        /// The field's name.
        pub field: String,
        /// What was typed.
        pub value: Option<String>,
    }

    /// What the sync pill says: only what is known.
    pub struct StatusDto {
        /// `local` (no hub), `connecting`, `synced`, `offline`, `waiting_for_lead` or `problem`.
        pub state: String,
        /// Since when.
        #[ts(type = "number | null")]
        pub since_ms: Option<i64>,
        /// Own changes not yet acknowledged by the hub.
        #[ts(type = "number")]
        pub waiting: u64,
        /// The sentence, for `problem`.
        pub problem: Option<String>,
        /// The hub's address.
        pub hub: Option<String>,
        /// Own ops the hub refused for good, one sentence each; what was typed is kept.
        pub refused: Vec<String>,
        /// Who is here now.
        pub present: Vec<PresentDto>,
    }

    /// Somebody who has the board open.
    pub struct PresentDto {
        /// Name or role.
        pub name: String,
        /// `marketing` or `support`.
        pub function: String,
    }

    /// One person.
    pub struct MemberDto {
        /// Id.
        pub id: String,
        /// Name or role.
        pub name: String,
        /// `marketing` or `support`; empty until they say.
        pub function: String,
        /// Devices in use.
        #[ts(type = "number")]
        pub devices: u64,
        /// This is you.
        pub me: bool,
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
        /// What does not agree.
        pub problems: Vec<String>,
    }

    /// An error as a shell shows it.
    pub struct ErrorDto {
        /// Stable word; the window has its own sentence for each.
        pub code: String,
        /// One English sentence: what, where, what to do.
        pub message: String,
        /// Technical detail for a log or a details fold.
        pub detail: Option<String>,
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
    /// `campaign` or `report`.
    pub kind: Option<String>,
    /// A name for the account the file came from, so two help desks keep their ids apart.
    pub account: Option<String>,
    /// `[field, value]` pairs for records in which the file leaves the field empty: a plan without products gets one here.
    pub fill: Vec<(String, String)>,
    /// True: 3/4/2026 is 3 April; false: 4 March; absent: judged by the whole column.
    pub day_first: Option<bool>,
}

/// Why a clash is one, as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EvidenceDto {
    /// Both name these.
    Same {
        /// `product`, `region` …
        dimension: String,
        /// As the campaign spells them.
        values: Vec<String>,
    },
    /// Reports now, and usually.
    Volume {
        /// In the last seven days.
        #[ts(type = "number")]
        last7: i64,
        /// In a usual week.
        #[ts(type = "number")]
        usual: i64,
    },
    /// 1 to 5.
    Severity {
        /// How bad one report is.
        #[ts(type = "number")]
        severity: i64,
    },
    /// Minutes to the start.
    StartsIn {
        /// How many.
        #[ts(type = "number")]
        minutes: i64,
    },
    /// It is out.
    Live,
    /// People who get it.
    Reach {
        /// How many.
        #[ts(type = "number")]
        people: i64,
    },
}

/// What a shell hears without asking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum EventDto {
    /// Records changed.
    Changed(ChangedDto),
    /// The sync status changed.
    Status(StatusDto),
}
