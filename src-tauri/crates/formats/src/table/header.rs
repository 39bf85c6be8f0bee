//! Which of the first records is the header.

use crate::headers::Header;
use crate::presets;
use crate::records::Record;

/// The likeliest header among the first records: many names, known ones above all, and no numbers; the earliest of
/// equals.
pub(super) fn pick_header<'r, 'a>(records: &'r [Record<'a>], wanted: &[String]) -> Option<&'r Record<'a>> {
    let usual = records.iter().map(|record| record.width()).max()?;
    let mut best: Option<(i64, &Record<'a>)> = None;
    for record in records {
        let names: Vec<Header> = record
            .cells
            .iter()
            .filter(|c| !c.trim().is_empty())
            .map(|c| Header::new(c))
            .collect();
        if names.is_empty() || names.len() * 2 < usual {
            continue;
        }
        let known = names.iter().filter(|name| presets::is_known(&name.normal)).count() as i64;
        let asked = names.iter().filter(|name| wanted.contains(&name.normal)).count() as i64;
        let odd = names.iter().filter(|name| !is_name_like(&name.raw)).count() as i64;
        let score = asked * 1_000 + known * 10 + names.len() as i64 - odd * 12;
        if best.is_none_or(|(best, _)| score > best) {
            best = Some((score, record));
        }
    }
    best.map(|(_, record)| record)
}

/// Short, and with a letter: numbers, dates and addresses are data.
fn is_name_like(cell: &str) -> bool {
    cell.len() <= 100
        && cell.chars().any(char::is_alphabetic)
        && !cell.starts_with("http")
        && !cell.starts_with(|c: char| c.is_ascii_digit())
        && !cell.contains('\n')
}
