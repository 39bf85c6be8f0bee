//! Time: instants as UTC milliseconds, and the one place where wall clocks become instants and back.
//!
//! A local time in a gap (the clock jumps forward) moves forward by the gap; in an overlap (the clock goes back) it is
//! the earlier of the two. Nothing here reads a clock.

use chrono::{DateTime, Datelike, Days, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
pub use chrono_tz::Tz;

/// An instant: milliseconds since 1970 in UTC. On disk and wire it is this number.
pub type Millis = i64;

/// One minute in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// One hour in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Twenty-four elapsed hours in milliseconds (not a calendar day).
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// The instant at which clocks in `zone` show `local`.
pub fn local_to_utc(local: NaiveDateTime, zone: Tz) -> Millis {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => at.timestamp_millis(),
        LocalResult::Ambiguous(earlier, _) => earlier.timestamp_millis(),
        LocalResult::None => after_gap(local, zone),
    }
}

/// A local time that no clock shows: the offset before the gap still holds, so the time moves forward by the gap.
fn after_gap(local: NaiveDateTime, zone: Tz) -> Millis {
    // Gaps are at most a day long (Samoa skipped 30 December 2011 whole).
    let before = (1..=26)
        .find_map(|hours| {
            let earlier = local.checked_sub_signed(Duration::hours(hours))?;
            zone.from_local_datetime(&earlier).latest().map(|at| (at, hours))
        })
        .map(|(at, hours)| at.timestamp_millis() + hours * HOUR_MS);
    before.unwrap_or_else(|| local.and_utc().timestamp_millis())
}

/// The earliest and the latest instant that has a wall clock here: some 250 000 years either way, well within chrono's.
const CLOCK_RANGE_MS: i64 = 8_000_000_000_000_000;

/// What clocks in `zone` show at `at`; instants beyond [`CLOCK_RANGE_MS`] are taken as its ends.
pub fn utc_to_local(at: Millis, zone: Tz) -> NaiveDateTime {
    let at = at.clamp(-CLOCK_RANGE_MS, CLOCK_RANGE_MS);
    DateTime::<Utc>::from_timestamp_millis(at)
        .unwrap_or_default()
        .with_timezone(&zone)
        .naive_local()
}

/// Midnight at the start of `date` in `zone`.
pub fn start_of_day(date: NaiveDate, zone: Tz) -> Millis {
    local_to_utc(date.and_time(NaiveTime::MIN), zone)
}

/// `at` without its seconds: rules count whole minutes.
pub fn floor_minute(at: Millis) -> Millis {
    at.div_euclid(MINUTE_MS) * MINUTE_MS
}

/// RFC 3339 in UTC with whole seconds, or milliseconds where there are any: `2026-11-19T15:00:00Z`.
pub fn to_rfc3339(at: Millis) -> String {
    DateTime::<Utc>::from_timestamp_millis(at).map_or_else(
        || format!("{at} ms"),
        |utc| utc.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
    )
}

/// When a workspace works and meets (architecture: default 09:15, Monday to Friday).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkCalendar {
    /// Whose clock is meant.
    pub zone: Tz,
    /// Time of the standup.
    pub standup: NaiveTime,
}

impl WorkCalendar {
    /// 09:15, Monday to Friday, in `zone`.
    pub fn new(zone: Tz) -> Self {
        Self {
            zone,
            standup: NaiveTime::from_hms_opt(9, 15, 0).unwrap_or(NaiveTime::MIN),
        }
    }

    /// Monday to Friday.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        date.weekday().num_days_from_monday() < 5
    }

    /// The first working day after `date`.
    pub fn next_working_day(&self, date: NaiveDate) -> NaiveDate {
        let mut day = date;
        for _ in 0..7 {
            let Some(next) = day.checked_add_days(Days::new(1)) else {
                return day;
            };
            day = next;
            if self.is_working_day(day) {
                break;
            }
        }
        day
    }

    /// The date of the first standup strictly after `at`.
    pub fn next_standup_date(&self, at: Millis) -> NaiveDate {
        let today = utc_to_local(at, self.zone).date();
        if self.is_working_day(today) && self.standup_on(today) > at {
            today
        } else {
            self.next_working_day(today)
        }
    }

    /// The instant of the standup on `date`.
    pub fn standup_on(&self, date: NaiveDate) -> Millis {
        local_to_utc(date.and_time(self.standup), self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(local: &str, zone: Tz, utc: &str) {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        assert_eq!(to_rfc3339(local_to_utc(local, zone)), utc, "{local} in {zone}");
    }

    #[test]
    fn gaps_move_forward_and_overlaps_take_the_earlier() {
        check("2026-03-29 01:30", Tz::Europe__London, "2026-03-29T01:30:00Z"); // gap: shown as 02:30 BST
        check("2026-10-25 01:30", Tz::Europe__London, "2026-10-25T00:30:00Z"); // overlap: first one, BST
        check("2027-03-14 02:15", Tz::America__New_York, "2027-03-14T07:15:00Z");
        check("2011-12-30 12:00", Tz::Pacific__Apia, "2011-12-30T22:00:00Z"); // a day that never was
        check("2026-07-01 12:00", Tz::Europe__London, "2026-07-01T11:00:00Z");
    }

    #[test]
    fn the_next_standup_is_strictly_later_and_never_on_a_weekend() {
        let calendar = WorkCalendar::new(Tz::Europe__London);
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis();
        let next = |text: &str| calendar.next_standup_date(at(text)).to_string();
        assert_eq!(next("2026-11-19T09:14:59Z"), "2026-11-19");
        assert_eq!(next("2026-11-19T09:15:00Z"), "2026-11-20");
        assert_eq!(next("2026-11-20T10:00:00Z"), "2026-11-23");
        assert_eq!(next("2026-11-22T10:00:00Z"), "2026-11-23");
    }

    #[test]
    fn local_and_back_at_the_ends_of_time_does_not_panic() {
        for at in [i64::MIN, i64::MAX, 0] {
            let _ = utc_to_local(at, Tz::Asia__Tokyo);
            let _ = to_rfc3339(at);
        }
    }
}
