//! One cell as a value: dates, numbers, yes and no, lists. What cannot be read is noted and left empty.

use super::{Making, cut_name};
use crate::date_text::{DateText, Day};
use crate::empty::is_empty;
use crate::lists;
use crate::model::DateOrder;
use crate::numbers;
use crate::presets::Unit;
use crate::rows::Cell;
use chrono::{Days, NaiveDate};
use sidedesk_domain::Millis;
use sidedesk_domain::time::{self, Tz};

impl Making<'_, '_, '_> {
    /// `is_end`: a day without a time is then the last day, so the end is the next midnight.
    pub(super) fn instant(&mut self, column: usize, is_end: bool) -> Option<Millis> {
        if let Cell::At(at) = self.cell(column) {
            return Some(*at);
        }
        let text = self.cell(column).text();
        if is_empty(&text) {
            return None;
        }
        let judged = self.drafter.columns.get(column)?;
        let zone = self
            .drafter
            .headers
            .get(column)
            .and_then(|header| header.zone)
            .or(self.drafter.layout.habits.times_in_utc.then_some(Tz::UTC))
            .unwrap_or(self.drafter.zone);
        let mut date = DateText::parse(&text);
        if self.drafter.layout.habits.utc_midnight_is_a_day {
            date = date.map(DateText::as_day_at_utc_midnight);
        }
        let at = date.and_then(|date| to_instant(date, judged.order, zone, is_end));
        if at.is_none() {
            let shown = cut_name(text.trim());
            let message = format!(
                "\"{shown}\" in column \"{}\" is not a date; it was left empty",
                self.header(column)
            );
            self.ledger.note(self.row.line, message);
        }
        at
    }

    pub(super) fn number(&mut self, column: usize) -> Option<i64> {
        let text = self.cell(column).text();
        if is_empty(&text) {
            return None;
        }
        let number = numbers::parse(&text, self.drafter.columns.get(column)?.decimal);
        if number.is_none() {
            let shown = cut_name(text.trim());
            let message = format!(
                "\"{shown}\" in column \"{}\" is not a number; it was left empty",
                self.header(column)
            );
            self.ledger.note(self.row.line, message);
        }
        number
    }

    /// A length of time.
    pub(super) fn length(&mut self, column: usize, unit: Unit) -> Option<Millis> {
        let text = self.cell(column).text().trim().to_owned();
        let clock = (unit == Unit::Hours && text.contains(':')).then(|| hours_minutes_seconds(&text));
        match clock {
            Some(length) if length.is_none() => {
                let shown = cut_name(&text);
                let message = format!(
                    "\"{shown}\" in column \"{}\" is not a length of time; it was left empty",
                    self.header(column)
                );
                self.ledger.note(self.row.line, message);
                None
            }
            Some(length) => length,
            None if unit == Unit::Minutes => self.number(column)?.checked_mul(time::MINUTE_MS),
            None => {
                let decimal = self.drafter.columns.get(column)?.decimal;
                let hours: f64 = text.replace(decimal, ".").parse().ok()?;
                Some((hours * time::HOUR_MS as f64).round() as Millis)
            }
        }
    }

    pub(super) fn truth(&self, column: usize) -> Option<bool> {
        match self.cell(column).text().trim().to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "x" | "archived" | "closed" => Some(true),
            "false" | "no" | "n" | "0" => Some(false),
            _ => None,
        }
    }

    pub(super) fn items(&mut self, columns: &[usize]) -> Vec<String> {
        let mut items: Vec<String> = Vec::new();
        for column in columns {
            let found = match self.cell(*column) {
                Cell::List(items) => items.clone(),
                _ => {
                    let Some(separator) = self.drafter.columns.get(*column).map(|judged| judged.separator) else {
                        continue;
                    };
                    self.clean(*column)
                        .map(|text| lists::split(&text, separator))
                        .unwrap_or_default()
                }
            };
            for item in found {
                let item = if self.drafter.layout.habits.coloured_labels {
                    lists::without_colour(&item)
                } else {
                    item
                };
                if !item.is_empty() && !items.contains(&item) {
                    items.push(self.cut(item, *column));
                }
            }
        }
        items
    }
}

/// `5:30`, `12:34:56`, `120:05:10`: hours first, of any number.
fn hours_minutes_seconds(text: &str) -> Option<Millis> {
    let mut parts = text.split(':').map(|part| {
        let digits = (1..=6).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok()).flatten()
    });
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    let sound = minutes < 60 && seconds < 60 && parts.next().is_none();
    sound.then_some(hours * time::HOUR_MS + minutes * time::MINUTE_MS + seconds * 1_000)
}

fn to_instant(date: DateText, order: DateOrder, zone: Tz, is_end: bool) -> Option<Millis> {
    let day = match (date.day, order) {
        (Day::Plain(day), _) => day,
        (Day::Either { a, b, year }, DateOrder::DayFirst) => NaiveDate::from_ymd_opt(year, b, a)?,
        (Day::Either { a, b, year }, DateOrder::MonthFirst) => NaiveDate::from_ymd_opt(year, a, b)?,
    };
    match (date.time, date.offset) {
        (Some(clock), Some(offset)) => {
            let utc = day.and_time(clock).and_utc().timestamp_millis();
            Some(utc - i64::from(offset) * 1_000)
        }
        (Some(clock), None) => Some(time::local_to_utc(day.and_time(clock), zone)),
        (None, _) if is_end => Some(time::start_of_day(day.checked_add_days(Days::new(1))?, zone)),
        (None, _) => Some(time::start_of_day(day, zone)),
    }
}
