//! One date as people and programs write it, read without deciding which of two numbers is the day.

use chrono::{NaiveDate, NaiveTime};

/// A date as it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateText {
    /// The day.
    pub day: Day,
    /// The time of day, when there is one.
    pub time: Option<NaiveTime>,
    /// Seconds east of UTC, when the text says so.
    pub offset: Option<i32>,
}

/// A day, or two numbers that may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// Written so that it reads one way.
    Plain(NaiveDate),
    /// `a/b/year`.
    Either {
        /// First number.
        a: u32,
        /// Second number.
        b: u32,
        /// Year.
        year: i32,
    },
}

/// Longest text looked at: `Wednesday, 30 September 2026 at 11:59:59.123456 PM +00:00` fits.
const MAX_LEN: usize = 64;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Zone letters with one meaning (RFC 5322 and Europe's two), hours east of UTC.
const ZONE_WORDS: [(&str, i32); 14] = [
    ("z", 0),
    ("utc", 0),
    ("gmt", 0),
    ("ut", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("cet", 1),
    ("cest", 2),
];

impl DateText {
    /// Reads `text`, or `None` when it is not a date of the years 1900 to 2199.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_LEN || !text.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        if let Some(stamp) = unix_stamp(text) {
            return Some(stamp);
        }
        let (date, clock) = split_clock(text);
        let (time, offset) = match clock {
            Some(clock) => {
                let (time, rest) = parse_clock(clock)?;
                (Some(time), parse_offset(rest)?)
            }
            None => (None, None),
        };
        Some(Self {
            day: parse_day(date)?,
            time,
            offset,
        })
    }
}

impl DateText {
    /// Midnight in UTC is how some tools write a day; taken literally it would shift by the zone.
    pub fn as_day_at_utc_midnight(self) -> Self {
        match self {
            Self {
                time: Some(NaiveTime::MIN),
                offset: Some(0),
                day,
            } => Self {
                day,
                time: None,
                offset: None,
            },
            other => other,
        }
    }
}

/// Ten digits are seconds, thirteen milliseconds since 1970.
fn unix_stamp(text: &str) -> Option<DateText> {
    if !text.bytes().all(|b| b.is_ascii_digit()) || !matches!(text.len(), 10 | 13) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let ms = if text.len() == 10 { number * 1_000 } else { number };
    let at = chrono::DateTime::from_timestamp_millis(ms)?.naive_utc();
    Some(DateText {
        day: Day::Plain(in_range(at.date())?),
        time: Some(at.time()),
        offset: Some(0),
    })
}

/// Cuts before the first `h:mm`, or before the compact `T090100`.
fn split_clock(text: &str) -> (&str, Option<&str>) {
    let bytes = text.as_bytes();
    let clock = text.find(':').map(|colon| {
        let digits = bytes
            .get(..colon)
            .unwrap_or_default()
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_digit())
            .count();
        colon - digits.min(2)
    });
    let compact = (bytes.get(8) == Some(&b'T')).then_some(9);
    let Some(at) = clock.or(compact) else {
        return (text, None);
    };
    let (Some(date), Some(clock)) = (text.get(..at), text.get(at..)) else {
        return (text, None);
    };
    let date = date.trim_end();
    let date = date.strip_suffix(" at").unwrap_or(date);
    (date.trim_end_matches(['T', 't', ' ', ',']), Some(clock))
}

fn in_range(date: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    (1900..2200).contains(&date.year()).then_some(date)
}

fn parse_day(text: &str) -> Option<Day> {
    let plain = |year, month, day| {
        NaiveDate::from_ymd_opt(year, month, day)
            .and_then(in_range)
            .map(Day::Plain)
    };
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return plain(
            text.get(..4)?.parse().ok()?,
            text.get(4..6)?.parse().ok()?,
            text.get(6..)?.parse().ok()?,
        );
    }
    let mut words: Vec<&str> = text
        .split(['/', '.', '-', ' ', ','])
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() == 4 && words.first().is_some_and(|word| is_weekday(word)) {
        words.remove(0);
    }
    let [first, second, third] = words.try_into().ok()?;
    match (month(first), month(second)) {
        (None, Some(month)) if first.len() == 4 => plain(number(first)? as i32, month, number(third)?),
        (None, Some(month)) => plain(year(third)?, month, ordinal(first)?),
        (Some(month), None) => plain(year(third)?, month, ordinal(second)?),
        (Some(_), Some(_)) => None,
        (None, None) if first.len() == 4 => plain(number(first)? as i32, number(second)?, number(third)?),
        (None, None) if text.contains('.') => plain(year(third)?, number(second)?, number(first)?),
        (None, None) => {
            let (a, b, year) = (number(first)?, number(second)?, year(third)?);
            let possible = (1..=31).contains(&a) && (1..=31).contains(&b) && (a <= 12 || b <= 12);
            (possible && (1900..2200).contains(&year)).then_some(Day::Either { a, b, year })
        }
    }
}

fn number(word: &str) -> Option<u32> {
    (word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit()))
        .then(|| word.parse().ok())
        .flatten()
}

/// `5`, `5th`, `22nd`.
fn ordinal(word: &str) -> Option<u32> {
    let suffix = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|suffix| word.strip_suffix(suffix));
    number(suffix.unwrap_or(word)).filter(|day| (1..=31).contains(day))
}

/// Four digits, or two: 69 to 99 are the last century (POSIX).
fn year(word: &str) -> Option<i32> {
    let year = number(word)? as i32;
    match (word.len(), year) {
        (4, year) => Some(year),
        (2, 0..=68) => Some(2000 + year),
        (2, year) => Some(1900 + year),
        _ => None,
    }
}

fn month(word: &str) -> Option<u32> {
    let word = word.to_ascii_lowercase();
    if word.len() < 3 || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let at = MONTHS
        .iter()
        .position(|name| name.starts_with(&word) || (word == "sept" && *name == "september"))?;
    u32::try_from(at + 1).ok()
}

fn is_weekday(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    word.len() >= 3 && days.iter().any(|day| day.starts_with(&word))
}

/// `9:01`, `09:01:02.345 PM`, `090102`; and what follows.
fn parse_clock(text: &str) -> Option<(NaiveTime, &str)> {
    let (mut parts, mut rest) = ([0_u32; 3], text);
    let compact = !text.contains(':');
    for (i, part) in parts.iter_mut().enumerate() {
        let digits: String = rest.chars().take(2).take_while(char::is_ascii_digit).collect();
        if digits.is_empty() || (i > 0 && digits.len() < 2) {
            return None;
        }
        *part = digits.parse().ok()?;
        rest = rest.get(digits.len()..)?;
        match rest.strip_prefix(':') {
            Some(more) if i < 2 => rest = more,
            _ if compact && i < 2 && rest.starts_with(|c: char| c.is_ascii_digit()) => {}
            _ if i > 0 => break,
            _ => return None,
        }
    }
    let mut ms = 0;
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let digits: String = fraction.chars().take_while(char::is_ascii_digit).collect();
        ms = format!("{digits:0<3}").get(..3)?.parse().ok()?;
        rest = fraction.get(digits.len()..)?;
    }
    let [mut hour, minute, second] = parts;
    rest = rest.trim_start();
    let half = rest.get(..2).map(str::to_ascii_lowercase);
    if let Some(half @ ("am" | "pm")) = half.as_deref() {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if half == "pm" { 12 } else { 0 };
        rest = rest.get(2..)?;
    }
    // A leap second is the last one of its minute here.
    Some((NaiveTime::from_hms_milli_opt(hour, minute, second.min(59), ms)?, rest))
}

/// Nothing, `Z`, `UTC`, `+02:00`, `-0700`, `+02`, `EST`; a name in parentheses after it is decoration.
fn parse_offset(text: &str) -> Option<Option<i32>> {
    let text = text.trim();
    let text = match text.split_once('(') {
        Some((before, inside)) if before.trim().is_empty() => inside.trim_end_matches(')').trim(),
        Some((before, _)) => before.trim(),
        None => text,
    };
    if text.is_empty() {
        return Some(None);
    }
    let lower = text.to_ascii_lowercase();
    if let Some((_, hours)) = ZONE_WORDS.iter().find(|(word, _)| *word == lower) {
        return Some(Some(hours * 3_600));
    }
    let signed = lower
        .strip_prefix("utc")
        .or(lower.strip_prefix("gmt"))
        .unwrap_or(&lower);
    let (sign, digits) = match (signed.strip_prefix('+'), signed.strip_prefix(['-', '−'])) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !matches!(digits.len(), 1 | 2 | 4) {
        return None;
    }
    let hours: i32 = digits.get(..digits.len().min(2))?.parse().ok()?;
    let minutes: i32 = digits
        .get(2..)
        .filter(|m| !m.is_empty())
        .map_or(Some(0), |m| m.parse().ok())?;
    (hours <= 14 && minutes < 60).then_some(Some(sign * (hours * 3_600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let Some(date) = DateText::parse(text) else {
            return "unreadable".into();
        };
        let day = match date.day {
            Day::Plain(day) => day.to_string(),
            Day::Either { a, b, year } => format!("{a}/{b}/{year}"),
        };
        let time = date
            .time
            .map(|t| format!(" {}", t.format("%H:%M:%S%.3f")))
            .unwrap_or_default();
        let offset = date.offset.map(|o| format!(" {o:+}")).unwrap_or_default();
        format!("{day}{}{offset}", time.replace(".000", ""))
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(shown(text), expected, "{text}");
    }

    #[test]
    fn plain_dates() {
        check("2023-01-19", "2023-01-19");
        check("2023-01-19 09:01", "2023-01-19 09:01:00");
        check("2023-01-19T09:01:02Z", "2023-01-19 09:01:02 +0");
        check("2026-06-27T13:37:00.000", "2026-06-27 13:37:00");
        check("2026-01-31T09:00:00.000Z", "2026-01-31 09:00:00 +0");
        check("2023-07-10 17:02:32 -0700", "2023-07-10 17:02:32 -25200");
        check("2023-07-10T17:02:32+05:30", "2023-07-10 17:02:32 +19800");
        check("2020-03-20 02:32:49.426", "2020-03-20 02:32:49.426");
        check("20230119", "2023-01-19");
        check("20230119T090100Z", "2023-01-19 09:01:00 +0");
        check("14/Jul/25 3:42 PM", "2025-07-14 15:42:00");
        check("12/Oct/26 12:00 AM", "2026-10-12 00:00:00");
        check("Jan 5, 2026", "2026-01-05");
        check("January 5th, 2026 at 12:30 pm", "2026-01-05 12:30:00");
        check("5 January 2026", "2026-01-05");
        check("Mon, 05 Jan 2026 10:00:00 +0000", "2026-01-05 10:00:00 +0");
        check("Jan 5, 2026 10:00 EST", "2026-01-05 10:00:00 -18000");
        check("02.01.2026", "2026-01-02");
        check("1689033752", "2023-07-11 00:02:32 +0");
    }

    #[test]
    fn dates_that_read_two_ways_stay_open() {
        check("6/21/2025 16:14", "6/21/2025 16:14:00");
        check("01/19/23", "1/19/2023");
        check("3-4-99", "3/4/1999");
        check("02/01/2012", "2/1/2012");
    }

    #[test]
    fn what_is_no_date_is_not_guessed() {
        for text in [
            "",
            "soon",
            "13/13/2026",
            "2026-02-30",
            "99999999",
            "1/2",
            "2026-01-01 25:00",
            "10:30",
            "5:00 PM",
            "32/1/2026",
            "0003-01-01",
            "2026-01-01 10:00 Mars",
            "1.5",
            "12",
            "Ünï 5, 2026",
            "5\u{301}:00",
            "2026-01-01 13:00 PM",
        ] {
            check(text, "unreadable");
        }
    }
}
