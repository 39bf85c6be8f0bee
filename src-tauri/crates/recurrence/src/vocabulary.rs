//! The traits that were seen so far, numbered in the order of their first sight.
//!
//! Lookups only: nothing ever walks over the map, so its order decides nothing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Traits are hashes already; mixing them again would be work for nothing.
#[derive(Debug, Default, Clone)]
pub struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Trait hash to number.
#[derive(Debug, Default, Clone)]
pub struct Vocabulary {
    numbers: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
}

impl Vocabulary {
    /// How many traits there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The number of a trait that was seen.
    pub fn get(&self, hash: u64) -> Option<u32> {
        self.numbers.get(&hash).copied()
    }

    /// The number of a trait, a new one if it was not seen.
    pub fn number(&mut self, hash: u64) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(hash).or_insert(next)
    }
}
