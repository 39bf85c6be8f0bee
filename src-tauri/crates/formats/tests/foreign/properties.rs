//! Whatever the bytes: no panic, every row accounted for, the same answer twice.

use crate::common::{check_sound, fixture, options};
use proptest::collection::vec;
use proptest::prelude::*;
use sidedesk_formats::{ReadOptions, mask, read};

fn check(bytes: &[u8], options: &ReadOptions) {
    match read("t.csv", bytes, options) {
        Ok(parsed) => {
            check_sound(&parsed);
            assert_eq!(Ok(parsed), read("t.csv", bytes, options));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Pieces that readers care about.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        ",",
        ";",
        "\t",
        "|",
        "\"",
        "\"\"",
        "\n",
        "\r\n",
        "\r",
        "Id",
        "Subject",
        "Created at",
        "Labels",
        "Name",
        "Start date",
        "03/04/2026",
        "25/12/26 5:00 PM",
        "2026-01-02T10:00:00Z",
        "1.200,5",
        "\u{0}",
        "ü",
        "\u{FEFF}",
        "sep=;",
        "x",
        "-",
        "(America/New_York)",
        "[list]",
        "jane@example.com",
        "+44 20 7946 0958",
        "=1+1",
    ];
    prop_oneof![4 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,8}"]
}

fn ics_piece() -> impl Strategy<Value = String> {
    let words = [
        "BEGIN:VEVENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "BEGIN:VCALENDAR",
        "BEGIN:VTIMEZONE",
        "END:VTIMEZONE",
        "UID:a",
        "UID:b",
        "SUMMARY:x",
        "DTSTART:20260302T100000Z",
        "DTSTART;VALUE=DATE:20260302",
        "DTSTART;TZID=Europe/Berlin:20261025T023000",
        "DTSTART:21991231",
        "DTSTART:19000101T000000",
        "DTEND:20260301",
        "DTEND:21991231T235959Z",
        "DURATION:P9W",
        "RRULE:FREQ=YEARLY",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RRULE:FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20261231",
        "RRULE:FREQ=WEEKLY;INTERVAL=0",
        "RRULE:FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2",
        "RRULE:FREQ=HOURLY;BYSETPOS=3;BYMINUTE=1,2",
        "RRULE:FREQ=YEARLY;INTERVAL=65535",
        "RRULE:FREQ=DAILY;BYHOUR=99",
        "RRULE:FREQ=YEARLY;BYWEEKNO=53;WKST=SU",
        "RRULE:UNTIL=;COUNT",
        "EXDATE:20260302T100000Z",
        "RDATE:20260401",
        "RDATE;VALUE=PERIOD:20260302T100000Z/PT1H",
        "RECURRENCE-ID:20260302T100000Z",
        "RECURRENCE-ID:20260302",
        "STATUS:CANCELLED",
        "CATEGORIES:a,b\\,c",
        " folded",
        "nonsense",
    ];
    prop_oneof![9 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,20}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..400)) {
        check(&bytes, &options(""));
    }

    #[test]
    fn any_table(pieces in vec(piece(), 0..120)) {
        check(format!("Id,Subject\n{}", pieces.concat()).as_bytes(), &options(""));
        check(pieces.concat().as_bytes(), &options(""));
    }

    #[test]
    fn any_text_is_masked_once(text in "[0-9+() .@a-z#ü-]{0,60}") {
        let once = mask(&text).into_owned();
        prop_assert_eq!(mask(&once), once.as_str());
    }
}

/// Real files with bytes cut out, doubled and overwritten.
fn mutated(name: &'static str, keep: usize) -> impl Strategy<Value = Vec<u8>> {
    let mut bytes = fixture(name);
    bytes.truncate(keep);
    let len = bytes.len();
    let edit = (
        0..len,
        0..60_usize,
        prop_oneof![
            Just(None),
            any::<u8>().prop_map(Some),
            Just(Some(b'"')),
            Just(Some(b'\n'))
        ],
    );
    vec(edit, 1..6).prop_map(move |edits| {
        let mut bytes = bytes.clone();
        for (at, span, with) in edits {
            let at = at.min(bytes.len());
            let end = (at + span).min(bytes.len());
            match with {
                Some(byte) if end > at => bytes[at] = byte,
                _ => drop(bytes.drain(at..end)),
            }
        }
        bytes
    })
}

// Rules that never come true cost a third of a second each without optimisation, so there are fewer cases.
proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_calendar(lines in vec(ics_piece(), 0..40)) {
        check(format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{}\nEND:VEVENT\n", lines.join("\n")).as_bytes(), &options(""));
    }

    #[test]
    fn any_rule(rule in "FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY|MINUTELY|SECONDLY)(;(INTERVAL|COUNT|BYDAY|BYMONTH|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYSETPOS|BYHOUR|BYMINUTE|BYSECOND|UNTIL|WKST|BYEASTER)=[-+0-9A-Z,]{0,12}){0,3}", year in 1900..2200) {
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:x\nDTSTART:{year}0228T100000\nRRULE:{rule}\nEND:VEVENT\nEND:VCALENDAR");
        check(text.as_bytes(), &options(""));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_real_files(
        zendesk in mutated("zendesk_view_export_layout.csv", 40_000),
        trello in mutated("trello_csv_events_layout.csv", 20_000),
        board in mutated("trello_board.json", 80_000),
        google in mutated("google_australian_holidays.ics", 50_000),
        french in mutated("jours_feries_fr.ics", 20_000),
        cfpb in mutated("cfpb_complaints_2023.csv", 60_000),
    ) {
        for bytes in [zendesk, trello, board, google, french, cfpb] {
            check(&bytes, &options(""));
        }
    }
}
