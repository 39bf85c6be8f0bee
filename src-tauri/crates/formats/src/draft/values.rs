//! One cell as a value: dates, numbers, yes and no, lists. What cannot be read is noted and left empty.

use super::{Making, cut_name};
use crate::date_text::{DateText, Day};
use crate::empty::is_empty;
use crate::lists;
use crate::model::{DateOrder, Preset};
use crate::numbers;
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
            .unwrap_or(self.drafter.zone);
        let at = DateText::parse(&text).and_then(|date| to_instant(date, judged.order, zone, is_end));
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
                let trello = self.drafter.preset == Preset::TrelloCsv;
                let item = if trello { lists::without_colour(&item) } else { item };
                if !item.is_empty() && !items.contains(&item) {
                    items.push(self.cut(item, *column));
                }
            }
        }
        items
    }
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
