//! Which reports share a cause: the nearest known complaints of a text.

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
    }
}
