//! How telling a trait is, learned from the reports that are there and from nothing else.

use crate::arithmetic::{exp, ln};
use crate::postings::Posting;

/// Rarity counts less than in full: in short texts the common words ("my", "how long") tell causes apart too.
const RARITY_POWER: f64 = 0.6;
/// So does being spread over few complaints.
const FOCUS_POWER: f64 = 0.5;
const LEAST_RARITY: f64 = 0.05;
const LEAST_FOCUS: f64 = 0.02;
/// The focus of a trait that no report has.
const UNSEEN_FOCUS: f64 = 0.7;

/// What is known of one trait.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TraitWeight {
    /// How much it counts.
    pub weight: f32,
    /// Reports that have it.
    pub reports: u32,
}

/// The weight of a trait: rarity among the reports, times how few complaints share it.
pub fn weigh(postings: &[Posting], reports: usize, complaints: usize) -> TraitWeight {
    let with: u32 = postings.iter().map(|one| u32::from(one.reports)).sum();
    let spread: f64 = postings
        .iter()
        .map(|one| {
            let part = f64::from(one.reports) / f64::from(with.max(1));
            -part * ln(part)
        })
        .sum();
    let most = ln(complaints as f64);
    let focus = if most > 0.0 { 1.0 - spread / most } else { 1.0 };
    TraitWeight {
        weight: combine(rarity(f64::from(with), reports), focus.max(LEAST_FOCUS)),
        reports: with,
    }
}

/// The weight of a trait that no report has.
pub fn unseen(reports: usize) -> f32 {
    combine(rarity(0.0, reports), UNSEEN_FOCUS)
}

fn rarity(with: f64, reports: usize) -> f64 {
    ln((reports as f64 + 1.0) / (with + 0.5)).max(LEAST_RARITY)
}

fn combine(rarity: f64, focus: f64) -> f32 {
    exp(RARITY_POWER * ln(rarity) + FOCUS_POWER * ln(focus)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(reports: &[u8]) -> f32 {
        let postings: Vec<Posting> = (0_u16..)
            .zip(reports)
            .map(|(complaint, reports)| Posting::new(complaint, *reports, 0.0))
            .collect();
        weigh(&postings, 100, 10).weight
    }

    #[test]
    fn rare_and_focused_traits_weigh_more() {
        assert!(weight(&[1]) > weight(&[10]));
        assert!(weight(&[10]) > weight(&[5, 5]));
        assert!(weight(&[10; 10]) > 0.0);
        assert!(unseen(100) > weight(&[10]));
    }
}
