//! How well the lens finds causes: planted ones among other reports, and categories that somebody else labelled.

use super::data::{Set, Table};
use sidedesk_recurrence::{Options, Report, groups};
use std::collections::{BTreeMap, BTreeSet};

/// Causes that are planted.
const CAUSES: usize = 12;
/// Other reports among which they are.
const OTHERS: usize = 1_500;
/// Groups that a person looks at.
const TOP: usize = 15;
/// A group of a cause has at most this part of other reports.
const MOST_OTHERS: f64 = 0.1;

/// Which twelve complaints of a set are planted.
#[derive(Debug, Clone, Copy)]
pub struct Draw {
    /// Short name, for the figures.
    pub name: &'static str,
    /// The bank's 38, or the assistant's 30.
    set: usize,
    first: usize,
    step: usize,
}

/// The three twelves that share none, and neighbours of each other in the alphabet: often the same words in two causes.
/// And three that are spread. The same of the assistant's, in whose sight the last parameters were chosen too.
pub const DRAWS: [Draw; 10] = [
    draw("first", 0, 0, 1),
    draw("second", 0, 12, 1),
    draw("third", 0, 24, 1),
    draw("spread_a", 0, 0, 3),
    draw("spread_b", 0, 1, 3),
    draw("spread_c", 0, 2, 3),
    draw("assistant_first", 1, 0, 1),
    draw("assistant_second", 1, 12, 1),
    draw("assistant_spread_a", 1, 0, 2),
    draw("assistant_spread_b", 1, 1, 2),
];

const fn draw(name: &'static str, set: usize, first: usize, step: usize) -> Draw {
    Draw { name, set, first, step }
}

/// What was found among the first fifteen groups.
#[derive(Debug, Clone, Copy)]
pub struct Planted {
    /// Causes with a group of their own.
    pub found: usize,
    /// Groups of planted causes with too many others in them.
    pub mixed: usize,
}

/// Plants twelve causes with twenty reports each among 1 500 other reports of the foreign files.
pub fn planted(draw: Draw) -> Planted {
    let sets = Set::all();
    let known = sets[draw.set].known(20);
    let mut causes: Vec<(Option<&str>, String)> = Vec::new();
    for one in known.iter().skip(draw.first).step_by(draw.step).take(CAUSES) {
        causes.extend(
            one.examples
                .iter()
                .map(|text| (Some(one.complaint.as_str()), text.clone())),
        );
    }
    let others = others(&sets[1]);
    assert_eq!((causes.len(), others.len()), (CAUSES * 20, OTHERS));
    causes.extend(others.into_iter().map(|text| (None, text)));
    let reports: Vec<Report> = causes
        .iter()
        .enumerate()
        .map(|(at, (_, text))| report(at, text))
        .collect();
    let (mut found, mut mixed) = (BTreeSet::new(), 0);
    for group in groups(&reports, &Options::default()).iter().take(TOP) {
        let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        for id in &group.reports {
            *counts.entry(causes[place(id)].0).or_default() += 1;
        }
        let (cause, count) = counts.iter().max_by_key(|(_, count)| **count).unwrap();
        let others = 1.0 - *count as f64 / group.reports.len() as f64;
        match cause {
            Some(cause) if others <= MOST_OTHERS => {
                found.insert(*cause);
            }
            Some(_) => mixed += 1,
            None => {}
        }
    }
    Planted {
        found: found.len(),
        mixed,
    }
}

/// Questions about a mail program, letters about banks and loans, requests to an assistant.
fn others(requests: &Set) -> Vec<String> {
    let mut all = Vec::new();
    let questions = Table::foreign("sumo_thunderbird_questions_2023.csv");
    let (title, content) = (questions.column("title"), questions.column("content"));
    let texts = questions.rows.iter().step_by(2).take(550);
    all.extend(texts.map(|row| format!("{}\n{}", row[title], row[content])));
    for (file, step, count) in [
        ("cfpb_complaints_2023.csv", 1, 328),
        ("cfpb_loans_us_dates.csv", 2, 322),
    ] {
        let letters = Table::foreign(file);
        let text = letters.column("Consumer complaint narrative");
        let texts = letters
            .rows
            .iter()
            .map(|row| &row[text])
            .filter(|text| !text.is_empty());
        all.extend(texts.step_by(step).take(count).cloned());
    }
    let new = requests.texts.iter().filter(|(complaint, _)| complaint.is_none());
    all.extend(new.map(|(_, text)| text.clone()).take(OTHERS - all.len()));
    all
}

fn report(at: usize, text: &str) -> Report {
    Report {
        id: format!("{at:06}"),
        body: text.to_owned(),
        ..Report::default()
    }
}

fn place(id: &str) -> usize {
    id.parse().unwrap()
}

/// Reports that somebody put into categories.
pub struct Labelled {
    /// Short name, for the figures.
    pub name: &'static str,
    labels: Vec<usize>,
    reports: Vec<Report>,
}

/// How much groups and categories tell about each other, as adjusted mutual information: 0 for chance, 1 for the same.
#[derive(Debug, Clone, Copy)]
pub struct Agreement {
    /// Over all reports; one in no group counts as a group of its own.
    pub all: f64,
    /// The same with the labels dealt out anew.
    pub shuffled: f64,
    /// Over the reports that are in a group.
    pub grouped: f64,
    /// Those, in percent.
    pub share: f64,
}

impl Labelled {
    /// Both files. The lens sees texts only, never the category.
    pub fn all() -> [Self; 2] {
        let city = (
            "nyc311",
            "nyc311_requests.csv",
            "complaint_type",
            ["descriptor", "location_type"],
        );
        let text = "Consumer complaint narrative";
        let loans = ("cfpb_loans", "cfpb_loans_us_dates.csv", "Issue", [text, text]);
        [city, loans].map(|(name, file, label, texts)| Self::read(name, file, label, texts))
    }

    fn read(name: &'static str, file: &str, label: &str, texts: [&str; 2]) -> Self {
        let table = Table::foreign(file);
        let label = table.column(label);
        let texts = texts.map(|one| table.column(one));
        let names: BTreeSet<&str> = table.rows.iter().map(|row| row[label].as_str()).collect();
        let labels = table.rows.iter().map(|row| names.range(..row[label].as_str()).count());
        let of = |(at, row): (usize, &Vec<String>)| Report {
            subject: if texts[0] == texts[1] {
                String::new()
            } else {
                row[texts[0]].clone()
            },
            ..report(at, &row[texts[1]])
        };
        Self {
            name,
            labels: labels.collect(),
            reports: table.rows.iter().enumerate().map(of).collect(),
        }
    }

    /// Groups the reports and compares.
    pub fn agreement(&self) -> Agreement {
        let found = groups(&self.reports, &Options::default());
        let mut of: Vec<Option<usize>> = vec![None; self.reports.len()];
        for (number, group) in found.iter().enumerate() {
            for id in &group.reports {
                of[place(id)] = Some(number);
            }
        }
        let alone = |(at, group): (usize, &Option<usize>)| group.unwrap_or(found.len() + at);
        let all: Vec<usize> = of.iter().enumerate().map(alone).collect();
        let grouped: Vec<usize> = (0..of.len()).filter(|at| of[*at].is_some()).collect();
        let pick = |list: &[usize]| grouped.iter().map(|at| list[*at]).collect::<Vec<_>>();
        Agreement {
            all: adjusted_mutual_information(&all, &self.labels),
            shuffled: adjusted_mutual_information(&all, &shuffled(&self.labels)),
            grouped: adjusted_mutual_information(&pick(&all), &pick(&self.labels)),
            share: 100.0 * grouped.len() as f64 / of.len() as f64,
        }
    }
}

/// The same labels in another order, the same one every time.
fn shuffled(labels: &[usize]) -> Vec<usize> {
    let mut labels = labels.to_vec();
    let mut state: u64 = 1;
    for at in (1..labels.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        labels.swap(at, (state >> 33) as usize % (at + 1));
    }
    labels
}

/// Vinh, Epps, Bailey 2010, with the mean of both entropies below the line.
fn adjusted_mutual_information(first: &[usize], second: &[usize]) -> f64 {
    let total = first.len();
    let n = total as f64;
    let (mut rows, mut columns, mut cells) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (a, b) in first.iter().zip(second) {
        *rows.entry(a).or_insert(0_usize) += 1;
        *columns.entry(b).or_insert(0_usize) += 1;
        *cells.entry((a, b)).or_insert(0_usize) += 1;
    }
    let entropy = |counts: &BTreeMap<&usize, usize>| -> f64 {
        counts
            .values()
            .map(|count| *count as f64 / n)
            .map(|part| -part * part.ln())
            .sum()
    };
    let shared = |both: usize, a: usize, b: usize| both as f64 / n * (n * both as f64 / (a as f64 * b as f64)).ln();
    let mutual: f64 = cells
        .iter()
        .map(|((a, b), both)| shared(*both, rows[a], columns[b]))
        .sum();
    // Logarithms of factorials.
    let mut factorial = vec![0.0; total + 1];
    for number in 1..=total {
        factorial[number] = factorial[number - 1] + (number as f64).ln();
    }
    let expected = |a: usize, b: usize| -> f64 {
        let range = (a + b).saturating_sub(total).max(1)..=a.min(b);
        let chance = |both: usize| {
            let above = factorial[a] + factorial[b] + factorial[total - a] + factorial[total - b];
            let below = factorial[both] + factorial[a - both] + factorial[b - both] + factorial[total + both - a - b];
            (above - below - factorial[total]).exp()
        };
        range.map(|both| shared(both, a, b) * chance(both)).sum()
    };
    let mut sizes: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for a in rows.values() {
        for b in columns.values() {
            *sizes.entry((*a, *b)).or_default() += 1.0;
        }
    }
    let chance: f64 = sizes.iter().map(|((a, b), times)| times * expected(*a, *b)).sum();
    let mean = f64::midpoint(entropy(&rows), entropy(&columns));
    (mutual - chance) / (mean - chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_one_for_the_same_and_none_for_chance() {
        let labels: Vec<usize> = (0..600).map(|at| at % 5).collect();
        let renamed: Vec<usize> = labels.iter().map(|label| 9 - label).collect();
        assert!((adjusted_mutual_information(&labels, &renamed) - 1.0).abs() < 1e-9);
        assert!(adjusted_mutual_information(&labels, &shuffled(&labels)).abs() < 0.02);
    }
}
