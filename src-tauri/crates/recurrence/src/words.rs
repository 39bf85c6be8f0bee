//! A text as words: NFKC, lower case, without what is of one case only.
//!
//! No word list and no grammar of any language: a word is a run of letters and digits, and its *stem* is its beginning,
//! which makes "activate", "activating" and "activation" one, and "Überweisung" and "Überweisungen".

use unicode_normalization::UnicodeNormalization as _;

use crate::clean;

/// What is read of one text. A cause is told in the first lines; the rest of a long letter is quoted rules and history.
pub const MAX_TEXT_BYTES: usize = 8 * 1024;
/// Words of one text; NFKC can make one character eighteen.
pub const MAX_WORDS: usize = 800;
/// Letters of one word. What is longer is no word.
const MAX_WORD_CHARS: usize = 40;
/// Letters of a stem.
const STEM_CHARS: usize = 5;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Lower case, with its apostrophes: what a person is shown.
    pub shown: String,
    /// Without apostrophes: what is compared.
    pub plain: String,
}

impl Word {
    /// The beginning of the word.
    pub fn stem(&self) -> &str {
        let end = self.plain.char_indices().nth(STEM_CHARS).map(|(at, _)| at);
        end.and_then(|end| self.plain.get(..end)).unwrap_or(&self.plain)
    }
}

/// The words of a text in their order, at most [`MAX_WORDS`] from its first [`MAX_TEXT_BYTES`].
pub fn words(text: &str) -> Vec<Word> {
    let lower: String = beginning(text)
        .nfkc()
        .take(MAX_TEXT_BYTES)
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect();
    let mut found = Vec::new();
    for token in clean::without_frame(&lower).split_whitespace() {
        if clean::is_of_one_case(token) {
            continue;
        }
        for run in token.split(|c: char| !is_of_word(c)) {
            found.extend(word(run));
            if found.len() >= MAX_WORDS {
                return found;
            }
        }
    }
    found
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_apostrophe(c)
}

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '\u{2019}'
}

fn word(run: &str) -> Option<Word> {
    let shown = run.trim_matches(is_apostrophe);
    let plain: String = shown.chars().filter(|c| !is_apostrophe(*c)).collect();
    let mut letters = plain.chars();
    let first = letters.next()?;
    let count = plain.chars().count();
    // "xxxx" stands for what was blacked out.
    let is_filler = count > 1 && letters.all(|c| c == first);
    (!is_filler && count <= MAX_WORD_CHARS).then(|| Word {
        shown: shown.to_owned(),
        plain,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = words(text).into_iter().map(|word| word.shown).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_text_becomes_its_words() {
        check("I can't log in!", &["i", "can't", "log", "in"]);
        check("ＦＵＬＬ width ﬁne", &["full", "width", "fine"]);
        check("activate_my_card", &["activate", "my", "card"]);
        check("Order 10045 of ann@b.org is XXXX late", &["order", "of", "is", "late"]);
        check("Größe, ÜBERWEISUNG", &["größe", "überweisung"]);
        check("🙂🙂 ,,,,", &[]);
        check("שלום עולם", &["שלום", "עולם"]);
    }

    #[test]
    fn one_stem_for_the_forms_of_a_word() {
        let stem = |text: &str| words(text).first().map(|word| word.stem().to_owned());
        assert_eq!(stem("activate"), stem("Activation"));
        assert_eq!(stem("Überweisung"), stem("überweisen"));
        assert_ne!(stem("card"), stem("cash"));
    }

    #[test]
    fn a_long_text_is_read_from_its_beginning() {
        assert!(words(&"ab ".repeat(1_000_000)).len() <= MAX_WORDS);
        check(&"a".repeat(1_000_000), &[]);
        check(&",".repeat(1_000_000), &[]);
        assert!(words(&"ﷺ".repeat(100_000)).len() <= MAX_WORDS);
    }
}
