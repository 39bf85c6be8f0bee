//! Dates in a typed line: `12–19 Dec`, `Dec 12-19 2026`, `12.–19. Dez`, `2026-12-12`, `Sat-Mon`, `tomorrow 15:00`.
//!
//! A point of time may be half said: in `12–19 Dec` the first day has its month from the second. What reads two ways, such
//! as `3/4`, is no date here, and what is none stays text.

use super::names::{Sure, ends};
use super::tokens::{Placed, Token, tokens};
use crate::time::{Millis, Tz, local_to_utc, start_of_day, utc_to_local};
use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};

/// Years ahead that a written year may lie; beyond it the number is something else.
const YEARS_AHEAD: i32 = 10;

/// A date or a span that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Read {
    /// Where it ends in the line, in bytes.
    pub end: usize,
    pub from: Option<Millis>,
    /// First instant after it, when its end was said.
    pub until: Option<Millis>,
    /// A month, a number, "tomorrow": more than the name of a weekday.
    pub explicit: bool,
}

/// A point of time, as far as it was said.
#[derive(Debug, Clone, Copy, Default)]
struct Point {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<i32>,
    /// "Dec 12": a number behind the dash is another day of it.
    month_first: bool,
    /// Said whole: an ISO date, a weekday, tomorrow.
    date: Option<NaiveDate>,
    sure: Option<Sure>,
    time: Option<NaiveTime>,
    /// "22:00-02:00": the morning after.
    next_day: bool,
}

/// What "now" is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub now: Millis,
    pub zone: Tz,
}

impl Moment {
    fn today(self) -> NaiveDate {
        utc_to_local(self.now, self.zone).date()
    }
}

/// A date that begins at byte `start` of the line, which is the beginning of a word. `before` is the word before it.
pub(super) fn read(line: &str, start: usize, before: &str, moment: Moment) -> Option<Read> {
    let tokens = tokens(line, start, before);
    let mut at = 0;
    let announced = matches!(tokens.first(), Some((Token::Announce, _)));
    let first_word = line
        .get(start..)?
        .split_whitespace()
        .next()
        .unwrap_or("")
        .to_lowercase();
    let only_end = ends(&first_word) && matches!(tokens.first(), Some((Token::Join, _)));
    while matches!(tokens.get(at), Some((Token::Announce, _))) || (only_end && at == 0) {
        at += 1;
    }
    let (first, after_first) = point(&tokens, at, moment)?;
    if only_end {
        let (first, after_first) = with_time(first, &tokens, after_first);
        let day = resolved(first, moment)?;
        return Some(Read {
            end: ended(line, &tokens, after_first)?,
            from: None,
            until: Some(until(first, day, moment.zone)?),
            explicit: true,
        });
    }
    let (first, after_first) = with_time(first, &tokens, after_first);
    let span = second(&tokens, after_first, first, moment);
    if let Some((last, after)) = span
        && let Some((from, to)) = resolved_span(first, last, moment)
        && let Some(end) = ended(line, &tokens, after)
    {
        return Some(Read {
            end,
            from: Some(instant(first, from, moment.zone)),
            until: Some(until(last, to, moment.zone)?),
            explicit: first.sure.is_none() || last.sure.is_none(),
        });
    }
    let end = ended(line, &tokens, after_first)?;
    let enough = match first.sure {
        None | Some(Sure::Quite) => true,
        Some(_) if first.time.is_some() => true,
        Some(Sure::Somewhat) => announced || stands_alone(line, end),
        Some(Sure::Alone) => stands_alone(line, end),
        Some(Sure::Hardly) => announced,
    };
    let day = resolved(first, moment).filter(|_| enough)?;
    Some(Read {
        end,
        from: Some(instant(first, day, moment.zone)),
        until: None,
        explicit: first.sure.is_none(),
    })
}

/// The other end of a span, said as a day or only as a time of the same day.
fn second(tokens: &[Placed], at: usize, first: Point, moment: Moment) -> Option<(Point, usize)> {
    if !matches!(tokens.get(at), Some((Token::Join, _))) {
        return None;
    }
    if let (Some((Token::Time(time), _)), Some(begun)) = (tokens.get(at + 1), first.time) {
        let last = Point {
            time: Some(*time),
            next_day: *time <= begun,
            ..first
        };
        return Some((last, at + 2));
    }
    let (mut last, mut after) = point(tokens, at + 1, moment)?;
    // "Dec 12-19, 2026".
    if first.month_first && last.day.is_some() && last.month.is_none() {
        let behind = after + usize::from(matches!(tokens.get(after), Some((Token::Comma, _))));
        if let Some(year) = tokens.get(behind).and_then(|(token, _)| year(*token, moment)) {
            (last.year, after) = (Some(year), behind + 1);
        }
    }
    Some(with_time(last, tokens, after))
}

/// Nothing follows that a short weekday could be part of.
fn stands_alone(line: &str, end: usize) -> bool {
    let rest = line.get(end..).unwrap_or("").trim_start();
    rest.is_empty() || rest.starts_with(['#', '@', '^', '~', '!'])
}

/// One point, without its time of day.
fn point(tokens: &[Placed], at: usize, moment: Moment) -> Option<(Point, usize)> {
    let whole = |date| Point {
        date: Some(date),
        ..Point::default()
    };
    match tokens.get(at)?.0 {
        Token::Iso(date) => Some((whole(date), at + 1)),
        Token::Relative(days) => Some((whole(moment.today().checked_add_days(Days::new(days))?), at + 1)),
        Token::Weekday(day, sure) => {
            // "Sat 12 Dec": the number says it.
            let next = if matches!(tokens.get(at + 1), Some((Token::Comma, _))) {
                at + 2
            } else {
                at + 1
            };
            if let Some((point, after)) = day_and_month(tokens, next, moment).filter(|(point, _)| point.month.is_some())
            {
                return Some((point, after));
            }
            let point = Point {
                sure: Some(sure),
                ..whole(coming(moment.today(), day)?)
            };
            Some((point, at + 1))
        }
        _ => day_and_month(tokens, at, moment),
    }
}

/// The first such day after today.
fn coming(today: NaiveDate, day: Weekday) -> Option<NaiveDate> {
    let ahead = (7 + day.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    today.checked_add_days(Days::new(if ahead == 0 { 7 } else { u64::from(ahead) }))
}

/// `12`, `12.`, `12 Dec`, `12. Dez`, `Dec 12`, `12.12.`, each with a year behind it or not.
fn day_and_month(tokens: &[Placed], at: usize, moment: Moment) -> Option<(Point, usize)> {
    let token = |at: usize| tokens.get(at).map(|(token, _)| *token);
    let (mut point, mut after) = match (token(at)?, token(at + 1)) {
        (
            Token::Month(month),
            Some(Token::Number {
                value, digits: 1..=2, ..
            }),
        ) => (
            Point {
                day: Some(value),
                month: Some(month),
                month_first: true,
                ..Point::default()
            },
            at + 2,
        ),
        (
            Token::Number {
                value, digits: 1..=2, ..
            },
            Some(Token::Month(month)),
        ) => (
            Point {
                day: Some(value),
                month: Some(month),
                ..Point::default()
            },
            at + 2,
        ),
        (
            Token::Number {
                value,
                digits: 1..=2,
                dot: true,
            },
            Some(Token::Number {
                value: month,
                digits: 1..=2,
                dot: true,
            }),
        ) => (
            Point {
                day: Some(value),
                month: Some(month),
                ..Point::default()
            },
            at + 2,
        ),
        (
            Token::Number {
                value, digits: 1..=2, ..
            },
            _,
        ) => (
            Point {
                day: Some(value),
                ..Point::default()
            },
            at + 1,
        ),
        _ => return None,
    };
    if point.month.is_some() {
        let behind = if token(after) == Some(Token::Comma) {
            after + 1
        } else {
            after
        };
        if let Some(year) = token(behind).and_then(|token| year(token, moment)) {
            (point.year, after) = (Some(year), behind + 1);
        }
    }
    Some((point, after))
}

fn year(token: Token, moment: Moment) -> Option<i32> {
    let this = moment.today().year();
    match token {
        Token::Number { value, digits: 4, .. } => {
            let year = i32::try_from(value).ok()?;
            (this - 1..=this + YEARS_AHEAD).contains(&year).then_some(year)
        }
        _ => None,
    }
}

fn with_time(point: Point, tokens: &[Placed], at: usize) -> (Point, usize) {
    let token = |at: usize| tokens.get(at).map(|(token, _)| *token);
    let behind = match token(at) {
        Some(Token::At | Token::Comma) => at + 1,
        _ => at,
    };
    match token(behind) {
        Some(Token::Time(time)) if point.month.is_some() || point.date.is_some() => {
            let point = Point {
                time: Some(time),
                ..point
            };
            (point, behind + 1)
        }
        _ => (point, at),
    }
}

/// The date of a point that was said whole. Without a year it is not in the past.
fn resolved(point: Point, moment: Moment) -> Option<NaiveDate> {
    if point.date.is_some() {
        return point.date;
    }
    let (day, month) = (point.day?, point.month?);
    match point.year {
        Some(year) => NaiveDate::from_ymd_opt(year, month, day),
        None => first_from(moment.today(), month, day),
    }
}

/// The first such day from `from` on; 29 February may be years ahead.
fn first_from(from: NaiveDate, month: u32, day: u32) -> Option<NaiveDate> {
    (from.year()..=from.year() + 8)
        .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
        .find(|date| *date >= from)
}

/// Both ends, each lending the other what it does not say. A span that is not over yet is this year's.
fn resolved_span(first: Point, last: Point, moment: Moment) -> Option<(NaiveDate, NaiveDate)> {
    if let (Some(from), Some(to)) = (first.date, last.date) {
        // "Sat-Mon": the Monday after that Saturday.
        let to = if to < from && last.sure.is_some() {
            to.checked_add_days(Days::new(7))?
        } else {
            to
        };
        return (from <= to).then_some((from, to));
    }
    if let Some(to) = last.date {
        let from = resolved(first, moment)?;
        return (from <= to).then_some((from, to));
    }
    if let Some(from) = first.date {
        let (day, month) = (last.day?, last.month?);
        let to = match last.year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day)?,
            None => first_from(from, month, day)?,
        };
        return (from <= to).then_some((from, to));
    }
    // "12 Dec - 25 off" says nothing about a 25th.
    let to_month = last.month.or(first.month.filter(|_| first.month_first))?;
    let from_month = first.month.or(last.month)?;
    let (from_day, to_day) = (first.day?, last.day?);
    let crosses = (to_month, to_day) < (from_month, from_day);
    let to = match last.year.or(first.year.map(|year| year + i32::from(crosses))) {
        Some(year) => NaiveDate::from_ymd_opt(year, to_month, to_day)?,
        None => first_from(moment.today(), to_month, to_day)?,
    };
    let from_year = first.year.unwrap_or(to.year() - i32::from(crosses));
    let from = NaiveDate::from_ymd_opt(from_year, from_month, from_day)?;
    (from <= to).then_some((from, to))
}

fn instant(point: Point, day: NaiveDate, zone: Tz) -> Millis {
    match point.time {
        Some(time) => local_to_utc(day.and_time(time), zone),
        None => start_of_day(day, zone),
    }
}

/// A last day counts whole: it is over at the midnight after it.
fn until(point: Point, day: NaiveDate, zone: Tz) -> Option<Millis> {
    match point.time {
        Some(time) if point.next_day => Some(local_to_utc(day.checked_add_days(Days::new(1))?.and_time(time), zone)),
        Some(time) => Some(local_to_utc(day.and_time(time), zone)),
        None => Some(start_of_day(day.checked_add_days(Days::new(1))?, zone)),
    }
}

/// Where the date ends in the line: behind token `count − 1`, which must end a word.
fn ended(line: &str, tokens: &[Placed], count: usize) -> Option<usize> {
    let end = tokens.get(count.checked_sub(1)?)?.1;
    let rest = line.get(end..)?;
    let stop = rest.strip_prefix([',', ';', '.', ')', ':']).unwrap_or(rest);
    let whole = stop.is_empty() || stop.starts_with(char::is_whitespace);
    whole.then(|| end + (rest.len() - stop.len()))
}
