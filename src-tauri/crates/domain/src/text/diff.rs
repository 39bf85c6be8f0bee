//! What somebody did to a text, found by comparing before and after: pieces that were replaced, as small as words allow.
//!
//! Positions count characters (Unicode scalar values), as Loro does. No clock bounds the search, a number of steps does, so
//! the same two texts give the same pieces everywhere.

use std::ops::Range;

/// Comparisons of two words at most: a few milliseconds. A larger middle is compared by lines, then replaced as a whole.
const MAX_COMPARISONS: usize = 1 << 20;

/// One piece that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// Where it stood in the old text, in characters.
    pub old: Range<usize>,
    /// What stands there now.
    pub new: String,
}

/// The pieces that turn `old` into `new`, in order, not touching each other.
pub fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    let (a, b): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    let front = common(a.iter(), b.iter());
    let (a_rest, b_rest) = (a.get(front..).unwrap_or(&[]), b.get(front..).unwrap_or(&[]));
    let back = common(a_rest.iter().rev(), b_rest.iter().rev());
    let middle = |rest: &[char]| rest.get(..rest.len() - back).unwrap_or(&[]).to_vec();
    let (a_mid, b_mid) = (middle(a_rest), middle(b_rest));
    if a_mid.is_empty() && b_mid.is_empty() {
        return Vec::new();
    }
    let mut found = [words, lines]
        .iter()
        .find_map(|cut| between(&cut(&a_mid), &cut(&b_mid)))
        .unwrap_or_else(|| {
            vec![Hunk {
                old: 0..a_mid.len(),
                new: b_mid.iter().collect(),
            }]
        });
    for hunk in &mut found {
        hunk.old = hunk.old.start + front..hunk.old.end + front;
    }
    found
}

/// How many items two sequences begin with in common.
fn common<'a>(a: impl Iterator<Item = &'a char>, b: impl Iterator<Item = &'a char>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// Runs of letters and digits, runs of blanks, and every other character by itself.
fn words(text: &[char]) -> Vec<&[char]> {
    let class = |c: &char| match c {
        c if c.is_alphanumeric() => 0,
        c if c.is_whitespace() => 1,
        _ => 2,
    };
    text.chunk_by(|a, b| class(a) == class(b) && class(a) < 2).collect()
}

fn lines(text: &[char]) -> Vec<&[char]> {
    text.split_inclusive(|c| *c == '\n').collect()
}

/// The pieces by a longest common subsequence; `None` when that is too much to compare.
fn between(a: &[&[char]], b: &[&[char]]) -> Option<Vec<Hunk>> {
    let width = b.len() + 1;
    let cells = (a.len() + 1)
        .checked_mul(width)
        .filter(|cells| *cells <= MAX_COMPARISONS)?;
    // longest[i][j]: what a[i..] and b[j..] have in common.
    let mut longest = vec![0_u32; cells];
    let at = |longest: &[u32], i: usize, j: usize| longest.get(i * width + j).copied().unwrap_or(0);
    for (i, from) in a.iter().enumerate().rev() {
        for (j, to) in b.iter().enumerate().rev() {
            let best = if from == to {
                at(&longest, i + 1, j + 1) + 1
            } else {
                at(&longest, i + 1, j).max(at(&longest, i, j + 1))
            };
            if let Some(cell) = longest.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let mut found: Vec<Hunk> = Vec::new();
    let (mut i, mut j, mut place, mut open) = (0, 0, 0, false);
    loop {
        let (from, to) = (a.get(i), b.get(j));
        let delete = match (from, to) {
            (None, None) => break,
            (Some(from), Some(to)) if from == to => {
                (i, j, place, open) = (i + 1, j + 1, place + from.len(), false);
                continue;
            }
            (Some(_), Some(_)) => at(&longest, i + 1, j) >= at(&longest, i, j + 1),
            (from, _) => from.is_some(),
        };
        if !open {
            let (old, new) = (place..place, String::new());
            found.push(Hunk { old, new });
            open = true;
        }
        let Some(hunk) = found.last_mut() else { break };
        if delete {
            place += from.map_or(0, |from| from.len());
            hunk.old.end = place;
            i += 1;
        } else {
            hunk.new.extend(to.into_iter().copied().flatten());
            j += 1;
        }
    }
    Some(found)
}

/// `base` as one side made it (`theirs`), with the pieces that lead from `base` to `mine` where they touch nothing of
/// theirs. Also how many pieces did touch and were left out.
pub fn merge(base: &str, mine: &str, theirs: &str) -> (String, usize) {
    let (wanted, standing) = (hunks(base, mine), hunks(base, theirs));
    let touches = |a: &Hunk, b: &Hunk| a.old.start <= b.old.end && b.old.start <= a.old.end;
    let (free, left): (Vec<Hunk>, Vec<Hunk>) = wanted
        .into_iter()
        .partition(|hunk| !standing.iter().any(|other| touches(hunk, other)));
    let mut all: Vec<Hunk> = free.into_iter().chain(standing).collect();
    all.sort_by_key(|hunk| hunk.old.start);
    (replaced(base, &all), left.len())
}

/// `text` with pieces replaced that stand in order.
fn replaced(text: &str, hunks: &[Hunk]) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    for hunk in hunks {
        out.extend(chars.get(at..hunk.old.start).unwrap_or(&[]));
        out.push_str(&hunk.new);
        at = hunk.old.end;
    }
    out.extend(chars.get(at..).unwrap_or(&[]));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_as_small_as_words_allow() {
        let found = hunks(
            "Free shipping to the EU until May.",
            "Free shipping to Norway until June.",
        );
        let said: Vec<(Range<usize>, &str)> = found.iter().map(|h| (h.old.clone(), h.new.as_str())).collect();
        assert_eq!(said.first(), Some(&(17..23, "Norway")), "{said:?}");
        assert_eq!(said.len(), 2);
        assert!(hunks("same", "same").is_empty());
    }

    #[test]
    fn pieces_lead_from_one_text_to_the_other() {
        let long = "word ".repeat(3_000);
        for (old, new) in [
            ("", "a"),
            ("a", ""),
            ("Größe 🧦", "Grösse 🧦🧦"),
            ("one\ntwo\nthree", "two\none\nthree"),
            (long.as_str(), "quite another"),
            (long.as_str(), &format!("x {long} y")),
        ] {
            assert_eq!(replaced(old, &hunks(old, new)), new);
        }
    }

    #[test]
    fn a_merge_keeps_both_where_they_do_not_touch() {
        assert_eq!(
            merge(
                "Boots are late.",
                "Boots were late.",
                "Red boots: Boots are late. Again."
            ),
            ("Red boots: Boots were late. Again.".into(), 0)
        );
        assert_eq!(
            merge("a b c", "a x c", "a y c"),
            ("a y c".into(), 1),
            "the other's stays"
        );
    }
}
