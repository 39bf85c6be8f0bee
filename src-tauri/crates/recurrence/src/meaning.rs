//! What words mean, by a table that comes with the program: for some 47 000 English words a vector each, alike where
//! meanings are. It finds that "refund" is near "money back", which no letters show.
//!
//! The table (`meaning/meaning.bin`) is made by `meaning/build.py` from an openly licensed sentence encoder; `NOTICE.txt`
//! beside it names the parts. A word that is not in it, as in any other language, counts as a direction of its own that
//! no other text shares: the less the table knows of a text, the less meaning counts, down to nothing.

use crate::words::Word;

/// Numbers of a vector.
pub const DIMENSIONS: usize = 128;

/// What a text means: the sum of its words' vectors, as long as the part of the text that the table knows, at most 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Meaning([f32; DIMENSIONS]);

impl Default for Meaning {
    fn default() -> Self {
        Self::NOTHING
    }
}

impl Meaning {
    /// Of no words, or of none that the table knows.
    pub const NOTHING: Self = Self([0.0; DIMENSIONS]);

    /// Reads words.
    pub fn of(words: &[Word]) -> Self {
        let table = Table::here();
        let mut sum = Self::default();
        let mut strange = 0.0_f32;
        for word in words {
            match table.row(&word.plain) {
                Some((step, row)) => {
                    for (slot, byte) in sum.0.iter_mut().zip(row) {
                        *slot += f32::from(byte.cast_signed()) * step;
                    }
                }
                // Numbers and single letters say nothing to begin with.
                None if word.plain.chars().nth(1).is_some() && !word.plain.chars().all(char::is_numeric) => {
                    strange += 1.0
                }
                None => {}
            }
        }
        let length = (sum.dot(&sum) + strange).sqrt();
        if length > 0.0 {
            sum.scale(1.0 / length);
        }
        sum
    }

    /// The sum of the products; of two whole texts their likeness.
    pub fn dot(&self, other: &Self) -> f32 {
        // Eight sums side by side: that is how processors multiply, and it fixes the order of the additions.
        let mut sums = [0.0_f32; 8];
        for (a, b) in self.0.chunks_exact(8).zip(other.0.chunks_exact(8)) {
            for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                *sum += a * b;
            }
        }
        sums.iter().sum()
    }

    /// Makes it so many times as long.
    pub fn scale(&mut self, by: f32) {
        self.0.iter_mut().for_each(|slot| *slot *= by);
    }

    /// Adds another one, so many times.
    pub fn add(&mut self, other: &Self, times: f32) {
        for (slot, number) in self.0.iter_mut().zip(&other.0) {
            *slot += number * times;
        }
    }

    /// How long it is.
    pub fn length(&self) -> f32 {
        self.dot(self).sqrt()
    }
}

/// The same in a byte a number, for what is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    step: f32,
    numbers: [i8; DIMENSIONS],
}

impl Kept {
    /// As near as bytes come.
    pub fn new(meaning: &Meaning) -> Self {
        let greatest = meaning.0.iter().fold(0.0_f32, |most, number| most.max(number.abs()));
        let step = greatest / 127.0;
        let mut numbers = [0; DIMENSIONS];
        if step > 0.0 {
            for (byte, number) in numbers.iter_mut().zip(&meaning.0) {
                *byte = (number / step).round() as i8;
            }
        }
        Self { step, numbers }
    }

    /// What it was.
    pub fn meaning(&self) -> Meaning {
        Meaning(self.numbers.map(|byte| f32::from(byte) * self.step))
    }

    /// The likeness to a text.
    pub fn dot(&self, text: &Meaning) -> f32 {
        let mut sums = [0.0_f32; 8];
        for (a, b) in self.numbers.chunks_exact(8).zip(text.0.chunks_exact(8)) {
            for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                *sum += f32::from(*a) * b;
            }
        }
        sums.iter().sum::<f32>() * self.step
    }
}

/// The table as its bytes lie: the number of words and of dimensions, where each word ends, the step of each row, the
/// words in order, the rows.
struct Table {
    ends: &'static [u8],
    steps: &'static [u8],
    words: &'static [u8],
    rows: &'static [u8],
}

static BYTES: &[u8] = include_bytes!("../meaning/meaning.bin");

impl Table {
    fn here() -> Self {
        let count = number(BYTES, 0) as usize;
        let (_, rest) = BYTES.split_at(8);
        let (ends, rest) = rest.split_at(4 * count);
        let (steps, rest) = rest.split_at(4 * count);
        let (words, rows) = rest.split_at(rest.len() - DIMENSIONS * count);
        Self {
            ends,
            steps,
            words,
            rows,
        }
    }

    /// The step and the bytes of a word's row.
    fn row(&self, word: &str) -> Option<(f32, &'static [u8])> {
        let (mut from, mut to) = (0, self.ends.len() / 4);
        while from < to {
            let middle = usize::midpoint(from, to);
            match self.word(middle).cmp(word.as_bytes()) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
                std::cmp::Ordering::Equal => {
                    let row = self.rows.get(middle * DIMENSIONS..(middle + 1) * DIMENSIONS)?;
                    return Some((f32::from_bits(number(self.steps, middle)), row));
                }
            }
        }
        None
    }

    fn word(&self, at: usize) -> &'static [u8] {
        let start = if at == 0 { 0 } else { number(self.ends, at - 1) };
        let range = start as usize..number(self.ends, at) as usize;
        self.words.get(range).unwrap_or(&[])
    }
}

/// The little-endian number at a place of a list of them.
fn number(list: &[u8], at: usize) -> u32 {
    let bytes = list.get(4 * at..).and_then(|rest| rest.first_chunk());
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn meaning(text: &str) -> Meaning {
        Meaning::of(&words(text))
    }

    fn likeness(a: &str, b: &str) -> f32 {
        meaning(a).dot(&meaning(b))
    }

    #[test]
    fn other_words_for_the_same_thing_are_near() {
        for (text, same, other) in [
            ("give the money back", "refund the payment", "reset the password"),
            (
                "the parcel was never delivered",
                "my package did not arrive",
                "the app does not start",
            ),
            ("cancel my subscription", "close the account", "the colour is wrong"),
        ] {
            let (near, far) = (likeness(text, same), likeness(text, other));
            assert!(near > far + 0.1, "{text}: {near} against {far}");
        }
    }

    #[test]
    fn what_the_table_does_not_know_counts_for_nothing() {
        assert_eq!(meaning("").length(), 0.0);
        assert_eq!(meaning("0815 4711").length(), 0.0);
        assert!(meaning("Bestellbestätigung Rücksendeetikett").length() < 0.01);
        assert!((meaning("refund").length() - 1.0).abs() < 1e-5);
        let half = meaning("refund Rücksendeetikett").length();
        assert!(half > 0.4 && half < 0.9, "{half}");
    }

    #[test]
    fn what_is_kept_in_bytes_is_what_it_was() {
        for text in ["refund", "the parcel was never delivered", "Rücksendeetikett refund"] {
            let meaning = meaning(text);
            let kept = Kept::new(&meaning);
            let mut difference = kept.meaning();
            difference.add(&meaning, -1.0);
            assert!(difference.length() < 0.02, "{text}: {}", difference.length());
            assert!((kept.dot(&meaning) - meaning.dot(&meaning)).abs() < 0.02, "{text}");
        }
        assert_eq!(Kept::new(&Meaning::NOTHING).meaning(), Meaning::NOTHING);
    }

    #[test]
    fn every_word_of_the_table_is_found() {
        let table = Table::here();
        let count = table.ends.len() / 4;
        assert_eq!((number(BYTES, 1) as usize, count > 40_000), (DIMENSIONS, true));
        for at in 0..count {
            let word = std::str::from_utf8(table.word(at)).unwrap();
            let (step, row) = table.row(word).unwrap();
            assert!(step.is_finite() && step > 0.0 && row.len() == DIMENSIONS, "{word}");
            assert_eq!(row.as_ptr(), table.rows[at * DIMENSIONS..].as_ptr(), "{word}");
        }
        assert_eq!(table.words.len(), number(table.ends, count - 1) as usize);
    }
}
