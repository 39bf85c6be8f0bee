//! Which character parts the cells: judged over many lines, because prose is full of commas.

use crate::records::Records;
use std::collections::BTreeMap;

/// Candidates, the likelier first.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Records that are looked at.
const LOOK: usize = 60;

/// The delimiter, and the first line after a `sep=;` line, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delimiter {
    /// The character, ASCII.
    pub byte: u8,
    /// Where the table begins.
    pub first_line: u64,
}

/// Judges a text.
pub(crate) fn judge(text: &str) -> Delimiter {
    if let Some(byte) = declared(text) {
        return Delimiter { byte, first_line: 2 };
    }
    let mut best = (0, CANDIDATES.len(), b',');
    for (rank, byte) in (0..CANDIDATES.len()).rev().zip(CANDIDATES) {
        let score = score(text, byte);
        if score > 0 && (score, rank) > (best.0, if best.0 == 0 { 0 } else { best.1 }) {
            best = (score, rank, byte);
        }
    }
    Delimiter {
        byte: best.2,
        first_line: 1,
    }
}

/// Excel's own line: `sep=;`.
fn declared(text: &str) -> Option<u8> {
    let first = text.lines().next()?.trim().trim_matches('"');
    let value = first
        .get(..4)
        .filter(|key| key.eq_ignore_ascii_case("sep="))
        .and(first.get(4..))?;
    match value.as_bytes() {
        [byte] if byte.is_ascii() => Some(*byte),
        [] => Some(b'\t').filter(|_| text.lines().next().is_some_and(|line| line.ends_with('\t'))),
        _ => None,
    }
}

/// Agreement first: the share of records with the most frequent width (in percent), then that width.
fn score(text: &str, byte: u8) -> u64 {
    let mut widths: BTreeMap<usize, u64> = BTreeMap::new();
    let mut records = 0_u64;
    for record in Records::new(text, byte).take(LOOK).filter(|record| !record.is_blank()) {
        records += 1;
        *widths.entry(record.cells.len()).or_default() += 1;
    }
    let common = widths
        .iter()
        .filter(|(width, _)| **width > 1)
        .max_by_key(|(width, count)| (**count, **width));
    let Some((width, count)) = common else { return 0 };
    // Two of five lines must agree, or a comma in prose makes a table.
    let agreement = count * 100 / records.max(1);
    if agreement < 40 {
        return 0;
    }
    agreement * (*width as u64).min(50)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_judged_over_many_lines() {
        let check = |text: &str, byte: u8, first_line: u64| {
            assert_eq!(judge(text), Delimiter { byte, first_line }, "{text}");
        };
        check("a,b,c\n1,2,3\n", b',', 1);
        check("a;b\n1,5;2\n1,6;3\n", b';', 1);
        check("a\tb\n\"x, y, z\"\t2\nq, r\t3\n", b'\t', 1);
        check("a|b|c\n1|2|3\n", b'|', 1);
        check("sep=;\na;b\n1;2\n", b';', 2);
        check("\"sep=,\"\na,b\n", b',', 2);
        check("id;text\n1;one, two, three\n2;four, five, six\n3;x\n", b';', 1);
        check("text\nhello\n", b',', 1);
    }
}
