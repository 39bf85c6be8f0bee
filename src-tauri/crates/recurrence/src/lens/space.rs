//! Reports as vectors of weighed traits, and what they mean. Reports of the same product, category and words are one *node*.

use std::collections::BTreeMap;

use crate::arithmetic::ln;
use crate::groups::{MAX_REPORTS, Report};
use crate::meaning::Meaning;
use crate::stop_words::is_foreign_stop_word;
use crate::traits::{FAMILIES, traits};
use crate::vocabulary::Vocabulary;
use crate::words::{Word, words};

/// Words of a report that count.
pub const MAX_LENS_WORDS: usize = 200;
/// Traits of a report that count: the most telling.
const MAX_TRAITS: usize = 512;

/// Reports that are taken for granted and have none of the words: on a board of thirty, a word of ten is still a telling word.
/// Where a group is split they are none: what all of its reports say tells none of them apart.
pub const UNSEEN: f64 = 200.0;

/// The part of two reports' likeness that is meaning, the rest are words.
const MEANING_PART: f32 = 0.35;
/// With more traits than this, meaning counts less: what a long letter means is mostly that it is a letter.
const SHORT: f32 = 300.0;

/// What is left after the middle was taken out becomes so many times as long at most.
const MOST_LONGER: f32 = 2.0;

/// Trait number and weight, in the order of the numbers.
pub type Vector = Vec<(u32, f32)>;

/// Reports that say the same in the same product and category.
pub struct Node {
    pub vector: Vector,
    pub meaning: Meaning,
    /// How long that was before it was weighed, from 0, nothing, to 1.
    pub known: f32,
    /// How much of what it could count meaning counts, from 0 to 1.
    pub meant: f32,
    /// Places in [`Space::reports`].
    pub reports: Vec<u32>,
    split: u32,
}

/// All reports, and the nodes that those which are not settled make.
pub struct Space<'a> {
    pub reports: Vec<&'a Report>,
    pub nodes: Vec<Node>,
    /// Traits that there are.
    pub traits: usize,
    /// For each stem its number of reports is looked up here.
    vocabulary: Vocabulary,
    seen: Vec<u32>,
    /// Reports that a trait could be in, the unseen ones among them.
    beside: f64,
}

/// The reports in the order of their ids.
pub fn sorted(reports: &[Report]) -> Vec<&Report> {
    let mut sorted: Vec<&Report> = reports.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    sorted.dedup_by(|a, b| a.id == b.id);
    sorted.truncate(MAX_REPORTS);
    sorted
}

/// The words of a report: subject, tags, body.
pub fn words_of(report: &Report) -> Vec<Word> {
    let mut all = words(&report.subject);
    for tag in &report.tags {
        all.extend(words(tag));
    }
    if all.len() < MAX_LENS_WORDS {
        all.extend(words(&report.body));
    }
    all.retain(|word| !is_foreign_stop_word(&word.plain));
    all.truncate(MAX_LENS_WORDS);
    all
}

impl<'a> Space<'a> {
    /// Reads all reports, with so many unseen ones beside them.
    pub fn new(reports: &[&'a Report], unseen: f64) -> Self {
        let mut vocabulary = Vocabulary::default();
        let mut seen: Vec<u32> = Vec::new();
        let mut read: Vec<Vec<u32>> = Vec::with_capacity(reports.len());
        for report in reports {
            let found = traits(&words_of(report));
            let mut packed: Vec<u32> = found
                .iter()
                .map(|one| (vocabulary.number(one.hash) << 2) | u32::from(one.family & 3))
                .collect();
            packed.sort_unstable();
            seen.resize(vocabulary.len(), 0);
            for one in &packed {
                if let Some(seen) = seen.get_mut((one >> 2) as usize) {
                    *seen += 1;
                }
            }
            packed.shrink_to_fit();
            read.push(packed);
        }
        let rarity: Vec<f32> = seen
            .iter()
            .map(|with| rarity(*with, reports.len() as f64 + unseen))
            .collect();
        let mut split_numbers: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        let mut same: BTreeMap<(u32, Vec<u32>), Vec<u32>> = BTreeMap::new();
        for ((place, report), packed) in (0_u32..).zip(reports).zip(read) {
            let next = u32::try_from(split_numbers.len()).unwrap_or(u32::MAX);
            let split = *split_numbers.entry((&report.product, &report.category)).or_insert(next);
            if !report.is_settled && !packed.is_empty() {
                same.entry((split, packed)).or_default().push(place);
            }
        }
        let first = |places: &[u32]| reports.get(*places.first()? as usize).copied();
        let mut nodes: Vec<Node> = same
            .into_iter()
            .map(|((split, packed), places)| Node {
                vector: vector(&packed, &rarity),
                known: 0.0,
                meant: 0.0,
                meaning: first(&places).map_or_else(Meaning::default, |report| Meaning::of(&words_of(report))),
                reports: places,
                split,
            })
            .collect();
        nodes.sort_by_key(|node| (node.split, node.reports.first().copied()));
        weigh_meanings(&mut nodes, unseen);
        Self {
            reports: reports.to_vec(),
            nodes,
            traits: vocabulary.len(),
            vocabulary,
            seen,
            beside: reports.len() as f64 + unseen,
        }
    }

    /// The nodes of each product and category, as places in [`Space::nodes`].
    pub fn partitions(&self) -> Vec<Vec<u32>> {
        let mut partitions: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (place, node) in (0_u32..).zip(&self.nodes) {
            partitions.entry(node.split).or_default().push(place);
        }
        partitions.into_values().collect()
    }

    /// How rare a trait is among all reports.
    pub fn rarity(&self, hash: u64) -> f32 {
        let number = self.vocabulary.get(hash);
        let seen = number.and_then(|number| self.seen.get(number as usize));
        rarity(seen.copied().unwrap_or(0), self.beside)
    }
}

/// Takes out what all nodes mean. What then is left of each, made longer again where it is not next to nothing, is its meaning;
/// the less of that there is, the more its words count.
fn weigh_meanings(nodes: &mut [Node], unseen: f64) {
    let mut mean = Meaning::default();
    for node in nodes.iter() {
        mean.add(&node.meaning, node.reports.len() as f32);
    }
    let reports: usize = nodes.iter().map(|node| node.reports.len()).sum();
    mean.scale(1.0 / (reports as f32 + unseen as f32).max(1.0));
    for node in nodes {
        let known = node.meaning.length();
        node.meaning.add(&mean, -known);
        let left = node.meaning.length();
        let length = known.min(MOST_LONGER * left);
        node.known = length;
        node.meant = (SHORT / node.vector.len().max(1) as f32).min(1.0) * length * length;
        let part = MEANING_PART * node.meant;
        if left > 0.0 {
            node.meaning.scale(part.sqrt() / left);
        }
        let words = (1.0 - part).sqrt();
        node.vector.iter_mut().for_each(|(_, weight)| *weight *= words);
    }
}

/// Never nothing: where every report is the same letter, its words still hold it together.
fn rarity(with: u32, reports: f64) -> f32 {
    ln(1.0 + reports / (f64::from(with) + 0.5)) as f32
}

/// Weighs traits by rarity; every family has the same length, all together the length 1.
fn vector(packed: &[u32], rarity: &[f32]) -> Vector {
    let weight = |one: &u32| rarity.get((one >> 2) as usize).copied().unwrap_or(0.0);
    let mut squares = [0.0_f32; FAMILIES];
    for one in packed {
        if let Some(square) = squares.get_mut((one & 3) as usize) {
            *square += weight(one) * weight(one);
        }
    }
    let families = squares.iter().filter(|square| **square > 0.0).count().max(1) as f32;
    let scales = squares.map(|square| {
        if square > 0.0 {
            1.0 / (square * families).sqrt()
        } else {
            0.0
        }
    });
    let scale = |one: &u32| scales.get((one & 3) as usize).copied().unwrap_or(0.0);
    let mut vector: Vector = packed.iter().map(|one| (one >> 2, weight(one) * scale(one))).collect();
    if vector.len() > MAX_TRAITS {
        vector.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        vector.truncate(MAX_TRAITS);
        vector.sort_unstable_by_key(|one| one.0);
    }
    vector.shrink_to_fit();
    vector
}
