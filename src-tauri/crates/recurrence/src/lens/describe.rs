//! A group in words: a title, the terms that its reports share, and three samples that show its breadth.

use std::collections::{BTreeMap, BTreeSet};

use crate::arithmetic::ln;
use crate::groups::{Group, MAX_SAMPLES, MAX_TERMS, MAX_TITLE_CHARS, Options, Report};
use crate::lens::fingerprint::Fingerprint;
use crate::lens::space::{Space, words_of};
use crate::lens::weeks::{growth, weeks};
use crate::reasons::is_telling;
use crate::traits::{STEM, hash};

/// Reports of a group that are read for its words; evenly taken.
const MAX_READ: usize = 60;
/// A term is in at least this part of them.
const LEAST_SHARE: f64 = 0.3;

/// The group that these reports make.
pub fn describe(space: &Space<'_>, members: &[u32], options: &Options) -> Group {
    let reports: Vec<&Report> = members
        .iter()
        .filter_map(|place| space.reports.get(*place as usize).copied())
        .collect();
    let read: Vec<Read<'_>> = evenly(&reports, MAX_READ).map(Read::new).collect();
    let terms = terms(space, &read);
    let samples = samples(space, &read);
    let named: BTreeSet<&str> = reports
        .iter()
        .map(|one| one.customer.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    let nameless = reports.iter().filter(|one| one.customer.is_empty()).count();
    let weeks = weeks(reports.iter().filter_map(|one| one.time_ms), options.until_ms);
    let growth = growth(&weeks);
    Group {
        title: title(samples.first().copied(), &terms),
        terms,
        customers: named.len(),
        weeks,
        samples: samples.iter().map(|one| one.id.clone()).collect(),
        growth,
        rank: ln(reports.len() as f64) * growth * ((named.len() + nameless) as f64),
        fingerprint: Fingerprint::new(reports.iter().map(|one| one.id.as_str())),
        reports: reports.iter().map(|one| one.id.clone()).collect(),
    }
}

fn evenly<'a, T: Copy>(all: &'a [T], most: usize) -> impl Iterator<Item = T> + 'a {
    let step = all.len().div_ceil(most).max(1);
    all.iter().copied().step_by(step)
}

/// A report with the stems of its telling words, and one way each is written.
struct Read<'a> {
    report: &'a Report,
    stems: BTreeMap<String, String>,
}

impl<'a> Read<'a> {
    fn new(report: &'a Report) -> Self {
        let mut stems = BTreeMap::new();
        for word in words_of(report).into_iter().filter(is_telling) {
            stems.entry(word.stem().to_owned()).or_insert(word.shown);
        }
        Self { report, stems }
    }
}

fn terms(space: &Space<'_>, read: &[Read<'_>]) -> Vec<String> {
    let mut written: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (stem, shown) in read.iter().flat_map(|one| &one.stems) {
        *written.entry(stem).or_default().entry(shown).or_default() += 1;
    }
    let mut found: Vec<(f64, &str)> = Vec::new();
    for (stem, ways) in &written {
        let share = ways.values().sum::<usize>() as f64 / read.len().max(1) as f64;
        // The most frequent way, the first in the alphabet among equals.
        let way = ways.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        if let Some((way, _)) = way.filter(|_| share >= LEAST_SHARE) {
            found.push((share * f64::from(space.rarity(hash(STEM, stem.as_bytes(), &[]))), way));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    found
        .into_iter()
        .take(MAX_TERMS)
        .map(|(_, way)| way.to_owned())
        .collect()
}

/// The most central report first, then those that differ most from the ones before.
fn samples<'a>(space: &Space<'_>, read: &[Read<'a>]) -> Vec<&'a Report> {
    let mut shared: BTreeMap<&str, f64> = BTreeMap::new();
    for stem in read.iter().flat_map(|one| one.stems.keys()) {
        *shared.entry(stem).or_default() += 1.0;
    }
    let weight = |stem: &str| f64::from(space.rarity(hash(STEM, stem.as_bytes(), &[])));
    for (stem, count) in &mut shared {
        *count *= weight(stem);
    }
    let central = |one: &Read<'_>| {
        let sum: f64 = one.stems.keys().filter_map(|stem| shared.get(stem.as_str())).sum();
        let length = one
            .stems
            .keys()
            .map(|stem| weight(stem) * weight(stem))
            .sum::<f64>()
            .sqrt();
        if length > 0.0 { sum / length } else { 0.0 }
    };
    let mut ranked: Vec<(f64, &Read<'a>)> = read.iter().map(|one| (central(one), one)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.report.id.cmp(&b.1.report.id)));
    // Only the more central half can be a sample: what hardly belongs shows nothing.
    ranked.truncate(read.len().div_ceil(2).max(MAX_SAMPLES));
    let mut chosen: Vec<&Read<'a>> = Vec::new();
    while chosen.len() < MAX_SAMPLES && chosen.len() < ranked.len() {
        let unlike = |one: &Read<'_>| chosen.iter().map(|other| 1.0 - overlap(one, other)).fold(1.0, f64::min);
        let mut best: Option<(f64, &Read<'a>)> = None;
        for (_, one) in &ranked {
            let is_chosen = chosen.iter().any(|other| std::ptr::eq(*other, *one));
            if !is_chosen && best.is_none_or(|(most, _)| unlike(one) > most) {
                best = Some((unlike(one), one));
            }
        }
        match best {
            Some((_, one)) => chosen.push(one),
            None => break,
        }
    }
    chosen.into_iter().map(|one| one.report).collect()
}

fn overlap(a: &Read<'_>, b: &Read<'_>) -> f64 {
    let shared = a.stems.keys().filter(|stem| b.stems.contains_key(*stem)).count();
    let all = a.stems.len() + b.stems.len() - shared;
    shared as f64 / all.max(1) as f64
}

fn title(central: Option<&Report>, terms: &[String]) -> String {
    let line = central.and_then(|report| {
        let texts = [&report.subject, &report.body];
        let mut lines = texts.into_iter().flat_map(|text| text.lines()).map(str::trim);
        lines.find(|line| !line.is_empty() && !line.starts_with('<'))
    });
    let line = line.map_or_else(
        || terms.join(" "),
        |line| line.split_whitespace().collect::<Vec<_>>().join(" "),
    );
    if line.chars().count() <= MAX_TITLE_CHARS {
        return line;
    }
    let mut short: String = line.chars().take(MAX_TITLE_CHARS - 1).collect();
    if let Some(end) = short.rfind(' ').filter(|end| *end > MAX_TITLE_CHARS / 2) {
        short.truncate(end);
    }
    short.push('…');
    short
}
