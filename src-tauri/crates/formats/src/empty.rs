//! Words that mean "nothing": Zendesk writes `-`, pandas `nan` and `None`, the CFPB portal `N/A`.

/// Lower case. `na` is not one of them: it is North America as often.
const WORDS: &[&str] = &["", "-", "–", "—", "none", "n/a", "null", "nan", "[]"];

/// True when a cell holds nothing. A word is only taken for nothing when it is the whole cell.
pub(crate) fn is_empty(cell: &str) -> bool {
    let cell = cell.trim();
    cell.len() <= 4 && WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_cells_are_empty_words() {
        for cell in ["", "  ", "-", "None", "N/A", "null", "NaN", "—"] {
            assert!(is_empty(cell), "{cell}");
        }
        for cell in ["NA", "0", "--", "none of them", "false"] {
            assert!(!is_empty(cell), "{cell}");
        }
    }
}
