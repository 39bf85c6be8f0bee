//! One typed line becomes a card: `Free shipping EU 12–19 Dec @email #boots ^MK`.
//!
//! - `#` product · `@` channel · `~` region · `^` owner · `!1` to `!5` severity of a complaint. A value with blanks is
//!   written `#"Hiking boots"` or `#Hiking_boots`.
//! - Words that are exactly a region of the board are that region. Dates are read in a campaign's line only.
//! - **Nothing is guessed in silence**: whatever was understood is a [`Chip`] with its place in the line, and whatever was
//!   not stays in the title, as do the plain words of a region. Chips do not overlap, and title and chips together hold
//!   every character but blanks.
//!
//! Pure: what is on the board, the moment and the zone are parameters.

mod dates;
mod names;
mod tokens;

use crate::fields::Kind;
use crate::nearest::{distance, may_differ};
use crate::scope::normal_form;
use crate::time::{Millis, Tz};
use dates::Moment;

/// Chips of one line at most; what is typed behind them is title.
const MAX_CHIPS: usize = 50;
/// Near values shown for one chip.
const MAX_OTHERS: usize = 5;
/// Words of a region's name at most.
const REGION_WORDS: usize = 4;

/// Values that are on the board, as they are spelled there.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Products.
    pub product: Vec<String>,
    /// Channels.
    pub channel: Vec<String>,
    /// Regions.
    pub region: Vec<String>,
    /// Owners, and people.
    pub owner: Vec<String>,
}

/// A line, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quick {
    /// What was understood, in the order of the line.
    pub chips: Vec<Chip>,
    /// What is left, with single blanks.
    pub title: String,
}

/// Something that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// Where it begins in the line, in bytes.
    pub start: usize,
    /// Where it ends, exclusive.
    pub end: usize,
    /// The field it fills; `start` for a span too.
    pub field: &'static str,
    /// What it was understood as.
    pub value: ChipValue,
    /// Other values on the board that are near.
    pub others: Vec<String>,
    /// Plain words that are part of the name too: "Free shipping EU" stays that.
    pub in_title: bool,
}

/// What a chip was understood as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChipValue {
    /// A name, spelled as on the board when it is there.
    Text(String),
    /// 1 to 5.
    Severity(i64),
    /// Days or instants. Only the end is there after "until".
    Span {
        /// First instant.
        from: Option<Millis>,
        /// First instant after it.
        until: Option<Millis>,
    },
}

/// Reads a line for a new campaign or complaint.
pub fn read(kind: Kind, line: &str, known: &Known, now: Millis, zone: Tz) -> Quick {
    let words = words(line);
    let mut chips = sigils(kind, line, &words, known);
    if kind == Kind::Campaign {
        chips.extend(date(line, &words, &chips, Moment { now, zone }));
    }
    let regions = regions(line, &words, &chips, known);
    chips.extend(regions);
    chips.sort_by_key(|chip| chip.start);
    chips.truncate(MAX_CHIPS);
    Quick {
        title: title(line, &chips),
        chips,
    }
}

/// Where each word begins and ends.
fn words(line: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in line.char_indices() {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                words.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| (from, line.len())));
    words
}

/// Chips that begin with a sign. A sign counts at the beginning of a word only: `a@b.com` is text.
fn sigils(kind: Kind, line: &str, words: &[(usize, usize)], known: &Known) -> Vec<Chip> {
    let mut chips: Vec<Chip> = Vec::new();
    for (start, word_end) in words {
        let covered = chips.last().is_some_and(|chip| chip.end > *start);
        if covered || chips.len() >= MAX_CHIPS {
            continue;
        }
        let word = line.get(*start..*word_end).unwrap_or("");
        let (field, values) = match word.chars().next() {
            Some('#') => ("product", &known.product),
            Some('@') => ("channel", &known.channel),
            Some('~') => ("region", &known.region),
            Some('^') => ("owner", &known.owner),
            Some('!') if kind == Kind::Complaint => {
                let taken = chips.iter().any(|chip| chip.field == "severity");
                chips.extend(severity(word, *start).filter(|_| !taken));
                continue;
            }
            _ => continue,
        };
        // One person is accountable: a second one is text.
        if field == "owner" && chips.iter().any(|chip| chip.field == field) {
            continue;
        }
        let Some((typed, end)) = value(line, *start + 1, *word_end) else {
            continue;
        };
        let Some(text) = spelled(&typed, values, field) else {
            continue;
        };
        chips.push(Chip {
            start: *start,
            end,
            field,
            others: others(&typed, &text, values),
            value: ChipValue::Text(text),
            in_title: false,
        });
    }
    chips
}

fn severity(word: &str, start: usize) -> Option<Chip> {
    let digit = word.strip_prefix('!')?.trim_end_matches([',', ';', '.']);
    let level: i64 = digit
        .parse()
        .ok()
        .filter(|level| (1..=5).contains(level) && digit.len() == 1)?;
    let others = (1..=5).filter(|other| *other != level).map(|other| other.to_string());
    Some(Chip {
        start,
        end: start + word.len(),
        field: "severity",
        value: ChipValue::Severity(level),
        others: others.collect(),
        in_title: false,
    })
}

/// The value behind a sign, and where it ends: a word, or what stands in quotes. A quote that nobody closed yet reaches to
/// the end of the line.
fn value(line: &str, start: usize, word_end: usize) -> Option<(String, usize)> {
    let rest = line.get(start..)?;
    for (open, close) in [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»')] {
        let Some(inside) = rest.strip_prefix(open) else {
            continue;
        };
        let from = start + open.len_utf8();
        let (text, end) = match inside.split_once(close) {
            Some((text, _)) => (text, from + text.len() + close.len_utf8()),
            None => (inside, line.len()),
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        return (!text.is_empty()).then_some((text, end));
    }
    let typed = line
        .get(start..word_end)?
        .trim_end_matches([',', ';', '.', ':', '!', '?', ')']);
    typed
        .chars()
        .any(char::is_alphanumeric)
        .then(|| (typed.to_owned(), word_end))
}

/// As the board spells it; else as it was typed, with blanks for underscores. A bare number that is not on the board is an
/// order's or a rank, not a name.
fn spelled(typed: &str, known: &[String], field: &str) -> Option<String> {
    let spaced = typed.replace('_', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = [normal_form(typed), normal_form(&spaced)];
    let found = known.iter().find(|value| wanted.contains(&normal_form(value)));
    match found {
        Some(value) => Some(value.clone()),
        None if field == "product" && spaced.bytes().all(|b| b.is_ascii_digit()) => None,
        None => Some(spaced).filter(|text| !text.is_empty()),
    }
}

/// Other known values: those that go on as typed first, then those with a few wrong letters.
fn others(typed: &str, chosen: &str, known: &[String]) -> Vec<String> {
    let typed = normal_form(&typed.replace('_', " "));
    let chosen = normal_form(chosen);
    let most = may_differ(&typed);
    let rank = |value: &String| {
        let normal = normal_form(value);
        if normal == chosen {
            return None;
        }
        if normal.starts_with(&typed) {
            return Some(0);
        }
        if normal.split(' ').any(|word| word.starts_with(&typed)) {
            return Some(1);
        }
        let apart = distance(&typed, &normal);
        (apart <= most).then_some(1 + apart)
    };
    let mut near: Vec<(usize, &String)> = known.iter().filter_map(|value| Some((rank(value)?, value))).collect();
    near.sort();
    near.into_iter()
        .take(MAX_OTHERS)
        .map(|(_, value)| value.clone())
        .collect()
}

fn is_free(chips: &[Chip], start: usize, end: usize) -> bool {
    chips.iter().all(|chip| end <= chip.start || chip.end <= start)
}

/// The line's date or span: the first that says a day or a month, else the first weekday.
fn date(line: &str, words: &[(usize, usize)], chips: &[Chip], moment: Moment) -> Option<Chip> {
    let mut weekday = None;
    let mut before = "";
    for (start, end) in words {
        let read = dates::read(line, *start, before, moment).filter(|read| is_free(chips, *start, read.end));
        before = line.get(*start..*end).unwrap_or("");
        let Some(read) = read else { continue };
        let chip = Chip {
            start: *start,
            end: read.end,
            field: if read.from.is_some() { "start" } else { "end" },
            value: ChipValue::Span {
                from: read.from,
                until: read.until,
            },
            others: Vec::new(),
            in_title: false,
        };
        if read.explicit {
            return Some(chip);
        }
        weekday = weekday.or(Some(chip));
    }
    weekday
}

/// Words that are, letter by letter, a region of the board.
fn regions(line: &str, words: &[(usize, usize)], chips: &[Chip], known: &Known) -> Vec<Chip> {
    let mut found: Vec<Chip> = Vec::new();
    for (at, (start, _)) in words.iter().enumerate() {
        if found.last().is_some_and(|chip| chip.end > *start) || found.len() + chips.len() >= MAX_CHIPS {
            continue;
        }
        let longest_first = (1..=REGION_WORDS).rev();
        let chip = longest_first
            .filter_map(|count| words.get(at + count - 1))
            .find_map(|(_, end)| {
                let text = line.get(*start..*end)?;
                let name = text.trim_end_matches([',', ';']);
                let region = known.region.iter().find(|region| region.as_str() == name)?;
                is_free(chips, *start, *end).then(|| Chip {
                    start: *start,
                    end: *end,
                    field: "region",
                    value: ChipValue::Text(region.clone()),
                    others: others(name, region, &known.region),
                    in_title: true,
                })
            });
        found.extend(chip);
    }
    found
}

/// Everything outside of the chips, with single blanks.
fn title(line: &str, chips: &[Chip]) -> String {
    let mut left = String::new();
    let mut at = 0;
    for chip in chips.iter().filter(|chip| !chip.in_title) {
        left.push_str(line.get(at..chip.start).unwrap_or(""));
        left.push(' ');
        at = chip.end;
    }
    left.push_str(line.get(at..).unwrap_or(""));
    left.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
