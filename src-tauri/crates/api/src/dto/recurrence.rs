//! Which reports share a cause: the nearest known complaints of a text.

use crate::dto::{EvidenceDto, ReportDto};

dto! {
    /// What is known of one text.
    #[derive(Default)]
    pub struct NearestDto {
        /// From 0 (surely one of the known complaints) to 1 (surely none of them).
        pub looks_new: f64,
        /// It is more likely none of them than the best of them.
        pub is_new: bool,
        /// At most five, best first.
        pub matches: Vec<MatchDto>,
    }

    /// A known complaint that a text may belong to.
    pub struct MatchDto {
        /// Its id.
        pub complaint: String,
        /// Its title.
        pub title: String,
        /// From 0 to 1: how likely the text belongs to it. All scores of a text and its `looks_new` add up to at most 1.
        pub score: f64,
        /// Words that both share, the most telling first.
        pub why: Vec<String>,
    }

    /// Reports that seem to share a cause.
    pub struct GroupDto {
        /// Of its most central report.
        pub title: String,
        /// Their ids.
        pub reports: Vec<String>,
        /// How many there are.
        #[ts(type = "number")]
        pub count: u64,
        /// Different customers among them, of those that are known.
        #[ts(type = "number")]
        pub customers: u64,
        /// Words that they share and others do not, the most telling first.
        pub terms: Vec<String>,
        /// Reports in each of the last eight weeks, the oldest first.
        #[ts(type = "number[]")]
        pub weeks: Vec<i64>,
        /// Ids of the most central one and two that differ from it.
        pub samples: Vec<String>,
        /// What it is recognised by when somebody says that it is no group.
        pub fingerprint: String,
    }

    /// What keeps coming back among the reports without a complaint.
    pub struct LensDto {
        /// The weightiest first.
        pub groups: Vec<SuggestedDto>,
        /// Reports without a complaint that were looked at.
        #[ts(type = "number")]
        pub looked_at: u64,
        /// Groups of which somebody said that they are none.
        #[ts(type = "number")]
        pub refused: u64,
        /// How long the look took, in milliseconds: whether it is worth one after every change.
        #[ts(type = "number")]
        pub took_ms: u64,
        /// So many reports that a look is only taken when somebody asks: nobody has looked. Absent after a look.
        #[ts(type = "number | null")]
        pub waiting: Option<u64>,
    }

    /// A group with what is needed to decide about it.
    pub struct SuggestedDto {
        /// The group.
        pub group: GroupDto,
        /// Its samples, the most central one first.
        pub samples: Vec<ReportDto>,
        /// When its newest report came, in milliseconds since 1970 UTC.
        #[ts(type = "number | null")]
        pub newest_ms: Option<i64>,
        /// What all its reports that say something agree on: channel, product, region.
        pub about: Vec<String>,
        /// The known complaints that its samples are nearest to.
        pub nearest: NearestDto,
        /// What a complaint of it would meet.
        pub meets: MeetsDto,
    }

    /// What a complaint would meet that nobody has made yet.
    #[derive(Default)]
    pub struct MeetsDto {
        /// At most three, the strongest clash first.
        pub campaigns: Vec<WouldMeetDto>,
        /// So many more.
        #[ts(type = "number")]
        pub more: u64,
        /// False: it would have no product, and is compared with nothing.
        pub checked: bool,
    }

    /// A campaign that it would meet.
    pub struct WouldMeetDto {
        /// Its id.
        pub campaign: String,
        /// Its name.
        pub name: String,
        /// The clash's score, 0 to 100.
        #[ts(type = "number")]
        pub score: i64,
        /// `block`, `warn` or `info`.
        pub strength: String,
        /// What both have in common, and when the campaign starts.
        pub because: Vec<EvidenceDto>,
    }
}
