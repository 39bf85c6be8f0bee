//! For each trait the complaints that have it: how many of their reports, and with how much weight.
//!
//! One long list with an offset for each trait, and beside it what was added since. When the added part has grown it is
//! merged, so an index that grows report by report costs as much as one that is built at once, within a small factor.

use std::collections::BTreeMap;

/// Added entries that are kept apart at least.
const MIN_ADDED: usize = 4_096;

/// One complaint's share of one trait. There are millions of these, so each is six bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Posting {
    /// Place of the complaint.
    pub complaint: u16,
    /// Its reports that have the trait; there are at most [`MAX_EXAMPLES`](crate::known::MAX_EXAMPLES) and a title.
    pub reports: u8,
    /// The upper three bytes of an `f32`.
    share: [u8; 3],
}

impl Posting {
    /// With its share.
    pub fn new(complaint: u16, reports: u8, share: f32) -> Self {
        let mut one = Self {
            complaint,
            reports,
            share: [0; 3],
        };
        one.add_share(share);
        one
    }

    /// Over the complaint's reports, the sum of what one weighs there: the inverse length of the report.
    pub fn share(self) -> f32 {
        let [high, middle, low] = self.share;
        f32::from_be_bytes([high, middle, low, 0])
    }

    /// Adds to the share, rounded to the nearest of what three bytes can hold: four digits.
    pub fn add_share(&mut self, share: f32) {
        let bits = (self.share() + share).to_bits().saturating_add(0x80);
        let [high, middle, low, _] = bits.to_be_bytes();
        self.share = [high, middle, low];
    }
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
                .map_or(0.0, |one| one.share())
        };
        let (built, added) = self.of(number);
        let before = of(built) + of(added);
        let list = self.added.entry(number).or_default();
        match list.iter_mut().find(|one| one.complaint == complaint) {
            Some(one) => {
                one.reports = one.reports.saturating_add(1);
                one.add_share(share);
            }
            None => {
                list.push(Posting::new(complaint, 1, share));
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
            first.add_share(later.share());
        }
        same
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_bytes_hold_four_digits() {
        assert_eq!(size_of::<Posting>(), 6);
        for share in [0.0, 1e-6, 0.031_25, 0.333_33, 1.0, 63.9, 4_000.0] {
            let kept = Posting::new(1, 2, share).share();
            assert!((kept - share).abs() <= share * 3.1e-5, "{share}: {kept}");
        }
    }

    #[test]
    fn what_is_added_is_found_before_and_after_it_is_merged() {
        let one = Posting::new;
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
