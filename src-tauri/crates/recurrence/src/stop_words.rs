//! Words of English and German that every text has. They stay in the comparison, where their rarity weighs them; they are
//! never shown as a reason and never make two reports candidates for one group.

/// Sorted, so that it can be searched by halves. Apostrophes are gone by then: "don't" is `dont`.
const WORDS: [&str; 247] = [
    "a", "aber", "about", "after", "again", "all", "alle", "als", "also", "always", "am", "an", "and", "any", "are",
    "as", "at", "auch", "auf", "aus", "be", "because", "been", "before", "bei", "being", "bin", "bis", "bitte", "but",
    "by", "can", "cant", "could", "couldnt", "da", "damit", "danke", "das", "dass", "day", "dem", "den", "denn", "der",
    "des", "did", "didnt", "die", "dies", "diese", "dieser", "do", "doch", "does", "doesnt", "doing", "dont", "down",
    "du", "durch", "each", "ein", "eine", "einem", "einen", "einer", "er", "es", "even", "few", "for", "from", "für",
    "get", "gets", "getting", "give", "go", "goes", "going", "got", "habe", "haben", "had", "hallo", "has", "hat",
    "have", "havent", "having", "he", "hello", "help", "her", "here", "hi", "him", "his", "how", "however", "i", "ich",
    "id", "if", "ihr", "ihre", "ill", "im", "immer", "in", "into", "is", "isnt", "ist", "it", "its", "ive", "ja",
    "just", "kann", "kein", "keine", "know", "let", "like", "make", "many", "may", "me", "mein", "meine", "meinem",
    "meinen", "meiner", "mich", "mir", "mit", "more", "most", "much", "muss", "must", "my", "nach", "need", "nicht",
    "no", "noch", "not", "now", "nur", "ob", "oder", "of", "off", "on", "once", "one", "only", "or", "other", "our",
    "out", "over", "own", "please", "same", "schon", "see", "sein", "seit", "she", "should", "sich", "sie", "since",
    "sind", "so", "some", "still", "such", "take", "than", "thank", "thanks", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "through", "to", "too", "um", "und", "under", "uns", "unter", "until",
    "up", "us", "use", "very", "vom", "von", "vor", "want", "war", "warum", "was", "wasnt", "we", "well", "wenn",
    "wer", "were", "what", "when", "where", "which", "while", "who", "why", "wie", "wieder", "will", "wir", "wird",
    "with", "without", "wo", "wont", "would", "yes", "yet", "you", "your", "zu", "zum", "zur", "über",
];

/// Whether a word, as [`crate::words`] makes them, is one of them.
pub fn is_stop_word(word: &str) -> bool {
    WORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched_by_halves() {
        assert!(WORDS.is_sorted());
        assert!(is_stop_word("the") && is_stop_word("über") && !is_stop_word("card"));
    }
}
