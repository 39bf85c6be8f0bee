//! The day's agenda, and the standup that goes through it.

use super::aftermath::UnlinkedDto;
use super::board::{CampaignDto, ComplaintDto};
use super::clash::{ClashDto, DecisionDto};
use super::record::SinceDto;

dto! {
    /// What is to be decided now.
    pub struct AgendaDto {
        /// As of, RFC 3339.
        pub at: String,
        /// The day in the board's zone, `2026-11-21`.
        pub date: String,
        /// When the next standup begins.
        #[ts(type = "number")]
        pub next_standup_ms: i64,
        /// At most [`crate::AGENDA_LEN`], in the order of product W7.
        pub items: Vec<AgendaItemDto>,
        /// How many more there are.
        #[ts(type = "number")]
        pub also: u64,
        /// Minutes that the items take at 45 s each, rounded up.
        #[ts(type = "number")]
        pub minutes: u64,
        /// Reports that have waited for a complaint too long.
        pub unlinked: UnlinkedDto,
        /// Standups of the last twenty working days.
        pub rhythm: RhythmDto,
        /// Today's standup, once somebody started it.
        pub standup: Option<StandupDto>,
        /// One customer's own words, of the complaint with the most reports this week.
        pub voice: Option<VoiceDto>,
        /// The campaign that starts next or runs.
        pub campaign: Option<CampaignDto>,
    }

    /// One thing to decide.
    pub struct AgendaItemDto {
        /// Stable through the day: `clash/ID`, `complaint/ID`, `campaign/ID`.
        pub key: String,
        /// `clash`, `returned`, `new`, `growing`, `too_many` (to be answered one by one), `deferred` (it is back), `handed_over`
        /// (to somebody, and due) or `quiet` (so long that it may be closed).
        pub kind: String,
        /// `clash`, `complaint` or `campaign`.
        pub about_kind: String,
        /// Its id.
        pub about: String,
        /// Name or title; of a clash the campaign's name.
        pub title: String,
        /// Which function speaks: `marketing` or `support`.
        pub speaker: String,
        /// For a clash that stands.
        pub clash: Option<ClashDto>,
        /// For a complaint.
        pub complaint: Option<ComplaintDto>,
        /// For a campaign.
        pub campaign: Option<CampaignDto>,
        /// When it has to be decided.
        #[ts(type = "number | null")]
        pub due_ms: Option<i64>,
        /// The newest decision or proposal about it.
        pub decision: Option<DecisionDto>,
        /// `open`, `waiting` (for a signature) or `settled`.
        pub state: String,
    }

    /// Twenty working days, never a game.
    pub struct RhythmDto {
        /// Standups held.
        #[ts(type = "number")]
        pub held: u64,
        /// Days looked at: twenty, or fewer on a young board.
        #[ts(type = "number")]
        pub of: u64,
        /// Each day, the oldest first.
        pub days: Vec<bool>,
    }

    /// A standup, running or held. There is one a day: starting it again goes on with it.
    pub struct StandupDto {
        /// The day, `2026-11-21`.
        pub date: String,
        /// Its record's id.
        pub id: String,
        /// When it was started.
        #[ts(type = "number")]
        pub started_ms: i64,
        /// When it was ended; it is running while absent.
        #[ts(type = "number | null")]
        pub ended_ms: Option<i64>,
        /// Who started it.
        pub by: String,
        /// Key of the item that everybody looks at; absent when all are through.
        pub current: Option<String>,
        /// Since when.
        #[ts(type = "number")]
        pub current_since_ms: i64,
        /// The agenda as it was when it started, each with what has become of it.
        pub items: Vec<AgendaItemDto>,
    }

    /// What a customer wrote.
    pub struct VoiceDto {
        /// The words, cut at a sentence.
        pub text: String,
        /// The complaint it belongs to.
        pub complaint: String,
        /// Its title.
        pub title: String,
        /// Its reports.
        #[ts(type = "number")]
        pub reports: i64,
    }

    /// What Today shows beside the agenda.
    pub struct SinceListDto {
        /// The newest first, at most eight.
        pub changes: Vec<SinceDto>,
        /// How many there were in all.
        #[ts(type = "number")]
        pub total: u64,
    }
}
