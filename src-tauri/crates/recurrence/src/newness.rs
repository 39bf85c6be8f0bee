//! Whether a text is about something that is not known yet.
//!
//! Signs that are added: how near its nearest reports are, by the yardstick of their own complaint ([`crate::typical`]);
//! how clearly one complaint stands out; how near that complaint's middle is; and what both mean. Each alone is good on one data set and
//! poor on the other: within one business everything sounds alike, outside of it nothing does.

use crate::arithmetic::{exp, logistic};
use crate::score::Score;

const CLEARNESS_PART: f64 = 0.3;
const MIDDLE_PART: f64 = 0.5;
const MEANT_PART: f64 = 0.5;
const MEANT_NEAREST_PART: f64 = 0.6;
/// What the last two add up to where a text is as likely new as known.
const MEANT_USUALLY: f64 = 0.7;
/// Where a text is as likely new as known, and how fast that changes.
const EVEN: f64 = 1.15;
const STEEPNESS: f64 = 5.0;

/// What share of belief each candidate gets, in their order; adds up to 1.
pub fn beliefs(ranked: &[(usize, Score)]) -> Vec<f64> {
    let best = ranked.first().map_or(0.0, |(_, score)| score.total);
    let odds: Vec<f64> = ranked.iter().map(|(_, score)| exp(score.total - best)).collect();
    let sum: f64 = odds.iter().sum();
    odds.iter().map(|one| one / sum.max(1.0)).collect()
}

/// From 0 (known) to 1 (new), for the best candidate, its share of belief, its complaint's yardstick, and how much of the text the
/// table of meanings knows.
pub fn looks_new(best: &Score, belief: f64, typical: f64, known: f64) -> f64 {
    let familiar = best.nearest / typical + CLEARNESS_PART * belief + MIDDLE_PART * best.middle;
    let meant = MEANT_PART * best.meant + MEANT_NEAREST_PART * best.meant_nearest - MEANT_USUALLY * known;
    logistic(STEEPNESS * (EVEN - familiar - meant))
}
