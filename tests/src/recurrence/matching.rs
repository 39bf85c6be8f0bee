//! How often the right complaint is among the first, and how well "looks new" tells new from known.

use super::data::Set;
use sidedesk_recurrence::Index;

/// What was counted.
#[derive(Debug, Clone, Copy)]
pub struct Quality {
    /// The right complaint is the first, in percent of the texts that have one.
    pub first: f64,
    /// It is among the first three.
    pub among_three: f64,
    /// The area under the curve of `looks_new`: how often a new text has the greater value than a known one.
    pub new_or_known: f64,
}

/// Matches every `step`th text of the set against complaints with so many reports each.
pub fn quality(set: &Set, examples: usize, step: usize) -> Quality {
    let index = Index::new(&set.known(examples));
    let (mut known, mut new) = (Vec::new(), Vec::new());
    let (mut first, mut among_three) = (0, 0);
    for (complaint, text) in set.texts.iter().step_by(step) {
        let found = index.find(text);
        let Some(complaint) = complaint else {
            new.push(found.looks_new);
            continue;
        };
        known.push(found.looks_new);
        let place = found.matches.iter().position(|one| one.complaint == *complaint);
        first += usize::from(place == Some(0));
        among_three += usize::from(place.is_some_and(|place| place < 3));
    }
    let percent = |count: usize| 100.0 * count as f64 / known.len() as f64;
    Quality {
        first: percent(first),
        among_three: percent(among_three),
        new_or_known: greater(&new, &known),
    }
}

/// How often a number of the first list is greater than one of the second; equal ones count half.
fn greater(first: &[f32], second: &[f32]) -> f64 {
    let pairs = first.iter().flat_map(|a| second.iter().map(move |b| (a, b)));
    let sum: f64 = pairs
        .map(|(a, b)| match a.total_cmp(b) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
        .sum();
    sum / (first.len() * second.len()) as f64
}
