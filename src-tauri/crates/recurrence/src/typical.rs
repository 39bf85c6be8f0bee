//! How alike the reports of one complaint are among themselves.
//!
//! A complaint that everybody words in the same way and one with forty wordings need different yardsticks: a text is
//! near a complaint when it is about as near to its reports as they are to each other.

use crate::example::Example;
use crate::traits::FAMILIES;
use crate::weights::TraitWeight;

/// Reports that likeness is the mean of: steadier than the single best.
const FEW: usize = 3;
/// A complaint's own likeness counts against that of all complaints as if those were so many reports.
const SHRINKAGE: f64 = 5.0;
/// Where nothing can be compared; about what both data sets have.
const USUAL: f64 = 0.3;
const LEAST: f64 = 0.02;

/// The greatest of some numbers.
#[derive(Debug, Default)]
pub struct BestFew {
    best: [f64; FEW],
    seen: usize,
}

impl BestFew {
    /// One more number, not negative.
    pub fn take(&mut self, mut number: f64) {
        self.seen += 1;
        for place in &mut self.best {
            if number > *place {
                std::mem::swap(place, &mut number);
            }
        }
    }

    /// The mean of the best three, or of all if there are fewer.
    pub fn mean(&self) -> f64 {
        self.best.iter().sum::<f64>() / (self.seen.clamp(1, FEW) as f64)
    }
}

/// Likenesses that were added up, and how many.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Likeness {
    sum: f64,
    count: f64,
}

impl Likeness {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            count: self.count + other.count,
        }
    }

    /// The yardstick of one complaint, given what all complaints have.
    pub fn yardstick(self, all: Self) -> f64 {
        let usual = if all.count > 0.0 { all.sum / all.count } else { USUAL };
        ((self.sum + SHRINKAGE * usual) / (self.count + SHRINKAGE)).max(LEAST)
    }
}

/// How alike one more report is to those of its complaint.
pub fn of_one(report: &Example, others: &[Example], weights: &[TraitWeight]) -> Likeness {
    let mut best = BestFew::default();
    let report = Read::new(report);
    others
        .iter()
        .for_each(|other| best.take(likeness(&report, &Read::new(other), weights)));
    Likeness {
        sum: best.mean(),
        count: if others.is_empty() { 0.0 } else { 1.0 },
    }
}

/// How alike the reports of one complaint are, each to the ones most like it.
pub fn within(reports: &[Example], weights: &[TraitWeight]) -> Likeness {
    if reports.len() < 2 {
        return Likeness::default();
    }
    let reports: Vec<Read<'_>> = reports.iter().map(Read::new).collect();
    let mut best: Vec<BestFew> = reports.iter().map(|_| BestFew::default()).collect();
    for (at, a) in reports.iter().enumerate() {
        for (other, b) in reports.iter().enumerate().skip(at + 1) {
            let like = likeness(a, b, weights);
            for side in [at, other] {
                if let Some(best) = best.get_mut(side) {
                    best.take(like);
                }
            }
        }
    }
    Likeness {
        sum: best.iter().map(BestFew::mean).sum(),
        count: best.len() as f64,
    }
}

/// A report with its traits unpacked: it is compared with many.
struct Read<'a> {
    report: &'a Example,
    traits: Vec<(u32, usize)>,
}

impl<'a> Read<'a> {
    fn new(report: &'a Example) -> Self {
        Self {
            traits: report.traits().collect(),
            report,
        }
    }
}

/// The cosine of two reports, the mean over the families.
fn likeness(a: &Read<'_>, b: &Read<'_>, weights: &[TraitWeight]) -> f64 {
    let mut sums = [0.0_f32; FAMILIES];
    let (mut left, mut right) = (a.traits.iter().peekable(), b.traits.iter().peekable());
    while let (Some((number, family)), Some((other, _))) = (left.peek(), right.peek()) {
        let order = number.cmp(other);
        if order.is_eq()
            && let (Some(sum), Some(weight)) = (sums.get_mut(*family), weights.get(*number as usize))
        {
            *sum += weight.weight * weight.weight;
        }
        if order.is_le() {
            left.next();
        }
        if order.is_ge() {
            right.next();
        }
    }
    let (a, b) = (a.report, b.report);
    let families = (0..FAMILIES).filter(|family| a.share(*family) > 0.0).count().max(1);
    let sum: f64 = (0..FAMILIES)
        .zip(sums)
        .map(|(f, sum)| f64::from(sum * a.share(f) * b.share(f)))
        .sum();
    sum / families as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_three_count() {
        let mean = |numbers: &[f64]| {
            let mut best = BestFew::default();
            numbers.iter().for_each(|number| best.take(*number));
            best.mean()
        };
        assert_eq!(mean(&[0.1, 0.9, 0.3, 0.6]), 0.6);
        assert_eq!(mean(&[0.5]), 0.5);
        assert_eq!(mean(&[]), 0.0);
    }

    #[test]
    fn without_pairs_there_is_a_yardstick_all_the_same() {
        assert_eq!(within(&[], &[]).yardstick(Likeness::default()), USUAL);
        let all = Likeness { sum: 4.0, count: 10.0 };
        assert_eq!(Likeness::default().yardstick(all), 0.4);
    }
}
