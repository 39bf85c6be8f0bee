//! The board and its cards: campaigns, complaints, reports, and the values on which two people disagree.

use super::aftermath::{BackDto, FixDto};
use super::record::{FieldInputDto, RecordRefDto};
dto! {
    /// Whether a board lies in the data directory, and whose it is.
    pub struct OpenDto {
        /// False at first run: ask the two questions, then `init` or `join`.
        pub exists: bool,
        /// The board's name.
        pub name: String,
        /// This person's name or role.
        pub me: String,
        /// `marketing`, `support` or `both`.
        pub function: String,
        /// This person's member id.
        pub member: String,
        /// The desk's clock as it was when this was read: the page counts from it, not from its own.
        #[ts(type = "number")]
        pub now_ms: i64,
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
        /// It is the other function's: an edit of it is a proposal. Absent: it is not.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(optional, as = "Option<bool>")]
        pub proposes: bool,
        /// What the other function proposed for it; absent when nothing waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub proposals: Option<Vec<ProposalDto>>,
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
        /// Word of its state; `confirmed` while it is back.
        pub state: String,
        /// 1 to 5.
        #[ts(type = "number")]
        pub severity: i64,
        /// When it was written down.
        #[ts(type = "number")]
        pub opened_ms: i64,
        /// How often it came back, this time included.
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
        /// Reports in each of the last eight weeks of 168 h, the oldest first.
        #[ts(type = "number[]")]
        pub weeks: Vec<i64>,
        /// Fields in which two people wrote different things.
        pub rivals: Vec<RivalDto>,
        /// It is the other function's: an edit of it is a proposal. Absent: it is not.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(optional, as = "Option<bool>")]
        pub proposes: bool,
        /// What the other function proposed for it; absent when nothing waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub proposals: Option<Vec<ProposalDto>>,
        /// Written here, not yet at the hub.
        pub pending: bool,
        /// Deleted, but somebody edited it since.
        pub deleted: bool,
        /// Id of the complaint that this one is the same as, as somebody said; absent when nobody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub duplicate_of: Option<String>,
        /// Complaints that are the same as this one and count with it; absent when there are none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub duplicates: Option<Vec<DuplicateDto>>,
        /// What mends it; absent while nobody said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub fix: Option<String>,
        /// The one answer for everybody who has it; absent while there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub answer: Option<String>,
        /// Each time it was called mended, the newest first; absent when it never was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub fixes: Option<Vec<FixDto>>,
        /// It was mended and there are reports since; absent otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub back: Option<BackDto>,
        /// Ticket time of its newest report; absent without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "number")]
        pub last_ms: Option<i64>,
        /// Whole days since its newest report, once there are so many that closing it is offered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "number")]
        pub quiet_days: Option<i64>,
        /// Reports on its loudest day of the last seven, when one answer for all is proposed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "number")]
        pub too_many: Option<i64>,
    }

    /// A complaint that counts with another.
    pub struct DuplicateDto {
        /// Its id.
        pub id: String,
        /// Title.
        pub title: String,
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

    /// A value that waits beside a field for somebody of the card's function.
    pub struct ProposalDto {
        /// The field's name; `deleted` for the card itself.
        pub field: String,
        /// Of a list, the element that is to be there or not.
        pub element: Option<String>,
        /// As text; instants as RFC 3339; of an element `yes` or `no`.
        pub value: Option<String>,
        /// Id of whoever proposed it.
        pub member: String,
        /// Their name.
        pub by: String,
        /// When, by their clock.
        #[ts(type = "number")]
        pub at_ms: i64,
        /// It is this person's own.
        pub own: bool,
        /// This person may take it.
        pub can_take: bool,
    }

    /// A proposal, and the card that it is for.
    pub struct AnswerDto {
        /// `campaign` or `complaint`.
        pub kind: String,
        /// The card's id.
        pub id: String,
        /// Its name or title.
        pub name: String,
        /// What waits.
        pub proposal: ProposalDto,
    }

    /// What became of an edit.
    pub struct SavedDto {
        /// It waits for the function whose card it is.
        pub proposed: bool,
    }

    /// Some cards as they are now: what a page patches after a change, instead of reading the board again.
    pub struct CardsDto {
        /// Those that are shown.
        pub campaigns: Vec<CampaignDto>,
        /// Those that are shown.
        pub complaints: Vec<ComplaintDto>,
        /// Those asked for that are no longer shown.
        pub gone: Vec<RecordRefDto>,
        /// Numbers of the whole board.
        pub counts: CountsDto,
        /// As on the board.
        pub undo: Option<String>,
        /// As on the board.
        pub redo: Option<String>,
    }

    /// A complaint's reports by week, and the campaigns that ran beside them.
    pub struct TrendDto {
        /// Weeks of 168 h that end now, the oldest first.
        pub weeks: Vec<TrendWeekDto>,
        /// Campaigns whose scope meets the complaint's and whose dates fall into these weeks or the four after, by start.
        pub campaigns: Vec<TouchedDto>,
    }

    /// One week of reports.
    pub struct TrendWeekDto {
        /// Its first instant.
        #[ts(type = "number")]
        pub start_ms: i64,
        /// Reports in it.
        #[ts(type = "number")]
        pub count: i64,
    }

    /// A campaign beside a complaint.
    pub struct TouchedDto {
        /// Its id.
        pub id: String,
        /// Its name.
        pub name: String,
        /// In force from.
        #[ts(type = "number | null")]
        pub start_ms: Option<i64>,
        /// In force until, exclusive.
        #[ts(type = "number | null")]
        pub end_ms: Option<i64>,
        /// `before` (over), `during` (in force now) or `after` (not in force yet).
        pub when: String,
    }

    /// The workspace's own settings.
    pub struct SettingsDto {
        /// The board record's id, for `set`.
        pub id: String,
        /// What an edit must send back.
        #[ts(type = "number")]
        pub seen: u64,
        /// The board's name.
        pub name: String,
        /// Its IANA zone.
        pub zone: String,
        /// Time of the standup, `HH:MM`.
        pub standup: String,
        /// After so many months personal data of reports is erased; nothing: never.
        #[ts(type = "number | null")]
        pub retention_months: Option<u64>,
        /// After so many days without a report a complaint is offered for closing; 0: never.
        #[ts(type = "number")]
        pub quiet_days: i64,
        /// From more reports than this in a day, one answer for all is proposed; 0: never.
        #[ts(type = "number")]
        pub one_answer_from: i64,
        /// Exports that held personal data, the newest first: when, how many of what, as which kind of file, and by whom.
        pub exports: Vec<String>,
        /// The board is folded by the rules of an older version; a lead may have it folded by the newest.
        pub old_rules: bool,
        /// Settings in which two people wrote different things. What is said above holds until one is kept.
        pub rivals: Vec<RivalDto>,
        /// What an edit of this person's own member record must send back.
        #[ts(type = "number")]
        pub me_seen: u64,
    }

    /// A page of tickets that belong to no complaint yet.
    pub struct LooseDto {
        /// The newest first.
        pub reports: Vec<ReportDto>,
        /// How many there are that match.
        #[ts(type = "number")]
        pub total: i64,
    }

    /// What became of tickets of no complaint that were to be sorted.
    pub struct SortedDto {
        /// The complaint they are under now; absent when none of them was free any more.
        pub complaint: Option<String>,
        /// How many came under it.
        #[ts(type = "number")]
        pub sorted: u64,
        /// Those that were put under another complaint meanwhile, by complaint. They stay there.
        pub left: Vec<LeftDto>,
    }

    /// Tickets that stay under their complaint.
    pub struct LeftDto {
        /// Its id.
        pub complaint: String,
        /// Its title.
        pub title: String,
        /// How many tickets.
        #[ts(type = "number")]
        pub count: u64,
    }

    /// One typed line, read.
    pub struct QuickDto {
        /// What was understood, in the order of the line; what is left over is the name or title.
        pub chips: Vec<ChipDto>,
        /// What is left: the name or title.
        pub title: String,
        /// All of it, as `add` takes it.
        pub fields: Vec<FieldInputDto>,
    }

    /// One part of a typed line that was understood.
    pub struct ChipDto {
        /// Where it begins in the line, in UTF-16 units as JavaScript counts.
        #[ts(type = "number")]
        pub start: u32,
        /// Where it ends.
        #[ts(type = "number")]
        pub end: u32,
        /// The field it fills; `start` stands for a span of dates too.
        pub field: String,
        /// What it was understood as; instants as RFC 3339, a span as two with a slash.
        pub value: String,
        /// Other values that are on the board and near: Tab goes through them.
        pub others: Vec<String>,
    }
}
