//! How far apart two words are, to name the nearest one when something is mistyped.

/// Words longer than this are compared by their beginning.
const MAX_CHARS: usize = 40;

/// How many letters of a word may be wrong for it to be meant: none of a short one, two of a long one.
pub fn may_differ(word: &str) -> usize {
    match word.chars().count() {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    }
}

/// Letters to insert, to delete, to replace, or neighbours to swap, until `a` is `b`.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(MAX_CHARS).collect(), b.chars().take(MAX_CHARS).collect());
    if a.len().abs_diff(b.len()) > 2 {
        return a.len().abs_diff(b.len());
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let cell = |back: usize, column: usize| {
                rows.get((i + 1).wrapping_sub(back))
                    .and_then(|row| row.get(column))
                    .copied()
                    .unwrap_or(usize::MAX / 2)
            };
            let left = row.last().copied().unwrap_or(i + 1);
            let mut least = (cell(1, j) + usize::from(from != to))
                .min(cell(1, j + 1) + 1)
                .min(left + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if swapped {
                least = least.min(cell(2, j - 1) + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_inserted_deleted_replaced_and_swapped() {
        for (a, b, apart) in [
            ("parcel", "parcel", 0),
            ("pacrel", "parcel", 1),
            ("parcl", "parcel", 1),
            ("parrcel", "parcel", 1),
            ("barcel", "parcel", 1),
            ("kitten", "sitting", 3),
            ("", "ab", 2),
            ("päckchen", "packchen", 1),
        ] {
            assert_eq!((distance(a, b), distance(b, a)), (apart, apart), "{a} {b}");
        }
        assert!(distance("a", "abcdefgh") > 2);
    }
}
