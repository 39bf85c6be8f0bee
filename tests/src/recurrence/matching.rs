//! How often the right complaint is among the first, and how well "looks new" tells new from known.

use super::data::Set;
use sidedesk_recurrence::{Index, Known};

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

/// A young board: few complaints are known, and many reports belong to none of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Young {
    /// The area under the curve of `looks_new`.
    pub new_or_known: f64,
    /// Reports of a known complaint that are said to be of one, in percent.
    pub known: f64,
    /// Reports of none that are said to be of a known one, in percent.
    pub mistaken: f64,
}

/// So many known complaints with so many reports each, beside loose reports: a third of those that the set has of every other
/// complaint, and three of each known one that nobody has sorted yet. The mean of five draws; every `step`th text.
pub fn young(set: &Set, complaints: usize, examples: usize, step: usize) -> Young {
    let all = set.known(20);
    let starts = (0..all.len() - complaints).step_by(all.len() / 5);
    let draws = starts.clone().count() as f64;
    starts.fold(Young::default(), |sum, start| {
        let (known, loose) = draw(&all, start..start + complaints, examples);
        let index = Index::among(&known, &loose);
        let (mut of_known, mut of_none) = (Vec::new(), Vec::new());
        let (mut found, mut mistaken) = (0, 0);
        for (complaint, text) in set.texts.iter().step_by(step) {
            let answer = index.find(text);
            let says_known = answer.matches.first().is_some_and(|best| best.score > answer.looks_new);
            let is_known = known.iter().any(|one| complaint.as_ref() == Some(&one.complaint));
            if is_known {
                of_known.push(answer.looks_new);
                found += usize::from(says_known);
            } else {
                of_none.push(answer.looks_new);
                mistaken += usize::from(says_known);
            }
        }
        let percent = |count: usize, all: &[f32]| 100.0 * count as f64 / all.len() as f64;
        Young {
            new_or_known: sum.new_or_known + greater(&of_none, &of_known) / draws,
            known: sum.known + percent(found, &of_known) / draws,
            mistaken: sum.mistaken + percent(mistaken, &of_none) / draws,
        }
    })
}

fn draw(all: &[Known], places: std::ops::Range<usize>, examples: usize) -> (Vec<Known>, Vec<String>) {
    let mut known = all[places.clone()].to_vec();
    for one in &mut known {
        one.examples.truncate(examples);
    }
    let mut loose = Vec::new();
    for i in 0..20 {
        for (at, one) in all.iter().enumerate() {
            let is_loose = if places.contains(&at) {
                i >= 17 && examples < 20
            } else {
                (i * 7 + at) % 3 == 0
            };
            loose.extend(one.examples.get(i).filter(|_| is_loose).cloned());
        }
    }
    (known, loose)
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
