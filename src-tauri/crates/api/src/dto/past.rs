//! The board as it was.

use super::{CampaignDto, FieldInputDto};

dto! {
    /// What was promised at a moment.
    pub struct OffersDto {
        /// The moment, RFC 3339.
        pub at: String,
        /// Campaigns in force then, with their values of then.
        pub campaigns: Vec<CampaignDto>,
    }

    /// A record as it was at a moment.
    pub struct PastRecordDto {
        /// `campaign`, `complaint`, `report` …
        pub kind: String,
        /// Id.
        pub id: String,
        /// The moment, RFC 3339.
        pub at: String,
        /// Deleted by then.
        pub deleted: bool,
        /// What it showed: dates as RFC 3339, lists separated by commas.
        pub fields: Vec<FieldInputDto>,
    }

    /// Something deleted that can be brought back.
    pub struct DeletedDto {
        /// `campaign`, `complaint` or `report`.
        pub kind: String,
        /// Id.
        pub id: String,
        /// Name or title.
        pub title: String,
        /// When it was deleted.
        #[ts(type = "number")]
        pub at_ms: i64,
        /// By whom.
        pub by: String,
        /// Until when it stays in this list; after that it is in history only.
        #[ts(type = "number")]
        pub until_ms: i64,
    }
}
