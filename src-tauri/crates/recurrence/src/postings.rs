//! For each trait the complaints that have it: how many of their reports, and with how much weight.
//!
//! One long list with an offset for each trait, and beside it what was added since. When the added part has grown it is
//! merged, so an index that grows report by report costs as much as one that is built at once, within a small factor.

use std::collections::BTreeMap;

/// Added entries that are kept apart at least.
const MIN_ADDED: usize = 4_096;

/// One complaint's share of one trait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posting {
    /// Place of the complaint.
    pub complaint: u16,
    /// Its reports that have the trait.
    pub reports: u16,
    /// Over those reports, the sum of what one weighs there: the inverse length of the report.
    pub share: f32,
}

/// Trait number to postings, each list in the order of the complaints.
#[derive(Debug, Default)]
pub struct Postings {
    starts: Vec<u32>,
    all: Vec<Posting>,
    added: BTreeMap<u32, Vec<Posting>>,
    added_len: usize,
}

impl Postings {
    /// From lists by trait number.
    pub fn new(starts: Vec<u32>, all: Vec<Posting>) -> Self {
        Self {
            starts,
            all,
            added: BTreeMap::new(),
            added_len: 0,
        }
    }

    /// The postings of a trait as they were built, and those that were added; one complaint can be in both.
    pub fn of(&self, number: u32) -> (&[Posting], &[Posting]) {
        let added = self.added.get(&number).map_or(&[][..], Vec::as_slice);
        (self.built(number), added)
    }

    fn built(&self, number: u32) -> &[Posting] {
        let at = number as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(from), Some(to)) => self.all.get(*from as usize..*to as usize).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// One more report of `complaint` has the trait. Returns the share that the complaint had before.
    pub fn add(&mut self, number: u32, complaint: u16, share: f32) -> f32 {
        let of = |list: &[Posting]| {
            list.iter()
                .find(|one| one.complaint == complaint)
                .map_or(0.0, |one| one.share)
        };
        let (built, added) = self.of(number);
        let before = of(built) + of(added);
        let list = self.added.entry(number).or_default();
        match list.iter_mut().find(|one| one.complaint == complaint) {
            Some(one) => {
                one.reports = one.reports.saturating_add(1);
                one.share += share;
            }
            None => {
                let one = Posting {
                    complaint,
                    reports: 1,
                    share,
                };
                list.push(one);
                self.added_len += 1;
            }
        }
        before
    }

    /// Merges what was added, if it is time to.
    pub fn settle(&mut self) {
        if self.added_len < MIN_ADDED.max(self.all.len() / 4) {
            return;
        }
        let last = self.added.keys().next_back().map_or(0, |last| *last as usize + 1);
        let traits = last.max(self.starts.len().saturating_sub(1));
        let mut starts = Vec::with_capacity(traits + 1);
        let mut all = Vec::with_capacity(self.all.len() + self.added_len);
        starts.push(0);
        for number in 0..u32::try_from(traits).unwrap_or(u32::MAX) {
            let (built, added) = self.of(number);
            all.extend(merged(built, added));
            starts.push(u32::try_from(all.len()).unwrap_or(u32::MAX));
        }
        *self = Self::new(starts, all);
    }
}

/// Two lists as one, with one entry for each complaint, in their order.
pub fn merged(built: &[Posting], added: &[Posting]) -> Vec<Posting> {
    let mut all: Vec<Posting> = built.iter().chain(added).copied().collect();
    all.sort_by_key(|one| one.complaint);
    all.dedup_by(|later, first| {
        let same = later.complaint == first.complaint;
        if same {
            first.reports = first.reports.saturating_add(later.reports);
            first.share += later.share;
        }
        same
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_found_before_and_after_it_is_merged() {
        let one = |complaint, reports, share| Posting {
            complaint,
            reports,
            share,
        };
        let mut postings = Postings::new(vec![0, 2], vec![one(1, 3, 1.5), one(4, 1, 0.5)]);
        assert_eq!(postings.add(0, 4, 0.25), 0.5);
        assert_eq!(postings.add(0, 2, 0.25), 0.0);
        let (built, added) = postings.of(0);
        let expected = vec![one(1, 3, 1.5), one(2, 1, 0.25), one(4, 2, 0.75)];
        assert_eq!(merged(built, added), expected);

        for number in 1..=u32::try_from(MIN_ADDED).unwrap() {
            postings.add(number, 0, 1.0);
        }
        postings.settle();
        assert_eq!(postings.of(0), (expected.as_slice(), &[][..]));
        assert_eq!(postings.of(7), (&[one(0, 1, 1.0)][..], &[][..]));
        assert_eq!(postings.of(1_000_000), (&[][..], &[][..]));
    }
}
