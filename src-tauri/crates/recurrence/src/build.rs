//! How an index is made from many reports at once.
//!
//! Three walks over the reports, complaint by complaint: count where each trait occurs, weigh the traits by what was
//! counted, sum up what each report gives to its complaint. Complaints go by id and reports by text, so the order in which
//! they were handed in leaves no trace, not even in the last bit of a sum.

use crate::example::{Example, read};
use crate::known::{Known, MAX_COMPLAINTS, MAX_EXAMPLES};
use crate::postings::{Posting, Postings};
use crate::vocabulary::Vocabulary;
use crate::weights::{self, TraitWeight};

/// Everything that the walks find out.
pub struct Built {
    pub vocabulary: Vocabulary,
    pub weights: Vec<TraitWeight>,
    pub postings: Postings,
    /// The complaints' ids, in order.
    pub ids: Vec<String>,
    /// The reports of each complaint.
    pub reports: Vec<Vec<Example>>,
}

/// Builds from nothing.
pub fn build(known: &[Known]) -> Built {
    let mut sorted: Vec<&Known> = known.iter().collect();
    sorted.sort_by(|a, b| (&a.complaint, &a.title).cmp(&(&b.complaint, &b.title)));
    sorted.truncate(MAX_COMPLAINTS);
    let mut vocabulary = Vocabulary::default();
    let reports: Vec<Vec<Example>> = sorted.iter().map(|one| reports_of(one, &mut vocabulary)).collect();
    let (starts, mut all) = count(&reports, vocabulary.len());
    let total = reports.iter().map(Vec::len).sum();
    let weights: Vec<TraitWeight> = starts
        .windows(2)
        .map(|pair| match pair {
            [from, to] => weights::weigh(
                all.get(*from as usize..*to as usize).unwrap_or(&[]),
                total,
                reports.len(),
            ),
            _ => TraitWeight::default(),
        })
        .collect();
    let mut built = Built {
        vocabulary,
        weights,
        postings: Postings::default(),
        ids: sorted.iter().map(|one| one.complaint.clone()).collect(),
        reports,
    };
    built.sum_up(&starts, &mut all);
    built.postings = Postings::new(starts, all);
    built
}

fn reports_of(known: &Known, vocabulary: &mut Vocabulary) -> Vec<Example> {
    let mut texts: Vec<&str> = known.examples.iter().take(MAX_EXAMPLES).map(String::as_str).collect();
    texts.push(&known.title);
    texts.sort_unstable();
    texts.into_iter().filter_map(|text| read(text, vocabulary)).collect()
}

/// For each trait its complaints with their numbers of reports; the shares come later.
fn count(reports: &[Vec<Example>], traits: usize) -> (Vec<u32>, Vec<Posting>) {
    let mut lengths = vec![0_u32; traits];
    each(reports, &mut vec![u32::MAX; traits], |number, _, is_first| {
        if is_first && let Some(length) = lengths.get_mut(number) {
            *length += 1;
        }
    });
    let mut starts = Vec::with_capacity(traits + 1);
    let mut end = 0;
    starts.push(end);
    for length in lengths {
        end += length;
        starts.push(end);
    }
    let mut all = vec![Posting::default(); end as usize];
    let mut next = starts.clone();
    each(reports, &mut vec![u32::MAX; traits], |number, complaint, is_first| {
        let Some(next) = next.get_mut(number) else { return };
        *next += u32::from(is_first);
        if let Some(one) = all.get_mut(*next as usize - 1) {
            one.complaint = complaint;
            one.reports = one.reports.saturating_add(1);
        }
    });
    (starts, all)
}

/// Visits every trait of every report, and says whether it is the complaint's first of this trait.
fn each(reports: &[Vec<Example>], seen: &mut [u32], mut visit: impl FnMut(usize, u16, bool)) {
    for (complaint, reports) in (0_u16..).zip(reports) {
        for report in reports {
            for (number, _) in report.traits() {
                let Some(last) = seen.get_mut(number as usize) else {
                    continue;
                };
                let is_first = *last != u32::from(complaint);
                *last = u32::from(complaint);
                visit(number as usize, complaint, is_first);
            }
        }
    }
}

impl Built {
    /// The reports' lengths, and what each gives to its complaint.
    fn sum_up(&mut self, starts: &[u32], all: &mut [Posting]) {
        let mut next = starts.to_vec();
        for (complaint, reports) in (0_u16..).zip(&mut self.reports) {
            for report in reports {
                report.measure(&self.weights);
                for (number, family) in report.traits() {
                    let Some(next) = next.get_mut(number as usize) else {
                        continue;
                    };
                    while all.get(*next as usize).is_some_and(|one| one.complaint < complaint) {
                        *next += 1;
                    }
                    if let Some(one) = all.get_mut(*next as usize) {
                        one.add_share(report.share(family));
                    }
                }
            }
        }
    }
}
