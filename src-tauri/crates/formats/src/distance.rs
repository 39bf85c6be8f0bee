//! How far two names are apart, to name the nearest when one is mistyped.

/// Insertions, deletions and replacements between `a` and `b`, for names (a few dozen characters).
pub(crate) fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (above, to) in row.iter().skip(1).zip(&b) {
            let replace = diagonal + usize::from(from != *to);
            left = replace.min(left + 1).min(above + 1);
            next.push(left);
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Names longer than this are compared by their beginning.
const MAX_NAME: usize = 60;

/// The three candidates nearest to `name`.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let short = |text: &str| text.to_lowercase().chars().take(MAX_NAME).collect::<String>();
    let name = short(name);
    let mut ranked: Vec<(usize, &str)> = candidates.map(|c| (edits(&name, &short(c)), c)).collect();
    ranked.sort_by_key(|(distance, _)| *distance);
    ranked.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_comes_first() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!((edits("", "ab"), edits("ab", ""), edits("ab", "ab")), (2, 2, 0));
        assert_eq!(
            nearest("Subjct", ["Status", "Subject", "Id"].into_iter()).first(),
            Some(&"Subject")
        );
    }
}
