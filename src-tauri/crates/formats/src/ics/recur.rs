//! Repeated events: which dates fall into the window.
//!
//! Rules are worked out on the wall clock (in a UTC that only stands for it) and each date is turned into an instant
//! afterwards, so 10:00 stays 10:00 across a change of the clocks, and no machine's own zone is ever asked.

use super::event::Event;
use super::old_rules;
use super::values::When;
use crate::ledger::Ledger;
use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use rrule::{RRule, RRuleSet, Unvalidated};
use sidedesk_domain::Millis;
use sidedesk_domain::time::{self, Tz};

/// Dates of one event at most.
pub(crate) const MAX_OCCURRENCES: usize = 400;

/// Dates worked out for one event at most: daily for a century.
const MAX_STEPS: usize = 40_000;

/// What a rule costs that runs dry without an end of its own: the library has then tried this often in vain.
const DRY_STEPS: usize = 100_000;

/// Dates worked out for one file at most; beyond that, events keep their first date.
const MAX_STEPS_PER_FILE: usize = 2_000_000;

/// Whole months before and after the one of `now`: 24 with it.
const MONTHS_BACK: u32 = 3;
const MONTHS_AHEAD: u32 = 20;

/// From the first instant of the third month before `now` to the end of the twentieth after it, in UTC.
pub(crate) fn window(now: Millis) -> (Millis, Millis) {
    let today = time::utc_to_local(now, Tz::UTC).date();
    let month = NaiveDate::from_ymd_opt(today.year(), today.month(), 1).unwrap_or(today);
    let start = |day: Option<NaiveDate>, otherwise| day.map_or(otherwise, |day| time::start_of_day(day, Tz::UTC));
    (
        start(month.checked_sub_months(Months::new(MONTHS_BACK)), Millis::MIN),
        start(month.checked_add_months(Months::new(MONTHS_AHEAD + 1)), Millis::MAX),
    )
}

/// Steps left for the file.
pub(crate) struct Budget {
    steps: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            steps: MAX_STEPS_PER_FILE,
        }
    }
}

impl Budget {
    /// From now on every event keeps only its first date.
    pub fn exhaust(&mut self) {
        self.steps = 0;
    }
}

/// The dates of a repeated event that lie in the window and are free (no entry of their own); the first free one when
/// none lies there. Empty only when no date is free.
pub(crate) fn expand(
    event: &Event,
    start: When,
    window: (Millis, Millis),
    budget: &mut Budget,
    ledger: &mut Ledger,
    is_free: &dyn Fn(When) -> bool,
) -> Vec<When> {
    let mut locals = rule_dates(event, start, window.1, budget, ledger);
    if event.rules.is_empty() {
        locals.push(start.local);
    }
    locals.extend(event.dates.iter().map(|date| local_in(*date, start)));
    locals.sort_unstable();
    locals.dedup();
    let excluded = |when: When| {
        event.except.iter().any(|except| match except.whole_day {
            true => except.local.date() == when.local.date(),
            false => except.at() == when.at() || (when.whole_day && except.local.date() == when.local.date()),
        })
    };
    let all = locals.into_iter().map(|local| start.with_local(local));
    let free: Vec<When> = all.filter(|when| !excluded(*when) && is_free(*when)).collect();
    let inside = |when: &&When| (window.0..window.1).contains(&when.at());
    let count = free.iter().filter(inside).count();
    if count > MAX_OCCURRENCES {
        let message =
            format!("The event repeats {count} times in 24 months; the first {MAX_OCCURRENCES} dates were taken");
        ledger.note(event.line, message);
    }
    if count == 0 {
        return free.into_iter().take(1).collect();
    }
    free.iter().filter(inside).take(MAX_OCCURRENCES).copied().collect()
}

/// What the event's own clock shows at another date.
fn local_in(date: When, start: When) -> NaiveDateTime {
    match (date.whole_day, start.whole_day) {
        (true, false) => date.local.date().and_time(start.local.time()),
        (_, true) => date.local.date().and_time(NaiveTime::MIN),
        (false, false) => time::utc_to_local(date.at(), start.zone),
    }
}

fn rule_dates(
    event: &Event,
    start: When,
    until: Millis,
    budget: &mut Budget,
    ledger: &mut Ledger,
) -> Vec<NaiveDateTime> {
    let mut dates = Vec::new();
    let last = time::utc_to_local(until, start.zone);
    for rule in &event.rules {
        let Some(set) = parse_rule(rule, start) else {
            let shown: String = rule.chars().take(60).collect();
            ledger.note(
                event.line,
                format!("The rule \"{shown}\" is not understood; only the first date was taken"),
            );
            dates.push(start.local);
            continue;
        };
        let allowed = MAX_STEPS.min(budget.steps);
        if allowed == 0 {
            ledger.note(
                event.line,
                "The file repeats too much to work out; only the first date was taken",
            );
            dates.push(start.local);
            continue;
        }
        let (mut steps, mut dry) = (0, true);
        for date in &set {
            let local = date.naive_utc();
            if local >= last && !dates.is_empty() {
                dry = false;
                break;
            }
            if steps >= allowed {
                ledger.note(
                    event.line,
                    "The event repeats too often to work out; only its first date was taken",
                );
                dates.truncate(1);
                dry = false;
                break;
            }
            dates.push(local);
            steps += 1;
        }
        let rule = old_rules::translated(rule).unwrap_or_else(|| rule.clone());
        let ends = rule.to_ascii_uppercase().contains("COUNT=") || rule.to_ascii_uppercase().contains("UNTIL=");
        let cost = if dry && (!ends || steps == 0) { DRY_STEPS } else { steps };
        budget.steps = budget.steps.saturating_sub(cost);
        if dates.is_empty() {
            dates.push(start.local);
        }
    }
    dates
}

/// The rule on the event's wall clock. UNTIL is written in UTC, as a date, or floating: all become wall-clock time.
fn parse_rule(rule: &str, start: When) -> Option<RRuleSet> {
    // The library cuts week days by bytes and stops the program inside a letter of two; no rule that holds has one.
    if !rule.is_ascii() {
        return None;
    }
    let old = old_rules::translated(rule);
    let rule = old.as_deref().unwrap_or(rule);
    let mut parts: Vec<String> = Vec::new();
    let mut until = None;
    for part in rule.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((key, value)) if key.eq_ignore_ascii_case("UNTIL") => until = Some(until_local(value, start)?),
            Some(_) => parts.push(part.to_ascii_uppercase()),
            None => return None,
        }
    }
    if let Some(until) = until {
        // A rule that ends before it starts has its first date all the same.
        parts.push(format!("UNTIL={}Z", until.max(start.local).format("%Y%m%dT%H%M%S")));
    }
    let rule: RRule<Unvalidated> = parts.join(";").parse().ok()?;
    let from = rrule::Tz::UTC.from_utc_datetime(&start.local);
    let rule = rule.validate(from).ok()?;
    Some(RRuleSet::new(from).rrule(rule).limit())
}

fn until_local(value: &str, start: When) -> Option<NaiveDateTime> {
    let when = When::parse(value, Some(start.zone), start.zone)?;
    if when.whole_day || start.whole_day {
        return when.local.date().and_hms_opt(23, 59, 59);
    }
    Some(time::utc_to_local(when.at(), start.zone))
}
