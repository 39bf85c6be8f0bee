//! Groups of reports that seem to share a cause, for a person to accept, to split or to refuse. Nothing is created here.
//!
//! Reports of different products or categories never share a group. Within one of those ([`crate::lens`]): each report
//! looks for the reports most like it, and the two most alike groups become one as long as their members are alike *on
//! average*, so a chain of near neighbours does not drag two causes together.

use crate::lens::{self, Fingerprint};

/// Reports that are looked at; the rest of a longer list is left out.
pub const MAX_REPORTS: usize = 200_000;
/// Two alike reports are no recurrence yet.
pub const MIN_GROUP: usize = 3;
/// Weeks that are counted.
pub const WEEKS: usize = 8;
/// Samples of a group.
pub const MAX_SAMPLES: usize = 3;
/// Shared terms of a group.
pub const MAX_TERMS: usize = 5;
/// Characters of a title.
pub const MAX_TITLE_CHARS: usize = 80;

/// One ticket, flag or mention.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What the caller calls it; unique. Ties are decided by it.
    pub id: String,
    /// When it came, in milliseconds since 1970 UTC.
    pub time_ms: Option<i64>,
    /// Its subject; a file may have nothing else.
    pub subject: String,
    /// Labels of the other tool.
    pub tags: Vec<String>,
    /// Its text.
    pub body: String,
    /// Empty if unknown.
    pub product: String,
    /// Empty if unknown.
    pub category: String,
    /// Any stable name of who sent it; empty if unknown.
    pub customer: String,
    /// Belongs to a complaint already: teaches how rare words are, and is in no group.
    pub is_settled: bool,
}

/// What a person asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The end of the last of the eight weeks, in milliseconds since 1970 UTC.
    pub until_ms: i64,
    /// At most so many groups; 0 for all.
    pub max_groups: usize,
    /// Groups that somebody said are none.
    pub left_out: Vec<Fingerprint>,
}

/// Reports that seem to share a cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The subject of the most central report, or the beginning of its text.
    pub title: String,
    /// Ids of its reports, sorted.
    pub reports: Vec<String>,
    /// Words that its reports share and others do not, the most telling first.
    pub terms: Vec<String>,
    /// Customers that are named, each counted once.
    pub customers: usize,
    /// Reports in each of the eight weeks before [`Options::until_ms`], the last week last.
    pub weeks: [u32; WEEKS],
    /// Ids of the most central report and two that differ from it and from each other.
    pub samples: Vec<String>,
    /// Reports of the last four weeks against those of the four weeks before: 1 for as many, from 1/4 to 4.
    pub growth: f64,
    /// What groups are sorted by: ln(count) · growth · customers (product.md §8.5), one without a name counted as one.
    pub rank: f64,
    /// To be remembered when a person says that this is no group.
    pub fingerprint: Fingerprint,
}

/// The groups among these reports, the weightiest first. The order of the reports does not matter.
pub fn groups(reports: &[Report], options: &Options) -> Vec<Group> {
    let sorted = lens::sorted(reports);
    let space = lens::Space::new(&sorted, lens::UNSEEN);
    let mut found = Vec::new();
    for nodes in space.partitions() {
        for members in lens::clusters(&space, &nodes) {
            let group = lens::describe(&space, &members, options);
            let is_refused = options
                .left_out
                .iter()
                .any(|refused| refused.is_about(&group.fingerprint));
            if !is_refused {
                found.push(group);
            }
        }
    }
    found.sort_by(|a, b| b.rank.total_cmp(&a.rank).then_with(|| a.reports.cmp(&b.reports)));
    if options.max_groups > 0 {
        found.truncate(options.max_groups);
    }
    found
}

/// A group's reports in two or more tighter parts, the weightiest first. One part if there is nothing to tell them apart.
pub fn split(reports: &[Report], options: &Options) -> Vec<Group> {
    let sorted = lens::sorted(reports);
    let space = lens::Space::new(&sorted, 0.0);
    let mut parts: Vec<Group> = lens::parts(&space)
        .iter()
        .map(|members| lens::describe(&space, members, options))
        .collect();
    parts.sort_by(|a, b| b.rank.total_cmp(&a.rank).then_with(|| a.reports.cmp(&b.reports)));
    parts
}
