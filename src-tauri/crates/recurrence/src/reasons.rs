//! Why a text was matched: its own words that the complaint's reports use too.

use crate::index::Index;
use crate::known::MAX_REASONS;
use crate::query::Query;
use crate::stop_words::is_stop_word;
use crate::traits::{STEM, WORD, hash};
use crate::words::Word;

/// The words of the text that count most towards the complaint at this place, the heaviest first.
pub fn reasons(index: &Index, query: &Query, complaint: usize) -> Vec<String> {
    let mut found: Vec<(f32, &Word)> = Vec::new();
    for word in query.words.iter().filter(|word| is_telling(word)) {
        let weight = weight(index, complaint, WORD, &word.plain) + weight(index, complaint, STEM, word.stem());
        if weight > 0.0 && !found.iter().any(|(_, other)| other.stem() == word.stem()) {
            found.push((weight, word));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(MAX_REASONS);
    found.into_iter().map(|(_, word)| word.shown.clone()).collect()
}

/// Whether a word can be a reason: no stop word, no single letter, no number.
pub fn is_telling(word: &Word) -> bool {
    let is_number = word.plain.chars().all(char::is_numeric);
    let is_letter = word.plain.len() < 2;
    !is_number && !is_letter && !is_stop_word(&word.plain)
}

fn weight(index: &Index, complaint: usize, family: usize, letters: &str) -> f32 {
    let number = index.vocabulary.get(hash(family, letters.as_bytes(), &[]));
    let Some((number, weight)) = number.and_then(|number| Some((number, index.weights.get(number as usize)?))) else {
        return 0.0;
    };
    let (built, added) = index.postings.of(number);
    let of_complaint = built
        .iter()
        .chain(added)
        .filter(|one| usize::from(one.complaint) == complaint);
    weight.weight * weight.weight * of_complaint.map(|one| one.share()).sum::<f32>()
}
