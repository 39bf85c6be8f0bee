//! When something is offered, as tables.

use super::*;
use crate::fold::{Stamp, apply};
use crate::time::{Tz, to_rfc3339};
use crate::{DeviceId, Edit, FieldId, Kind, MemberId, RecordEdit, RecordId};
use ComplaintState::{Confirmed, Fixing, New, Solved, Watching};
use chrono::DateTime;

fn record(fields: Vec<(FieldId, Edit)>) -> RecordState {
    let mut state = RecordState::default();
    let stamp = Stamp {
        place: 1,
        device: DeviceId([1; 16]),
        member: MemberId([1; 16]),
        author_time: 1,
        hub_time: 1,
    };
    let edit = RecordEdit {
        kind: Kind::Board,
        id: RecordId([1; 16]),
        seen: 0,
        edits: fields,
    };
    apply(&mut state, &edit, stamp, |_| ());
    state
}

fn bounds(quiet_days: i64, one_answer_from: i64) -> Bounds {
    Bounds {
        quiet_days,
        one_answer_from,
    }
}

#[test]
fn a_board_says_its_bounds_or_has_the_usual_ones() {
    let set = |days: i64, from: i64| {
        record(vec![
            (board::QUIET, Edit::Set(days.into())),
            (board::ONE_ANSWER, Edit::Set(from.into())),
        ])
    };
    assert_eq!(Bounds::of_board(&RecordState::default()), bounds(14, 25));
    assert_eq!(Bounds::of_board(&set(30, 100)), bounds(30, 100));
    assert_eq!(Bounds::of_board(&set(0, 0)), bounds(0, 0));
    assert_eq!(Bounds::of_board(&set(-1, -1)), bounds(14, 25));
}

#[test]
fn quiet_is_open_with_reports_and_none_for_so_many_days() {
    let now = 100 * DAY_MS;
    let check = |days, state, last, expected: Option<Millis>| {
        assert_eq!(
            bounds(days, 25).quiet_since(state, last, now),
            expected,
            "{days} {state:?} {last:?}"
        );
    };
    let long_ago = now - 14 * DAY_MS;
    for state in [New, Confirmed, Fixing] {
        check(14, state, Some(long_ago), Some(now));
        check(14, state, Some(long_ago + 1), None);
        check(14, state, Some(0), Some(14 * DAY_MS));
        check(14, state, None, None);
        check(13, state, Some(long_ago), Some(now - DAY_MS));
        check(15, state, Some(long_ago), None);
        check(0, state, Some(0), None);
    }
    for state in [Watching, Solved] {
        check(14, state, Some(0), None);
    }
    check(i64::MAX, New, Some(0), None);
}

#[test]
fn too_many_is_more_than_the_bound_on_the_loudest_day_and_no_answer_yet() {
    let check = |from, state, is_answered, days, expected: Option<i64>| {
        assert_eq!(
            bounds(14, from).too_many(state, is_answered, &days),
            expected,
            "{from} {state:?} {days:?}"
        );
    };
    check(25, Confirmed, false, [0, 0, 26, 0, 3, 1, 0], Some(26));
    check(25, Confirmed, false, [25; LOUD_DAYS], None);
    check(25, Confirmed, false, [0, 0, 0, 0, 0, 0, 40], Some(40));
    check(40, Confirmed, false, [0, 0, 0, 0, 0, 0, 40], None);
    check(0, Confirmed, false, [1000; LOUD_DAYS], None);
    check(25, New, false, [30; LOUD_DAYS], Some(30));
    check(25, New, true, [30; LOUD_DAYS], None);
    check(25, Watching, false, [30; LOUD_DAYS], None);
}

#[test]
fn three_working_days_are_counted_without_days_of_rest() {
    let calendar = WorkCalendar::new(Tz::Europe__London);
    let check = |now: &str, expected: &str| {
        let now = DateTime::parse_from_rfc3339(now).unwrap().timestamp_millis();
        assert_eq!(to_rfc3339(unlinked_before(now, &calendar)), expected, "{now}");
    };
    check("2026-11-20T10:00:00Z", "2026-11-17T10:00:00Z"); // Friday: Tuesday
    check("2026-11-18T10:00:00Z", "2026-11-13T10:00:00Z"); // Wednesday: Friday
    check("2026-11-16T10:00:00Z", "2026-11-11T10:00:00Z"); // Monday: Wednesday
    check("2026-11-21T10:00:00Z", "2026-11-18T00:00:00Z"); // Saturday: Wednesday, Thursday and Friday are whole
    check("2026-11-22T23:59:00Z", "2026-11-18T00:00:00Z"); // Sunday
    check("2026-03-31T09:30:00Z", "2026-03-26T10:30:00Z"); // 10:30 of both, summer time between
}
