//! Writing a calendar that calendar programs open: RFC 5545, UTF-8, lines of at most 75 octets that end with CRLF.
//!
//! A line is folded between characters, never inside one: a program that unfolds text instead of bytes would lose it. An
//! entry's end is the first moment after it, also for whole days. `X-SIDEDESK-ID` and `X-SIDEDESK-STATE` say what only
//! this program reads, so that an import of the file finds the same campaigns.

use chrono::NaiveDate;
use sidedesk_domain::Millis;
use sidedesk_domain::time::{Tz, utc_to_local};

/// Octets in one line, its end not counted (RFC 5545 §3.1).
const LINE_LEN: usize = 75;

/// When an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IcsSpan {
    /// From the first day to the day after the last one.
    Days(NaiveDate, NaiveDate),
    /// From an instant to the first one after it; without an end it is a moment.
    Times(Millis, Option<Millis>),
}

/// One entry. Texts are as people typed them.
#[derive(Debug)]
pub struct IcsEvent<'e> {
    /// The record's id.
    pub id: &'e str,
    /// When it was written into this file.
    pub stamp: Millis,
    /// When it is.
    pub span: IcsSpan,
    /// Its name.
    pub summary: &'e str,
    /// The word of its state, ours.
    pub state: &'e str,
    /// `TENTATIVE` or `CONFIRMED`, which calendars know.
    pub status: &'static str,
    /// What it is about; empty for nothing.
    pub description: &'e str,
    /// A link; empty for none.
    pub url: &'e str,
    /// Labels.
    pub categories: &'e [String],
}

/// Entries as a file.
#[derive(Debug)]
pub struct IcsText {
    text: String,
}

impl IcsText {
    /// A calendar of this name.
    pub fn new(name: &str) -> Self {
        let mut calendar = Self { text: String::new() };
        calendar.line("BEGIN", "VCALENDAR");
        calendar.line("VERSION", "2.0");
        calendar.line("PRODID", "-//Sidedesk//Sidedesk//EN");
        calendar.line("CALSCALE", "GREGORIAN");
        calendar.line("X-WR-CALNAME", &escaped(name));
        calendar
    }

    /// One more entry.
    pub fn event(&mut self, event: &IcsEvent<'_>) {
        self.line("BEGIN", "VEVENT");
        self.line("UID", &format!("{}@sidedesk", event.id));
        self.line("DTSTAMP", &instant(event.stamp));
        match event.span {
            IcsSpan::Days(first, after) => {
                self.line("DTSTART;VALUE=DATE", &first.format("%Y%m%d").to_string());
                self.line("DTEND;VALUE=DATE", &after.format("%Y%m%d").to_string());
            }
            IcsSpan::Times(start, end) => {
                self.line("DTSTART", &instant(start));
                if let Some(end) = end {
                    self.line("DTEND", &instant(end));
                }
            }
        }
        self.line("SUMMARY", &escaped(event.summary));
        self.line("STATUS", event.status);
        if !event.description.is_empty() {
            self.line("DESCRIPTION", &escaped(event.description));
        }
        if !event.url.is_empty() {
            self.line("URL", &one_line(event.url));
        }
        if !event.categories.is_empty() {
            let categories: Vec<String> = event.categories.iter().map(|one| escaped(one)).collect();
            self.line("CATEGORIES", &categories.join(","));
        }
        self.line("X-SIDEDESK-ID", event.id);
        self.line("X-SIDEDESK-STATE", event.state);
        self.line("END", "VEVENT");
    }

    /// The file.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.line("END", "VCALENDAR");
        self.text.into_bytes()
    }

    fn line(&mut self, name: &str, value: &str) {
        let mut room = LINE_LEN;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if c.len_utf8() > room {
                self.text.push_str("\r\n ");
                room = LINE_LEN - 1;
            }
            self.text.push(c);
            room -= c.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

/// `20261119T150000Z`.
fn instant(at: Millis) -> String {
    utc_to_local(at, Tz::UTC).format("%Y%m%dT%H%M%SZ").to_string()
}

/// RFC 5545 §3.3.11; characters that no text may hold are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").replace('\r', "\n").chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// A value that is no text knows no escapes.
fn one_line(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DraftValue, ReadOptions, read};
    use proptest::prelude::*;
    use sidedesk_domain::fields::campaign;
    use sidedesk_domain::{FieldId, Value};

    const ID: &str = "01a20407-da72-7f10-9a3c-03df3cf02145";
    const NOW: Millis = 1_795_084_920_000;

    fn event<'e>(span: IcsSpan, summary: &'e str, description: &'e str, categories: &'e [String]) -> IcsEvent<'e> {
        IcsEvent {
            id: ID,
            stamp: NOW,
            span,
            summary,
            state: "ready",
            status: "CONFIRMED",
            description,
            url: "https://example.com/a;b",
            categories,
        }
    }

    fn file(event: &IcsEvent<'_>) -> Vec<u8> {
        let mut calendar = IcsText::new("Outdoor; shop");
        calendar.event(event);
        calendar.into_bytes()
    }

    fn one(value: impl Into<Value>) -> Option<DraftValue> {
        Some(DraftValue::One(value.into()))
    }

    /// What an import makes of the file.
    fn again(bytes: &[u8], zone: Tz, field: FieldId) -> Option<DraftValue> {
        let parsed = read("c.ics", bytes, &ReadOptions::new(zone, NOW)).unwrap();
        assert_eq!(parsed.drafts.len(), 1, "{}", String::from_utf8_lossy(bytes));
        assert_eq!(parsed.drafts[0].id.to_string(), ID);
        parsed.drafts[0].get(field).cloned()
    }

    #[test]
    fn whole_days_end_before_the_day_after() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 12, d).unwrap();
        let bytes = file(&event(IcsSpan::Days(day(1), day(3)), "Sale", "", &[]));
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(
            text.contains("DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261203\r\n"),
            "{text}"
        );
        let berlin = Tz::Europe__Berlin;
        let at = |d| sidedesk_domain::time::start_of_day(day(d), berlin);
        assert_eq!(again(&bytes, berlin, campaign::START), one(at(1)));
        assert_eq!(again(&bytes, berlin, campaign::END), one(at(3)));
        assert_eq!(again(&bytes, berlin, campaign::STATE), one("ready"));
    }

    proptest! {
        /// Every line is short enough, and whatever people type comes back.
        #[test]
        fn what_is_written_is_read(summary in "[^\\p{Cc}\\s][^\\p{Cc}]{0,200}[^\\p{Cc}\\s]", text in "[^\\p{Cc}\\s]([^\\p{Cc}]|\n){0,300}[^\\p{Cc}\\s]") {
            let bytes = file(&event(IcsSpan::Times(NOW, Some(NOW + 60_000)), &summary, &text, &[]));
            for line in bytes.split(|byte| *byte == b'\n') {
                prop_assert!(line.len() <= LINE_LEN + 1);
                prop_assert!(std::str::from_utf8(line).is_ok());
            }
            prop_assert_eq!(again(&bytes, Tz::UTC, campaign::NAME), one(summary.as_str()));
            prop_assert_eq!(again(&bytes, Tz::UTC, campaign::TEXT), one(text.as_str()));
        }
    }
}
