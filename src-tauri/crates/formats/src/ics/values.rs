//! Dates, times and lengths of calendars.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use sidedesk_domain::Millis;
use sidedesk_domain::time::{self, Tz};

/// A point on somebody's wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When {
    /// What that clock shows; midnight for a whole day.
    pub local: NaiveDateTime,
    /// Whose clock.
    pub zone: Tz,
    /// The zone that people mean: never UTC unless the workspace's is.
    pub meant_in: Tz,
    /// A day without a time. It is a day on the workspace's wall calendar, whatever TZID stands beside it.
    pub whole_day: bool,
}

impl When {
    /// `20260301`, `20260301T100000`, `20260301T100000Z`. `zone` is the TZID's; `floating` the workspace's.
    pub fn parse(value: &str, zone: Option<Tz>, floating: Tz) -> Option<Self> {
        let value = value.trim();
        let compact: String = value.chars().filter(|c| !matches!(c, '-' | ':')).collect();
        let digits = |from: usize, to: usize| -> Option<u32> {
            let part = compact.get(from..to)?;
            part.bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| part.parse().ok())
                .flatten()
        };
        let year = i32::try_from(digits(0, 4)?)
            .ok()
            .filter(|year| (1900..2200).contains(year))?;
        let day = NaiveDate::from_ymd_opt(year, digits(4, 6)?, digits(6, 8)?)?;
        if compact.len() == 8 {
            return Some(Self::day(day, floating));
        }
        let utc = compact.ends_with(['Z', 'z']);
        let marked = compact.get(8..9).is_some_and(|mark| mark.eq_ignore_ascii_case("t"));
        if !marked || compact.len() != 15 + usize::from(utc) {
            return None;
        }
        let clock = NaiveTime::from_hms_opt(digits(9, 11)?, digits(11, 13)?, digits(13, 15)?.min(59))?;
        let zone = zone.unwrap_or(floating);
        Some(Self {
            local: day.and_time(clock),
            zone: if utc { Tz::UTC } else { zone },
            meant_in: if utc { floating } else { zone },
            whole_day: false,
        })
    }

    /// A whole day.
    pub fn day(day: NaiveDate, floating: Tz) -> Self {
        Self {
            local: day.and_time(NaiveTime::MIN),
            zone: floating,
            meant_in: floating,
            whole_day: true,
        }
    }

    /// The same clock at another time.
    pub fn with_local(self, local: NaiveDateTime) -> Self {
        Self { local, ..self }
    }

    /// The instant.
    pub fn at(self) -> Millis {
        time::local_to_utc(self.local, self.zone)
    }

    /// True at midnight UTC, as some programs write whole days.
    pub fn is_utc_midnight(self) -> bool {
        self.zone == Tz::UTC && !self.whole_day && self.local.time() == NaiveTime::MIN
    }

    /// How a date of a series is named: by its day, or by its instant.
    pub fn key(self, whole_day: bool) -> String {
        if whole_day {
            self.local.format("%Y%m%d").to_string()
        } else {
            let utc = time::utc_to_local(self.at(), Tz::UTC);
            utc.format("%Y%m%dT%H%M%SZ").to_string()
        }
    }
}

/// How long an event lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// Not said, or nothing.
    Open,
    /// Whole days; the end is the midnight after the last.
    Days(u64),
    /// Elapsed time.
    Elapsed(Millis),
}

impl Length {
    /// The first instant after an event that begins at `start`.
    pub fn end_of(self, start: When) -> Option<Millis> {
        match self {
            Self::Open => None,
            Self::Days(days) => Some(start.with_local(start.local.checked_add_days(Days::new(days))?).at()),
            Self::Elapsed(ms) => start.at().checked_add(ms),
        }
    }
}

/// Longest event: ten years.
const MAX_LENGTH_MS: i64 = 3_660 * time::DAY_MS;

/// `P1D`, `PT86400S`, `P2W`, `P1DT12H`: milliseconds, a day being 24 hours.
pub(crate) fn parse_duration(value: &str) -> Option<Millis> {
    let value = value.trim().to_ascii_uppercase();
    let mut rest = value.trim_start_matches('+').strip_prefix('P')?;
    let (mut total, mut in_time, mut any) = (0_i64, false, false);
    while !rest.is_empty() {
        if let Some(more) = rest.strip_prefix('T') {
            (in_time, rest) = (true, more);
            continue;
        }
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest.get(..len)?.parse().ok()?;
        let unit = match (rest.get(len..len + 1)?, in_time) {
            ("W", _) => 7 * time::DAY_MS,
            ("D", _) => time::DAY_MS,
            ("H", true) => time::HOUR_MS,
            ("M", true) => time::MINUTE_MS,
            ("S", true) => 1_000,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        any = true;
        rest = rest.get(len + 1..)?;
    }
    (any && total <= MAX_LENGTH_MS).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read() {
        let at = |value: &str, zone: Option<Tz>| {
            When::parse(value, zone, Tz::Europe__Berlin).map(|when| (time::to_rfc3339(when.at()), when.whole_day))
        };
        let check = |value: &str, zone, expected: Option<(&str, bool)>| {
            assert_eq!(
                at(value, zone),
                expected.map(|(text, day)| (text.to_owned(), day)),
                "{value}"
            );
        };
        check(
            "20260301T100000Z",
            Some(Tz::Asia__Tokyo),
            Some(("2026-03-01T10:00:00Z", false)),
        );
        check(
            "20260301T100000",
            Some(Tz::Asia__Tokyo),
            Some(("2026-03-01T01:00:00Z", false)),
        );
        check("20260301T100000", None, Some(("2026-03-01T09:00:00Z", false)));
        check("20260301", Some(Tz::Asia__Tokyo), Some(("2026-02-28T23:00:00Z", true)));
        check("2026-03-01T10:00:00Z", None, Some(("2026-03-01T10:00:00Z", false)));
        for bad in [
            "083000",
            "20260230",
            "",
            "20260301T",
            "20260301T1000",
            "18000101",
            "2026030é",
            "20260301X100000",
        ] {
            check(bad, None, None);
        }
    }

    #[test]
    fn lengths_are_read() {
        let check = |value: &str, ms: Option<i64>| assert_eq!(parse_duration(value), ms, "{value}");
        check("PT86400S", Some(time::DAY_MS));
        check("P1DT12H", Some(36 * time::HOUR_MS));
        check("P2W", Some(14 * time::DAY_MS));
        check("PT15M", Some(15 * time::MINUTE_MS));
        for bad in [
            "",
            "P",
            "PT",
            "-PT1H",
            "P1M",
            "P99999999999999999999D",
            "P9999999D",
            "PTé",
        ] {
            check(bad, None);
        }
    }
}
