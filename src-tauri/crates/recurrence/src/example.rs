//! One report as the index keeps it: the numbers of its traits, and how much one of them weighs in it.

use crate::known::MAX_MATCHED_WORDS;
use crate::meaning::{Kept, Meaning};
use crate::traits::{FAMILIES, traits};
use crate::vocabulary::Vocabulary;
use crate::weights::TraitWeight;
use crate::words::words;

/// A report that was read. It keeps no text.
#[derive(Debug, Clone)]
pub struct Example {
    /// Four times the trait's number plus its family, as steps from one to the next, each in as many bytes as it needs (LEB128).
    steps: Box<[u8]>,
    shares: [f32; FAMILIES],
    meaning: Kept,
}

/// Reads a text; none if it has no word.
pub fn read(text: &str, vocabulary: &mut Vocabulary) -> Option<Example> {
    let mut words = words(text);
    words.truncate(MAX_MATCHED_WORDS);
    let found = traits(&words);
    let mut packed: Vec<u32> = found
        .iter()
        .map(|one| (vocabulary.number(one.hash) << 2) | u32::from(one.family & 3))
        .collect();
    packed.sort_unstable();
    (!packed.is_empty()).then(|| Example {
        steps: steps(&packed).into_boxed_slice(),
        shares: [0.0; FAMILIES],
        meaning: Kept::new(&Meaning::of(&words)),
    })
}

impl Example {
    /// Number and family of each trait, in the order of the numbers.
    pub fn traits(&self) -> impl Iterator<Item = (u32, usize)> + '_ {
        let (mut at, mut packed) = (0, 0);
        std::iter::from_fn(move || {
            let (mut step, mut shift) = (0, 0);
            loop {
                let byte = *self.steps.get(at)?;
                at += 1;
                step |= u32::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    break;
                }
                shift += 7;
            }
            packed += step;
            Some((packed >> 2, (packed & 3) as usize))
        })
    }

    /// What it means.
    pub fn meaning(&self) -> &Kept {
        &self.meaning
    }

    /// What a trait of this family is multiplied by: the inverse length of the report in that family, so that every
    /// report and every family counts the same.
    pub fn share(&self, family: usize) -> f32 {
        self.shares.get(family).copied().unwrap_or(0.0)
    }

    /// Works the shares out.
    pub fn measure(&mut self, weights: &[TraitWeight]) {
        let mut squares = [0.0_f32; FAMILIES];
        for (number, family) in self.traits() {
            let weight = weights.get(number as usize).map_or(0.0, |one| one.weight);
            if let Some(square) = squares.get_mut(family) {
                *square += weight * weight;
            }
        }
        self.shares = squares.map(inverse_length);
    }
}

/// Sorted numbers as steps.
fn steps(sorted: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 * sorted.len());
    let mut last = 0;
    for number in sorted {
        let mut step = number - last;
        last = *number;
        while step >= 0x80 {
            bytes.push((step & 0x7f) as u8 | 0x80);
            step >>= 7;
        }
        bytes.push(step as u8);
    }
    bytes.shrink_to_fit();
    bytes
}

/// One over the length, from its square; zero for nothing.
pub fn inverse_length(square: f32) -> f32 {
    if square > 0.0 { 1.0 / square.sqrt() } else { 0.0 }
}
