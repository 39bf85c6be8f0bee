//! Whole calendars through the public door.

use crate::{DraftValue, Parsed, ReadOptions, read};
use sidedesk_domain::fields::campaign;
use sidedesk_domain::time::{self, Tz};

/// 21 November 2026.
const NOW: i64 = 1_795_219_200_000;

fn parse(body: &str) -> Parsed {
    let options = ReadOptions::new(Tz::Europe__Berlin, NOW);
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{body}\nEND:VCALENDAR\n");
    let parsed = read("plan.ics", text.as_bytes(), &options).unwrap();
    assert_eq!(
        parsed.rows + parsed.expanded,
        parsed.drafts.len() as u64 + parsed.skipped(),
        "accounting"
    );
    parsed
}

/// `start → end` of every draft.
fn dates(parsed: &Parsed) -> Vec<String> {
    let shown = |value: Option<&DraftValue>| match value {
        Some(DraftValue::One(value)) => value.as_int().map(time::to_rfc3339).unwrap_or_default(),
        _ => "open".to_owned(),
    };
    parsed
        .drafts
        .iter()
        .map(|d| format!("{} → {}", shown(d.get(campaign::START)), shown(d.get(campaign::END))))
        .collect()
}

fn check(event: &str, expected: &[&str]) {
    let parsed = parse(&format!("BEGIN:VEVENT\nUID:u\nSUMMARY:x\n{event}\nEND:VEVENT"));
    assert_eq!(dates(&parsed), expected, "{event}\n{:?}", parsed.problems);
}

#[test]
fn whole_days_end_at_the_next_midnight() {
    let day = "2026-03-01T23:00:00Z → 2026-03-02T23:00:00Z";
    check("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260303", &[day]);
    check("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260302", &[day]);
    check("DTSTART;VALUE=DATE:20260302", &[day]);
    check("DTSTART;TZID=America/Los_Angeles:20260302\nDURATION:PT86400S", &[day]);
    check("DTSTART:20260302T000000Z\nDTEND:20260303T000000Z", &[day]);
    check("DTSTART:20260302T000000\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE", &[day]);
    check(
        "DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330",
        &["2026-03-27T23:00:00Z → 2026-03-29T22:00:00Z"],
    );
}

#[test]
fn times_are_meant_in_their_zone() {
    check(
        "DTSTART:20260302T100000Z\nDTEND:20260302T113000Z",
        &["2026-03-02T10:00:00Z → 2026-03-02T11:30:00Z"],
    );
    check(
        "DTSTART;TZID=Asia/Tokyo:20260302T100000\nDURATION:PT1H",
        &["2026-03-02T01:00:00Z → 2026-03-02T02:00:00Z"],
    );
    check("DTSTART:20260302T100000", &["2026-03-02T09:00:00Z → open"]);
    check(
        "DTSTART:20260302T100000\nDTEND:20260302T090000",
        &["2026-03-02T09:00:00Z → open"],
    );
    check(
        "DTSTART:20260302T100000\nDTEND:20260302T100000",
        &["2026-03-02T09:00:00Z → open"],
    );
}

#[test]
fn a_series_stays_at_its_hour_across_a_change_of_the_clocks() {
    check(
        "DTSTART;TZID=Europe/London:20261023T100000\nDTEND;TZID=Europe/London:20261023T110000\nRRULE:FREQ=DAILY;COUNT=4\n\
         EXDATE;TZID=Europe/London:20261024T100000",
        &[
            "2026-10-23T09:00:00Z → 2026-10-23T10:00:00Z",
            "2026-10-25T10:00:00Z → 2026-10-25T11:00:00Z",
            "2026-10-26T10:00:00Z → 2026-10-26T11:00:00Z",
        ],
    );
    check(
        "DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY;UNTIL=20271225",
        &[
            "2026-12-24T23:00:00Z → 2026-12-25T23:00:00Z",
            "2027-12-24T23:00:00Z → 2027-12-25T23:00:00Z",
        ],
    );
    check(
        "DTSTART:20261001T100000Z\nRDATE:20261101T100000Z,20261201T100000Z",
        &[
            "2026-10-01T10:00:00Z → open",
            "2026-11-01T10:00:00Z → open",
            "2026-12-01T10:00:00Z → open",
        ],
    );
}

#[test]
fn a_series_outside_the_window_keeps_its_first_date() {
    check(
        "DTSTART;VALUE=DATE:20100101\nRRULE:FREQ=YEARLY;COUNT=2",
        &["2009-12-31T23:00:00Z → 2010-01-01T23:00:00Z"],
    );
    check(
        "DTSTART;VALUE=DATE:20400101\nRRULE:FREQ=YEARLY",
        &["2039-12-31T23:00:00Z → 2040-01-01T23:00:00Z"],
    );
    check(
        "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;UNTIL=20200101",
        &["2025-12-31T23:00:00Z → 2026-01-01T23:00:00Z"],
    );
    check(
        "DTSTART;VALUE=DATE:20260101\nRRULE:D1 #10",
        &["2025-12-31T23:00:00Z → 2026-01-01T23:00:00Z"],
    );
    check(
        "DTSTART:20261214T100000Z\nRRULE:MP1 2+ MO #3",
        &[
            "2026-12-14T10:00:00Z → open",
            "2027-01-11T10:00:00Z → open",
            "2027-02-08T10:00:00Z → open",
        ],
    );
    // A letter of more bytes than one stopped the program.
    check(
        "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=WEEKLY;BYDAY=1\u{ff2d}O",
        &["2025-12-31T23:00:00Z → 2026-01-01T23:00:00Z"],
    );
}

#[test]
fn expansion_is_bounded() {
    let parsed = parse("BEGIN:VEVENT\nUID:u\nSUMMARY:x\nDTSTART:20260901T100000Z\nRRULE:FREQ=HOURLY\nEND:VEVENT");
    assert_eq!((parsed.rows, parsed.expanded, parsed.drafts.len()), (1, 399, 400));
    let parsed = parse("BEGIN:VEVENT\nUID:u\nSUMMARY:x\nDTSTART:19700101T100000Z\nRRULE:FREQ=SECONDLY\nEND:VEVENT");
    assert_eq!(parsed.drafts.len(), 1);
    assert!(parsed.problems.iter().any(|p| p.message.contains("too often")));
}

#[test]
fn an_entry_of_its_own_replaces_a_date_of_the_series() {
    let series =
        "BEGIN:VEVENT\nUID:u\nSUMMARY:Weekly\nDTSTART:20261102T100000Z\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VEVENT\n";
    let moved =
        "BEGIN:VEVENT\nUID:u\nSUMMARY:Moved\nRECURRENCE-ID:20261109T100000Z\nDTSTART:20261110T120000Z\nEND:VEVENT";
    let parsed = parse(&format!("{series}{moved}"));
    assert_eq!(
        dates(&parsed),
        ["2026-11-02T10:00:00Z → open", "2026-11-10T12:00:00Z → open"]
    );
    let alone = parse(series);
    assert_eq!(
        alone.drafts[1].id, parsed.drafts[1].id,
        "the moved date is the same record"
    );

    let only = series.replace("COUNT=2", "COUNT=1");
    let whole = parse(&format!("{only}{}", moved.replace("20261109", "20261102")));
    assert_eq!((whole.rows, whole.skipped(), whole.drafts.len()), (2, 1, 1));
}

#[test]
fn of_several_versions_the_newest_is_read() {
    let version = |sequence: u8, modified: &str, name: &str| {
        format!(
            "BEGIN:VEVENT\nUID:u\nSEQUENCE:{sequence}\nLAST-MODIFIED:{modified}\nSUMMARY:{name}\n\
             DTSTART:2026110{sequence}T100000Z\nEND:VEVENT\n"
        )
    };
    let parsed = parse(
        &[
            version(1, "20261101T100000Z", "old"),
            version(3, "20261101T090000Z", "newer"),
            version(3, "20261101T100000Z", "newest"),
            version(2, "20261102T100000Z", "middle"),
        ]
        .concat(),
    );
    assert_eq!((parsed.rows, parsed.drafts.len(), parsed.skipped()), (4, 1, 3));
    assert_eq!(
        parsed.drafts[0].get(campaign::NAME),
        Some(&DraftValue::One("newest".into()))
    );
    let said: Vec<(u64, &str)> = parsed.problems.iter().map(|p| (p.line, p.message.as_str())).collect();
    let newer = "A newer version of this event begins in line 17";
    assert_eq!(said, [(3, newer), (10, newer), (24, newer)]);
}

#[test]
fn words_go_where_they_belong() {
    let parsed = parse(
        "BEGIN:VEVENT\nUID:u\nDTSTART:20260302T100000Z\nDESCRIPTION:Line one\\nLine two\\, same\nLOCATION:Hall 4\n\
         CATEGORIES:Sale,Big\\, bold\nSTATUS:CANCELLED\nORGANIZER;CN=\"Jane Doe\":mailto:j@example.com\n\
         URL:https://example.com\nEND:VEVENT",
    );
    let draft = &parsed.drafts[0];
    let text = |field| match draft.get(field) {
        Some(DraftValue::One(value)) => value.as_text().unwrap_or_default().to_owned(),
        Some(DraftValue::Many(items)) => items.join("|"),
        None => String::new(),
    };
    assert_eq!(text(campaign::NAME), "Untitled event");
    assert_eq!(text(campaign::TEXT), "Line one\nLine two, same\n\nLocation: Hall 4");
    assert_eq!(text(campaign::LABELS), "Sale|Big, bold|CANCELLED");
    assert_eq!(text(campaign::STATE), "ended");
    assert_eq!(text(campaign::OWNER), "Jane Doe");
    assert_eq!(text(campaign::ZONE), "Europe/Berlin");
    assert_eq!(text(campaign::SOURCE_ID), "u");
    assert!(
        parsed.problems.iter().any(|p| p.message.contains("Untitled event")),
        "{:?}",
        parsed.problems
    );
}

#[test]
fn a_bad_line_costs_itself_only() {
    let parsed = parse(
        "BEGIN:VEVENT\nUID:a\nSUMMARY:x\nthis is no line\nDTSTART;TZID=Nowhere:20260302T100000\nRDATE;VALUE=TIME:083000\n\
         END:VEVENT\nBEGIN:VEVENT\nUID:b\nSUMMARY:y\nBEGIN:VALARM\nSUMMARY:alarm\nEND:VALARM\nEND:VEVENT\n\
         BEGIN:VTODO\nSUMMARY:t\nEND:VTODO",
    );
    assert_eq!((parsed.rows, parsed.drafts.len(), parsed.damaged), (2, 2, false));
    let lines: Vec<u64> = parsed.problems.iter().map(|p| p.line).collect();
    assert_eq!(lines, [6, 7, 8, 10], "{:?}", parsed.problems);
    assert!(parsed.missing.iter().any(|m| m.starts_with("1 to-dos")));
}

#[test]
fn a_calendar_cut_off_keeps_the_events_before() {
    let options = ReadOptions::new(Tz::UTC, NOW);
    let whole = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:b\r\nSUMM";
    let parsed = read("x.ics", whole.as_bytes(), &options).unwrap();
    assert_eq!(
        (parsed.rows, parsed.drafts.len(), parsed.skipped(), parsed.damaged),
        (2, 1, 1, true)
    );
    assert_eq!(parsed.problems.iter().find(|p| p.skipped).map(|p| p.line), Some(6));
}

#[test]
fn several_calendars_and_old_ones_in_one_file() {
    let options = ReadOptions::new(Tz::UTC, NOW);
    let text = "BEGIN:VCALENDAR\nVERSION:1.0\nBEGIN:VEVENT\nUID:a\nSUMMARY;ENCODING=QUOTED-PRINTABLE:Caf=C3=A9\n\
        DTSTART:20260302T100000Z\nEND:VEVENT\nEND:VCALENDAR\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:b\nSUMMARY:z\n\
        DTSTART:20260303\nEND:VEVENT\nEND:VCALENDAR\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes(), &utf16] {
        let parsed = read("x.ics", bytes, &options).unwrap();
        assert_eq!((parsed.rows, parsed.drafts.len(), parsed.damaged), (2, 2, false));
        let name = parsed.drafts[0].get(campaign::NAME);
        assert_eq!(name, Some(&DraftValue::One("Café".into())));
    }
}
