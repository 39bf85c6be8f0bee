//! One VEVENT, its properties read.

use super::lines::{self, Line};
use super::values::{Length, When, parse_duration};
use super::zones::Zones;
use crate::ledger::Ledger;
use sidedesk_domain::time::{DAY_MS, Tz};

/// What is known of an event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// The line of its BEGIN.
    pub line: u64,
    /// Empty when it has none.
    pub uid: String,
    /// SUMMARY.
    pub summary: String,
    /// DESCRIPTION.
    pub description: String,
    /// LOCATION.
    pub location: String,
    /// CATEGORIES.
    pub categories: Vec<String>,
    /// STATUS, as a word.
    pub status: String,
    /// ORGANIZER's name, else address.
    pub organizer: String,
    /// URL.
    pub url: String,
    /// DTSTART, unless it is missing or unreadable.
    pub start: Option<When>,
    /// From DTEND or DURATION.
    pub length: Length,
    /// The date of a series that this entry replaces.
    pub recurrence_id: Option<When>,
    /// How often it was changed, and when last: a feed may hold several versions of one event.
    pub version: (u64, String),
    /// RRULE values.
    pub rules: Vec<String>,
    /// RDATE.
    pub dates: Vec<When>,
    /// EXDATE.
    pub except: Vec<When>,
    /// The record's id, in a calendar that this program wrote; else empty.
    pub own_id: String,
}

struct Reader<'r> {
    lines: &'r [Line],
    zones: &'r Zones,
    ledger: &'r mut Ledger,
}

impl Event {
    /// Reads an event's lines; what is wrong with one is noted.
    pub fn new(lines: Vec<Line>, zones: &Zones, ledger: &mut Ledger) -> Self {
        let line = lines.first().map_or(1, |line| line.number);
        let mut reader = Reader {
            lines: &lines,
            zones,
            ledger,
        };
        let (start, length) = reader.span(line);
        let mut dates = reader.whens("RDATE");
        let except = reader.whens("EXDATE");
        dates.retain(|date| start.is_none_or(|start| start.whole_day == date.whole_day || !start.whole_day));
        if lines.iter().any(|line| line.name == "EXRULE") {
            reader
                .ledger
                .note(line, "The event has an EXRULE, which is not read; check its dates");
        }
        Self {
            line,
            uid: reader.text("UID").trim().to_owned(),
            summary: reader.text("SUMMARY"),
            description: reader.text("DESCRIPTION"),
            location: reader.text("LOCATION"),
            categories: reader
                .all("CATEGORIES")
                .flat_map(|line| lines::split_list(&line.value))
                .collect(),
            status: Some(reader.text("X-SIDEDESK-STATE"))
                .filter(|state| !state.is_empty())
                .unwrap_or_else(|| reader.text("STATUS")),
            own_id: reader.text("X-SIDEDESK-ID").trim().to_owned(),
            organizer: reader.organizer(),
            url: reader.text("URL"),
            start,
            length,
            recurrence_id: reader.whens("RECURRENCE-ID").into_iter().next(),
            version: (
                reader.text("SEQUENCE").trim().parse().unwrap_or_default(),
                reader.text("LAST-MODIFIED").trim().to_owned(),
            ),
            rules: reader.all("RRULE").map(|line| line.value.trim().to_owned()).collect(),
            dates,
            except,
        }
    }

    /// It has more than one date, or rules that say so.
    pub fn repeats(&self) -> bool {
        !self.rules.is_empty() || !self.dates.is_empty()
    }
}

impl<'r> Reader<'r> {
    fn all(&self, name: &'static str) -> impl Iterator<Item = &'r Line> + use<'r> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    fn text(&self, name: &'static str) -> String {
        self.all(name)
            .map(Line::text)
            .find(|text| !text.trim().is_empty())
            .unwrap_or_default()
    }

    fn organizer(&self) -> String {
        let Some(line) = self.all("ORGANIZER").next() else {
            return String::new();
        };
        let address = line.value.trim();
        let bare = address
            .get(..7)
            .filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
            .and(address.get(7..));
        let name = line.param("CN").filter(|name| !name.trim().is_empty());
        name.unwrap_or(bare.unwrap_or(address)).trim().to_owned()
    }

    fn zone(&mut self, line: &Line) -> Option<Tz> {
        let id = line.param("TZID")?;
        let zone = self.zones.find(id);
        if zone.is_none() {
            let shown: String = id.chars().take(60).collect();
            let fallback = self.zones.floating();
            self.ledger.note(
                line.number,
                format!("The zone \"{shown}\" is not known; {fallback} was taken"),
            );
        }
        zone
    }

    /// All values of a property that holds dates; the unreadable ones are noted.
    fn whens(&mut self, name: &'static str) -> Vec<When> {
        let mut found = Vec::new();
        let lines: Vec<&Line> = self.all(name).collect();
        for line in lines {
            let zone = self.zone(line);
            for value in line.value.split(',').map(str::trim).filter(|value| !value.is_empty()) {
                // A period is a start and an end; the start is the date.
                let start = value.split('/').next().unwrap_or(value);
                match When::parse(start, zone, self.zones.floating()) {
                    Some(when) => found.push(when),
                    None => {
                        let shown: String = value.chars().take(40).collect();
                        self.ledger.note(
                            line.number,
                            format!("\"{shown}\" in {name} is not a date; it was left out"),
                        );
                    }
                }
            }
        }
        found
    }

    fn span(&mut self, line: u64) -> (Option<When>, Length) {
        let Some(start) = self.whens("DTSTART").into_iter().next() else {
            self.ledger
                .note(line, "The event has no start; it was kept without dates");
            return (None, Length::Open);
        };
        let end = self.whens("DTEND").into_iter().next();
        let duration = self
            .all("DURATION")
            .next()
            .map(|line| (line.number, parse_duration(&line.value)));
        if let Some((number, None)) = duration {
            self.ledger
                .note(number, "The DURATION is not a length; it was left out");
        }
        let elapsed = end.map(|end| end.at() - start.at()).or(duration.and_then(|(_, ms)| ms));
        if elapsed.is_some_and(|ms| ms < 0) {
            self.ledger
                .note(line, "The event ends before it starts; its end was left out");
        }
        let start = self.as_whole_day(start, end);
        if !start.whole_day {
            return (
                Some(start),
                elapsed.filter(|ms| *ms > 0).map_or(Length::Open, Length::Elapsed),
            );
        }
        // DTEND of a whole day is exclusive; some programs write the day itself. Days are counted on the calendar.
        let days = match end {
            Some(end) => (end.local.date() - start.local.date()).num_days(),
            None => duration
                .and_then(|(_, ms)| ms)
                .map_or(1, |ms| (ms + DAY_MS - 1) / DAY_MS),
        };
        (Some(start), Length::Days(u64::try_from(days).unwrap_or(1).max(1)))
    }

    /// Midnight to midnight in UTC is how some programs write whole days; taken literally they would shift by the zone.
    fn as_whole_day(&self, start: When, end: Option<When>) -> When {
        let said = self.text("X-MICROSOFT-CDO-ALLDAYEVENT").eq_ignore_ascii_case("TRUE");
        let spans_days = end.is_some_and(|end| end.is_utc_midnight() && end.at() > start.at());
        let midnight = start.local.time() == chrono::NaiveTime::MIN;
        if start.whole_day || (said && midnight) || (start.is_utc_midnight() && spans_days) {
            When::day(start.local.date(), self.zones.floating())
        } else {
            start
        }
    }
}
