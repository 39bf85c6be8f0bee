//! What moves by itself after an import: a complaint that fell quiet, one that is too loud to be answered one by one, and
//! reports that nobody has put under any complaint.
//!
//! Nothing here does anything. Each rule says when a window may offer something: closing, one answer for all, or sorting.
//! The bounds are the board's own settings; these are their defaults.

use crate::fields::board;
use crate::fold::RecordState;
use crate::states::ComplaintState;
use crate::time::{DAY_MS, Millis, WorkCalendar, start_of_day, utc_to_local};
use chrono::{Days, NaiveDate};

/// Days of 24 h without a report after which closing is offered (product W3).
const QUIET_DAYS: i64 = 14;
/// Reports in a day above which one answer is proposed (product S84).
const ONE_ANSWER_FROM: i64 = 25;
/// Working days that a report may wait for a complaint (product S76).
pub const UNLINKED_DAYS: u32 = 3;
/// Days looked at for the loudest one, the present one included.
pub const LOUD_DAYS: usize = 7;
/// Longest stretch without a working day that is looked through.
const LONGEST_REST: u64 = 7;

/// The bounds of a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Days without a report; 0: closing is never offered.
    pub quiet_days: i64,
    /// Reports in a day; 0: one answer is never proposed.
    pub one_answer_from: i64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            quiet_days: QUIET_DAYS,
            one_answer_from: ONE_ANSWER_FROM,
        }
    }
}

impl Bounds {
    /// As the board says, or by default.
    pub fn of_board(state: &RecordState) -> Self {
        let said = |field| state.get(field).as_int().filter(|days| *days >= 0);
        let default = Self::default();
        Self {
            quiet_days: said(board::QUIET).unwrap_or(default.quiet_days),
            one_answer_from: said(board::ONE_ANSWER).unwrap_or(default.one_answer_from),
        }
    }

    /// When an open complaint whose newest report is at `last` fell quiet; `None` while it is not.
    pub fn quiet_since(&self, state: ComplaintState, last: Option<Millis>, now: Millis) -> Option<Millis> {
        let since = last?.saturating_add(self.quiet_days.saturating_mul(DAY_MS));
        (self.quiet_days > 0 && state.is_open() && since <= now).then_some(since)
    }

    /// Reports of the loudest of some days, when there are too many of them to be answered one by one and nobody has
    /// written the one answer yet.
    pub fn too_many(&self, state: ComplaintState, is_answered: bool, days: &[i64; LOUD_DAYS]) -> Option<i64> {
        let loudest = days.iter().copied().max().unwrap_or(0);
        let is_loud = self.one_answer_from > 0 && loudest > self.one_answer_from;
        (is_loud && state.is_open() && !is_answered).then_some(loudest)
    }
}

/// A report of this time or an older one has waited for [`UNLINKED_DAYS`] working days. On a day of rest it is the end of
/// the last working day that counts back.
pub fn unlinked_before(now: Millis, calendar: &WorkCalendar) -> Millis {
    let local = utc_to_local(now, calendar.zone);
    let today = local.date();
    let mut date = today;
    for _ in 0..UNLINKED_DAYS {
        date = working_day_before(date, calendar);
    }
    if calendar.is_working_day(today) {
        crate::time::local_to_utc(date.and_time(local.time()), calendar.zone)
    } else {
        start_of_day(date, calendar.zone)
    }
}

fn working_day_before(date: NaiveDate, calendar: &WorkCalendar) -> NaiveDate {
    let mut days = (1..=LONGEST_REST).filter_map(|back| date.checked_sub_days(Days::new(back)));
    days.find(|day| calendar.is_working_day(*day)).unwrap_or(date)
}

#[cfg(test)]
mod tests;
