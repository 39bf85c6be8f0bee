//! How near a text is to each complaint. Three views of it, because each errs differently:
//!
//! - **middle**: the angle between the text and the sum of the complaint's reports (Rocchio's nearest centroid);
//! - **odds**: for each trait, how much oftener the complaint's reports have it than all reports (naive Bayes, smoothed);
//! - **nearest**: the mean likeness of the three most alike reports, worked out for the best candidates only.
//!
//! On both data sets (docs/measurements.md) the three together are right oftener than each, and oftener than a trained
//! linear model, and they take no training. Middle and nearest are looked at a second time by meaning ([`crate::meaning`]).

use crate::arithmetic::ln;
use crate::index::{Complaint, Index};
use crate::postings::{Posting, merged};
use crate::query::Query;
use crate::traits::{FAMILIES, PIECE};
use crate::typical::BestFew;

/// Candidates whose reports are looked at one by one.
const CANDIDATES: usize = 16;
/// Pieces come in dozens for one word, so each counts less in the odds.
const PIECE_ODDS: f64 = 0.3;
/// What is not in a complaint's reports counts as seen this often.
const SMOOTHING: f64 = 1.0;
/// How the views are added, after each was put on the scale of its own spread.
const ODDS_PART: f64 = 0.7;
const NEAREST_PART: f64 = 0.5;
const MEANT_PART: f64 = 0.7;
const MEANT_NEAREST_PART: f64 = 0.5;
/// The least spread of meanings: where the table knows few words, all complaints mean next to nothing, and that tells nothing.
const LEAST_SPREAD: f64 = 0.05;

/// What a text has in common with one complaint.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Score {
    pub middle: f64,
    pub odds: f64,
    pub nearest: f64,
    /// Likeness of meaning to the middle.
    pub meant: f64,
    /// The same to the three most alike reports.
    pub meant_nearest: f64,
    /// All views together; only comparable within one text.
    pub total: f64,
}

/// The complaints, best first, and their scores.
pub fn scores(index: &Index, query: &Query) -> Vec<(usize, Score)> {
    let mut scores = views(index, query);
    let (middle, odds) = (spread(&scores, |s| s.middle), spread(&scores, |s| s.odds));
    for (score, complaint) in scores.iter_mut().zip(&index.complaints) {
        let length = complaint.meaning.length();
        score.meant = if length > 0.0 {
            f64::from(query.meaning.dot(&complaint.meaning) / length)
        } else {
            0.0
        };
    }
    let (mean, spread) = spread(&scores, |s| s.meant);
    let meant = (mean, spread.max(LEAST_SPREAD));
    for score in &mut scores {
        score.total = (score.middle - middle.0) / middle.1
            + ODDS_PART * (score.odds - odds.0) / odds.1
            + MEANT_PART * (score.meant - meant.0) / meant.1;
    }
    let mut ranked: Vec<(usize, Score)> = scores.into_iter().enumerate().collect();
    ranked.sort_by(by_total);
    ranked.truncate(CANDIDATES);
    let values = spread_out(index, query);
    for (at, score) in &mut ranked {
        score.nearest = index
            .complaints
            .get(*at)
            .map_or(0.0, |one| nearest(query, one, &values));
    }
    for (at, score) in &mut ranked {
        let mut best = BestFew::default();
        if let Some(one) = index.complaints.get(*at) {
            one.compared
                .iter()
                .for_each(|report| best.take(f64::from(report.meaning().dot(&query.meaning))));
        }
        score.meant_nearest = best.mean();
    }
    let mean = ranked.iter().map(|(_, s)| s.nearest).sum::<f64>() / (ranked.len().max(1) as f64);
    let near = ranked.iter().map(|(_, s)| s.meant_nearest).sum::<f64>() / (ranked.len().max(1) as f64);
    for (_, score) in &mut ranked {
        score.total += NEAREST_PART * (score.nearest - mean) / middle.1;
        score.total += MEANT_NEAREST_PART * (score.meant_nearest - near) / meant.1;
    }
    ranked.sort_by(by_total);
    ranked
}

fn by_total(a: &(usize, Score), b: &(usize, Score)) -> std::cmp::Ordering {
    b.1.total.total_cmp(&a.1.total).then(a.0.cmp(&b.0))
}

/// Middle and odds of every complaint.
fn views(index: &Index, query: &Query) -> Vec<Score> {
    let mut scores = vec![Score::default(); index.complaints.len()];
    let mut odds_weight = 0.0;
    let mut memo = Vec::new();
    for held in &query.held {
        let Some(weight) = index.weights.get(held.number as usize) else {
            continue;
        };
        let (built, added) = index.postings.of(held.number);
        let both: Vec<Posting>;
        let list = if added.is_empty() {
            built
        } else {
            both = merged(built, added);
            &both
        };
        let part = if held.family == PIECE { PIECE_ODDS } else { 1.0 };
        odds_weight += part;
        memo.clear();
        let usual = SMOOTHING * f64::from(weight.reports.max(1)) / index.reports.max(1) as f64;
        for posting in list {
            let Some(score) = scores.get_mut(usize::from(posting.complaint)) else {
                continue;
            };
            score.middle += f64::from(held.value * weight.weight * posting.share());
            score.odds += part * excess(&mut memo, posting.reports, usual);
        }
    }
    let length = f64::from(query.length()).sqrt().max(1.0);
    for (score, complaint) in scores.iter_mut().zip(&index.complaints) {
        let reports = f64::from(complaint.reports);
        score.middle /= f64::from(complaint.square).sqrt().max(1e-6) * length;
        score.odds += odds_weight * ln(SMOOTHING / (reports + SMOOTHING));
    }
    scores
}

/// ln((reports + usual) / usual), each worked out once for a trait.
fn excess(memo: &mut Vec<f64>, reports: u8, usual: f64) -> f64 {
    while memo.len() <= usize::from(reports) {
        memo.push(ln((memo.len() as f64 + usual) / usual));
    }
    memo.get(usize::from(reports)).copied().unwrap_or(0.0)
}

/// Mean and standard deviation.
fn spread(scores: &[Score], of: fn(&Score) -> f64) -> (f64, f64) {
    let count = scores.len().max(1) as f64;
    let mean = scores.iter().map(of).sum::<f64>() / count;
    let square = scores.iter().map(|s| (of(s) - mean) * (of(s) - mean)).sum::<f64>() / count;
    (mean, if square > 1e-12 { square.sqrt() } else { 1.0 })
}

/// The text's weights by trait number.
fn spread_out(index: &Index, query: &Query) -> Vec<f32> {
    let mut values = vec![0.0; index.weights.len()];
    for held in &query.held {
        let number = held.number as usize;
        if let (Some(value), Some(weight)) = (values.get_mut(number), index.weights.get(number)) {
            *value = held.value * weight.weight;
        }
    }
    values
}

/// The mean likeness, from 0 to 1, of the text and the reports most like it.
fn nearest(query: &Query, complaint: &Complaint, values: &[f32]) -> f64 {
    let mut best = BestFew::default();
    for report in &complaint.compared {
        let mut sums = [0.0_f32; FAMILIES];
        for (number, family) in report.traits() {
            if let (Some(sum), Some(value)) = (sums.get_mut(family), values.get(number as usize)) {
                *sum += value;
            }
        }
        let like: f64 = (0..FAMILIES)
            .zip(sums)
            .map(|(family, sum)| f64::from(sum * report.share(family)))
            .sum();
        best.take(like);
    }
    best.mean() / f64::from(query.length().max(1.0))
}
