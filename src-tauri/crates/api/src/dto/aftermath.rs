//! What happens after an import: complaints that came back, and reports that wait for one.

use super::board::ReportDto;

dto! {
    /// One time that a complaint was called mended.
    pub struct FixDto {
        /// When.
        #[ts(type = "number")]
        pub at_ms: i64,
        /// By whom.
        pub by: String,
        /// What mended it: a sentence or a link.
        pub text: Option<String>,
    }

    /// What was reported since a complaint was mended.
    pub struct BackDto {
        /// When it was mended.
        #[ts(type = "number")]
        pub mended_ms: i64,
        /// Ticket time of the first report since.
        #[ts(type = "number")]
        pub since_ms: i64,
        /// How many there are since.
        #[ts(type = "number")]
        pub reports: i64,
    }

    /// Reports that have waited for a complaint too long.
    pub struct UnlinkedDto {
        /// How many.
        #[ts(type = "number")]
        pub count: i64,
        /// They were written then or before: so many working days ago.
        #[ts(type = "number")]
        pub before_ms: i64,
        /// How many working days that is.
        #[ts(type = "number")]
        pub days: u32,
        /// How many there were at the last standup of an earlier day; absent when none counted them.
        pub last: Option<LastUnlinkedDto>,
    }

    /// What a standup counted.
    pub struct LastUnlinkedDto {
        /// Its day, `2026-11-20`.
        pub date: String,
        /// How many.
        #[ts(type = "number")]
        pub count: i64,
    }

    /// A page of them.
    pub struct UnlinkedListDto {
        /// How many there are in all.
        pub unlinked: UnlinkedDto,
        /// The one that has waited longest first.
        pub reports: Vec<ReportDto>,
    }
}
