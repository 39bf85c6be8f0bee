//! A text that is looked up: its traits with their weights, and how much of it the index has seen before.

use crate::example::inverse_length;
use crate::known::MAX_MATCHED_WORDS;
use crate::meaning::Meaning;
use crate::traits::{FAMILIES, traits};
use crate::vocabulary::Vocabulary;
use crate::weights::TraitWeight;
use crate::words::{Word, words};

/// One trait of the text that some report has.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    pub number: u32,
    pub family: usize,
    /// Its weight in the text, the text's length taken out.
    pub value: f32,
}

/// A text, ready to be compared.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub words: Vec<Word>,
    pub meaning: Meaning,
    /// What some report has, in the order of the numbers.
    pub held: Vec<Held>,
    /// For each family the squared length of the text and the part of it that no report has.
    pub lengths: [(f32, f32); FAMILIES],
}

impl Query {
    /// Reads a text.
    pub fn new(text: &str, vocabulary: &Vocabulary, weights: &[TraitWeight], unseen: f32) -> Self {
        let mut words = words(text);
        words.truncate(MAX_MATCHED_WORDS);
        let mut held = Vec::new();
        let mut lengths = [(0.0_f32, 0.0_f32); FAMILIES];
        for one in traits(&words) {
            let family = usize::from(one.family);
            let number = vocabulary.get(one.hash);
            let weight = number
                .and_then(|number| weights.get(number as usize))
                .map_or(unseen, |weight| weight.weight);
            if let Some((all, strange)) = lengths.get_mut(family) {
                *all += weight * weight;
                *strange += if number.is_none() { weight * weight } else { 0.0 };
            }
            held.extend(number.map(|number| Held {
                number,
                family,
                value: weight,
            }));
        }
        held.sort_unstable_by_key(|one| one.number);
        let shares = lengths.map(|(all, _)| inverse_length(all));
        for one in &mut held {
            one.value *= shares.get(one.family).copied().unwrap_or(0.0);
        }
        Self {
            meaning: Meaning::of(&words),
            words,
            held,
            lengths,
        }
    }

    /// The length of the whole text: each family counts one.
    pub fn length(&self) -> f32 {
        self.lengths.iter().filter(|(all, _)| *all > 0.0).count() as f32
    }
}
