//! What of a text is compared: words, their beginnings, pairs of neighbours, and pieces of three to five letters.
//!
//! Each is a number that its letters give (a hash of 64 bits), so nothing here keeps texts. Pieces of words find what
//! spelling and grammar hide; words and pairs tell causes apart that use the same pieces.

use crate::words::Word;

/// Kinds of traits, each weighed on its own.
pub const FAMILIES: usize = 4;
/// Single words.
pub const WORD: usize = 0;
/// Beginnings of words.
pub const STEM: usize = 1;
/// Two neighbours.
pub const PAIR: usize = 2;
/// Three to five letters in a row inside of a word, its ends included.
pub const PIECE: usize = 3;

/// One trait of a text: its number, and how often the text has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trait {
    /// What it is, as a number.
    pub hash: u64,
    /// One of the families.
    pub family: u8,
    /// How often.
    pub count: u16,
}

/// The traits of a text, in the order of their numbers.
pub fn traits(words: &[Word]) -> Vec<Trait> {
    let mut hashes: Vec<(u64, u8)> = Vec::with_capacity(words.len() * 16);
    for word in words {
        hashes.push((hash(WORD, word.plain.as_bytes(), &[]), WORD as u8));
        hashes.push((hash(STEM, word.stem().as_bytes(), &[]), STEM as u8));
        pieces(&word.plain, &mut hashes);
    }
    for pair in words.windows(2) {
        if let [a, b] = pair {
            hashes.push((hash(PAIR, a.stem().as_bytes(), b.stem().as_bytes()), PAIR as u8));
        }
    }
    hashes.sort_unstable();
    let mut found: Vec<Trait> = Vec::with_capacity(hashes.len());
    for (hash, family) in hashes {
        match found.last_mut() {
            Some(last) if last.hash == hash => last.count = last.count.saturating_add(1),
            _ => found.push(Trait { hash, family, count: 1 }),
        }
    }
    found
}

fn pieces(word: &str, into: &mut Vec<(u64, u8)>) {
    let letters: Vec<char> = std::iter::once(' ').chain(word.chars()).chain([' ']).collect();
    let mut bytes = [0_u8; 20];
    for size in 3..=5 {
        for window in letters.windows(size) {
            let mut length = 0;
            for letter in window {
                if let Some(rest) = bytes.get_mut(length..length + 4) {
                    length += letter.encode_utf8(rest).len();
                }
            }
            into.push((hash(PIECE, bytes.get(..length).unwrap_or(&[]), &[]), PIECE as u8));
        }
    }
}

/// FNV-1a over family, first part, a separator and second part, with its bits mixed at the end.
pub fn hash(family: usize, first: &[u8], second: &[u8]) -> u64 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325 ^ (family as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in first.iter().chain(&[0xff]).chain(second) {
        state ^= u64::from(*byte);
        state = state.wrapping_mul(0x0000_0100_0000_01b3);
    }
    state ^= state >> 32;
    state = state.wrapping_mul(0xd6e8_feb8_6659_fd93);
    state ^ (state >> 32)
}
