//! Calendars: iCalendar and vCalendar 1.0, one file or several glued together.
//!
//! A row is a VEVENT. A repeated event is expanded for 24 calendar months (three back, this one, twenty ahead), at most
//! [`recur::MAX_OCCURRENCES`] dates; its first date in the window is the row's draft, the others are `extra`. An event
//! whose dates all lie outside keeps its first one, so no event vanishes. An entry with RECURRENCE-ID replaces that date
//! of its series; a series whose every date is replaced is skipped, and says so.
//!
//! The source id is the UID, and for a date of a series `UID/20261225` or `UID/20261225T083000Z`: the date it was
//! *meant* for, so a moved date stays the same record.
//!
//! Of several versions of one entry the one with the highest SEQUENCE, then the latest LAST-MODIFIED, is read; the others
//! are skipped, and say so.
//!
//! A bad line costs itself, never the file: calendar programs that drop the whole feed taught us so (product §7.3).

mod event;
mod lines;
mod old_rules;
mod recur;
mod values;
mod zones;

use crate::MAX_ROWS;
use crate::csv_text::OWN_COLUMN;
use crate::error::FormatError;
use crate::headers::Header;
use crate::ledger::Ledger;
use crate::model::ReadOptions;
use crate::opening::Opened;
use crate::presets::Preset;
use crate::rows::{Cell, Row, Source};
use event::Event;
use lines::Line;
use recur::Budget;
use sidedesk_domain::Millis;
use std::collections::{HashMap, HashSet};
use zones::Zones;

/// The columns, named as the properties they come from.
const COLUMNS: [&str; 11] = [
    "UID",
    "SUMMARY",
    "DTSTART",
    "DTEND",
    "TZID",
    "DESCRIPTION",
    "LOCATION",
    "CATEGORIES",
    "STATUS",
    "ORGANIZER",
    "URL",
];

/// Calendar entries that are not events.
const NOT_EVENTS: [(&str, &str); 3] = [
    ("VTODO", "to-dos"),
    ("VJOURNAL", "journal entries"),
    ("VFREEBUSY", "busy times"),
];

/// Reads a calendar. Content lines are unfolded as bytes, because folding cuts characters in two.
pub(crate) fn open(
    file: &str,
    bytes: &[u8],
    options: &ReadOptions,
    ledger: &mut Ledger,
) -> Result<Opened<'static>, FormatError> {
    let mut skipped = 0;
    let calendar = Calendar::read(bytes, ledger, &mut skipped);
    if calendar.events.is_empty() && skipped == 0 {
        return Err(FormatError::NoEvents { file: file.to_owned() });
    }
    let zones = Zones::new(calendar.zone_hints, options.zone);
    let mut events: Vec<Event> = Vec::new();
    for lines in calendar.events {
        events.push(Event::new(lines, &zones, ledger));
    }
    let series = Series::of(&events);
    // A calendar that this program wrote.
    let own = events.iter().any(|event| !event.own_id.is_empty());
    let mut budget = Budget::default();
    let mut rows: Vec<Row<'static>> = Vec::new();
    let newest = series.newest(&events);
    for event in &events {
        if let Some(newer) = newest
            .get(&series.name_of(event))
            .filter(|newer| newer.version > event.version)
        {
            skipped += 1;
            let message = format!("A newer version of this event begins in line {}", newer.line);
            ledger.skip(event.line, message);
            continue;
        }
        if rows.len() as u64 >= MAX_ROWS {
            budget.exhaust();
        }
        let dates = series.dates_of(event, recur::window(options.now), &mut budget, ledger);
        if dates.is_empty() {
            skipped += 1;
            ledger.skip(event.line, "Every date of this series has its own entry in the file");
        }
        for (index, (source_id, start, end)) in dates.into_iter().enumerate() {
            let mut row = row(event, source_id, start, end, index > 0);
            if own {
                row.cells.insert(0, Cell::Text(event.own_id.clone().into()));
            }
            rows.push(row);
        }
    }
    Ok(Opened {
        preset: options.preset.unwrap_or(Preset::Ics),
        source: Source::Listed {
            headers: own
                .then_some(OWN_COLUMN)
                .into_iter()
                .chain(COLUMNS)
                .map(Header::new)
                .collect(),
            rows,
            skipped,
        },
        account: None,
        header_line: 1,
        missing: calendar.missing,
    })
}

fn row(event: &Event, source_id: String, start: Option<Millis>, end: Option<Millis>, extra: bool) -> Row<'static> {
    let text = |text: &str| Cell::Text(text.to_owned().into());
    let at = |at: Option<Millis>| at.map_or(Cell::EMPTY, Cell::At);
    let zone = event.start.map_or("", |start| start.meant_in.name());
    Row {
        line: event.line,
        cells: vec![
            text(&source_id),
            text(&event.summary),
            at(start),
            at(end),
            text(zone),
            text(&event.description),
            text(&event.location),
            Cell::List(event.categories.clone()),
            text(&event.status),
            text(&event.organizer),
            text(&event.url),
        ],
        extra,
    }
}

/// A file's events as lines.
struct Calendar {
    events: Vec<Vec<Line>>,
    /// TZID → X-LIC-LOCATION.
    zone_hints: HashMap<String, String>,
    missing: Vec<String>,
}

impl Calendar {
    fn read(bytes: &[u8], ledger: &mut Ledger, skipped: &mut u64) -> Self {
        let mut this = Self {
            events: Vec::new(),
            zone_hints: HashMap::new(),
            missing: Vec::new(),
        };
        let mut open: Vec<String> = Vec::new();
        let mut current: Option<Vec<Line>> = None;
        let mut zone_id = String::new();
        let mut others: HashMap<String, u64> = HashMap::new();
        let mut last_line = 1;
        for line in lines::read(bytes, ledger) {
            last_line = line.number;
            match line.name.as_str() {
                "BEGIN" => {
                    let what = line.value.trim().to_ascii_uppercase();
                    if what == "VEVENT" {
                        if let Some(unfinished) = current.take() {
                            ledger.note(line.number, "The event before this line has no end; it was closed here");
                            this.events.push(unfinished);
                            open.truncate(open.iter().position(|name| *name == "VEVENT").unwrap_or_default());
                        }
                        current = Some(vec![line]);
                    } else if NOT_EVENTS.iter().any(|(name, _)| *name == what) {
                        *others.entry(what.clone()).or_default() += 1;
                    }
                    open.push(what);
                }
                "END" => {
                    let what = line.value.trim().to_ascii_uppercase();
                    if let Some(at) = open.iter().rposition(|name| *name == what) {
                        open.truncate(at);
                    }
                    if what == "VEVENT" {
                        this.events.extend(current.take());
                    }
                }
                _ => match (open.last().map(String::as_str), &mut current) {
                    (Some("VEVENT"), Some(event)) => event.push(line),
                    (Some("VTIMEZONE"), _) if line.name == "TZID" => zone_id = line.value.clone(),
                    (Some("VTIMEZONE"), _) if line.name == "X-LIC-LOCATION" => {
                        this.zone_hints.insert(zone_id.clone(), line.value.clone());
                    }
                    _ => {}
                },
            }
        }
        if let Some(cut) = current {
            let begin = cut.first().map_or(last_line, |line| line.number);
            *skipped += 1;
            ledger.damaged = true;
            ledger.skip(
                begin,
                format!("The file is cut off in this event, after line {last_line}. Export it again"),
            );
        } else if !open.is_empty() {
            ledger.damaged = true;
            ledger.note(
                last_line,
                "The file is cut off after this line; events may be missing. Export it again",
            );
        }
        for (name, words) in NOT_EVENTS {
            if let Some(count) = others.get(name) {
                this.missing.push(format!("{count} {words}: only events are read"));
            }
        }
        this
    }
}

/// Which dates of which series have an entry of their own.
struct Series {
    /// UID → whether the series is of whole days.
    whole_days: HashMap<String, bool>,
    replaced: HashSet<(String, String)>,
}

impl Series {
    fn of(events: &[Event]) -> Self {
        let masters = events.iter().filter(|event| event.recurrence_id.is_none());
        let mut this = Self {
            whole_days: masters
                .filter_map(|event| Some((event.uid.clone(), event.start?.whole_day)))
                .collect(),
            replaced: HashSet::new(),
        };
        for event in events {
            if let Some(key) = this.own_key(event) {
                this.replaced.insert((event.uid.clone(), key));
            }
        }
        this
    }

    /// UID and date of an entry; nothing when it has no UID.
    fn name_of(&self, event: &Event) -> Option<(String, Option<String>)> {
        (!event.uid.is_empty()).then(|| (event.uid.clone(), self.own_key(event)))
    }

    /// The newest version of every entry that has a UID.
    fn newest<'e>(&self, events: &'e [Event]) -> HashMap<Option<(String, Option<String>)>, &'e Event> {
        let mut newest: HashMap<_, &Event> = HashMap::new();
        for event in events.iter().filter(|event| !event.uid.is_empty()) {
            let known = newest.entry(self.name_of(event)).or_insert(event);
            if known.version < event.version {
                *known = event;
            }
        }
        newest
    }

    /// The date of the series that an entry stands for.
    fn own_key(&self, event: &Event) -> Option<String> {
        let meant = event.recurrence_id?;
        let own = event.start.is_some_and(|start| start.whole_day);
        let whole_day = self.whole_days.get(&event.uid).copied().unwrap_or(own);
        Some(meant.key(whole_day))
    }

    /// (source id, start, end) of every draft that the event becomes.
    fn dates_of(
        &self,
        event: &Event,
        window: (Millis, Millis),
        budget: &mut Budget,
        ledger: &mut Ledger,
    ) -> Vec<(String, Option<Millis>, Option<Millis>)> {
        let named = |key: &str| match (event.uid.is_empty(), key.is_empty()) {
            (true, _) => String::new(),
            (false, true) => event.uid.clone(),
            (false, false) => format!("{}/{key}", event.uid),
        };
        let Some(start) = event.start else {
            return vec![(named(&self.own_key(event).unwrap_or_default()), None, None)];
        };
        let dated = |key: &str, start: values::When| (named(key), Some(start.at()), event.length.end_of(start));
        if let Some(key) = self.own_key(event) {
            return vec![dated(&key, start)];
        }
        if !event.repeats() {
            return vec![dated("", start)];
        }
        let is_free = |key: &String| event.uid.is_empty() || !self.replaced.contains(&(event.uid.clone(), key.clone()));
        let mut dates = Vec::new();
        for start in recur::expand(event, start, window, budget, ledger, &|when| {
            is_free(&when.key(when.whole_day))
        }) {
            dates.push(dated(&start.key(start.whole_day), start));
        }
        dates
    }
}

#[cfg(test)]
mod tests;
