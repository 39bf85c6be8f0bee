//! Real files of other tools, read with exact counts.
//!
//! Planted by hand once, and what caught it:
//!
//! - whole days that include the day of DTEND → `ics::tests::whole_days_end_at_the_next_midnight`, `french_holidays`;
//! - day and month decided cell by cell → `hostile::one_date_decides_for_its_column_and_for_the_file`;
//! - archived cards dropped → `hostile::a_board_drops_nothing`;
//! - rows without an id told apart by content only → `hostile::equal_rows_stay_apart_and_equal_ids_are_said`;
//! - a file cut off in mid-row taken for whole → `hostile::a_file_cut_off_in_mid_row_says_where`.

use crate::common::{NOW, check_sound, count, fixture, options, parse, shown, used};
use sidedesk_domain::fields::{campaign, report};
use sidedesk_domain::time::Tz;
use sidedesk_formats::{Kind, Parsed, Preset, ReadOptions, read};

/// (rows, expanded, drafts, skipped) and (problems, damaged).
fn check(parsed: &Parsed, counts: (u64, u64, usize, u64), problems: usize, preset: Preset) {
    let got = (parsed.rows, parsed.expanded, parsed.drafts.len(), parsed.skipped());
    assert_eq!(got, counts, "{:?}", parsed.problems.iter().take(5).collect::<Vec<_>>());
    assert_eq!(
        parsed.problems.len(),
        problems,
        "{:?}",
        parsed.problems.iter().take(5).collect::<Vec<_>>()
    );
    assert_eq!(parsed.preset, preset);
    assert!(!parsed.damaged && parsed.question.is_none());
}

#[test]
fn zendesk_view_export() {
    let parsed = parse("zendesk_view_export_layout.csv", "");
    check(&parsed, (250, 0, 250, 0), 0, Preset::ZendeskCsv);
    assert_eq!(
        (parsed.kind, parsed.account.as_str(), parsed.columns.len()),
        (Kind::Report, "zendesk-csv", 43)
    );
    assert_eq!(
        used(&parsed),
        "Id→id Requester id→customer Subject→title Tags→category Status→status Priority→priority Via→channel \
         Created at→created Solved at→solved First reply time in minutes→first_reply Ticket Category [list]→category Status [list]→category"
    );
    let first = &parsed.drafts[0];
    assert_eq!(first.line, 2);
    assert_eq!(shown(first, report::AT), "2023-01-19T08:01:00Z");
    assert_eq!(shown(first, report::CUSTOMER), "360000000001");
    assert_eq!(shown(first, report::SOURCE_ID), "6458368");
    assert_eq!(shown(first, report::CHANNEL), "Web form");
    assert_eq!(
        shown(first, report::CATEGORY),
        "charged_fees_or_interest_you_didn_t_expect|installment_loan|Charged fees or interest you didn't expect"
    );
    assert_eq!(count(&parsed, report::AT), 250);
    assert_eq!(count(&parsed, report::BODY), 0);
    assert!(parsed.missing.iter().any(|words| words.contains("subjects only")));

    let mapped = parse("zendesk_view_export_layout.csv", "Ticket Category=product");
    assert_eq!(
        shown(&mapped.drafts[0], report::PRODUCT),
        "Charged fees or interest you didn't expect"
    );
    assert_eq!(mapped.drafts[0].id, first.id, "a mapping does not change who a row is");
}

#[test]
fn trello_csv_plan() {
    let parsed = parse("trello_csv_events_layout.csv", "");
    check(&parsed, (85, 0, 85, 0), 0, Preset::TrelloCsv);
    assert_eq!(
        (parsed.kind, parsed.account.as_str()),
        (Kind::Campaign, "Events & sponsorships 2026")
    );
    let first = &parsed.drafts[0];
    assert_eq!(shown(first, campaign::NAME), "Fosdem");
    assert_eq!(shown(first, campaign::START), "2026-01-31T09:00:00Z");
    assert_eq!(shown(first, campaign::END), "");
    assert_eq!(shown(first, campaign::LABELS), "On site|Confirmed");
    assert_eq!(shown(first, campaign::STATE), "ready");
    assert_eq!(shown(first, campaign::ARCHIVED), "false");
    assert_eq!(shown(first, campaign::TEXT), "Brussels, Belgium\nEnds 2026-02-02");
    assert_eq!(count(&parsed, campaign::START), 85);
}

#[test]
fn trello_board() {
    let parsed = parse("trello_board.json", "");
    check(&parsed, (3, 0, 3, 0), 0, Preset::TrelloJson);
    let names: Vec<String> = parsed.drafts.iter().map(|draft| shown(draft, campaign::NAME)).collect();
    assert_eq!(names, ["Write code", "Review code", "Visualize code"]);
    let states: Vec<String> = parsed
        .drafts
        .iter()
        .map(|draft| shown(draft, campaign::STATE))
        .collect();
    assert_eq!(states, ["idea", "idea", "draft"]);
    assert_eq!(shown(&parsed.drafts[0], campaign::OWNER), "Test User");
    let custom: Vec<&str> = parsed
        .columns
        .iter()
        .skip(13)
        .map(|column| column.header.as_str())
        .collect();
    assert_eq!(custom.len(), 5, "{custom:?}");
    let mapped = parse("trello_board.json", "Date Value=start");
    assert_eq!(shown(&mapped.drafts[2], campaign::START), "2021-01-28T10:00:00Z");
}

#[test]
fn google_calendar() {
    let parsed = parse("google_australian_holidays.ics", "");
    assert_eq!(
        (parsed.rows, parsed.preset, parsed.kind),
        (96, Preset::Ics, Kind::Campaign)
    );
    // Six yearly holidays have two dates each in the 24 months. Five older series are spelled out in the file, date by
    // date: the series itself adds nothing to its 43 entries.
    assert_eq!(
        (parsed.expanded, parsed.drafts.len(), parsed.skipped(), parsed.damaged),
        (6, 97, 5, false)
    );
    let reasons = |skipped: bool| -> Vec<&str> {
        parsed
            .problems
            .iter()
            .filter(|p| p.skipped == skipped)
            .map(|p| p.message.as_str())
            .collect()
    };
    assert_eq!(
        reasons(true),
        ["Every date of this series has its own entry in the file"; 5]
    );
    assert_eq!(
        reasons(false),
        ["No name stands here; it was called \"Untitled event\""; 2]
    );
    let christmas: Vec<String> = parsed
        .drafts
        .iter()
        .filter(|draft| shown(draft, campaign::SOURCE_ID).starts_with("mrlhppia4sm5ishfocsm9ser2o@google.com/"))
        .map(|draft| format!("{} → {}", shown(draft, campaign::START), shown(draft, campaign::END)))
        .collect();
    assert_eq!(
        christmas,
        [
            "2026-12-24T23:00:00Z → 2026-12-25T23:00:00Z",
            "2027-12-24T23:00:00Z → 2027-12-25T23:00:00Z",
        ]
    );
    assert_eq!(shown(&parsed.drafts[0], campaign::OWNER), "Australian Holidays");
}

#[test]
fn french_holidays() {
    let parsed = parse("jours_feries_fr.ics", "");
    check(&parsed, (99, 0, 99, 0), 0, Preset::Ics);
    let first = &parsed.drafts[0];
    assert_eq!(shown(first, campaign::NAME), "Fête Nationale");
    assert_eq!(shown(first, campaign::START), "2018-07-13T22:00:00Z");
    assert_eq!(shown(first, campaign::END), "2018-07-14T22:00:00Z");
}

#[test]
fn calendars_of_several_zones() {
    let parsed = parse("ics_multiple_timezones.ics", "");
    assert_eq!((parsed.rows, parsed.drafts.len(), parsed.damaged), (3, 3, false));
    let starts: Vec<String> = parsed
        .drafts
        .iter()
        .map(|draft| shown(draft, campaign::START))
        .collect();
    assert_eq!(
        starts,
        ["2021-03-02T05:00:00Z", "2021-03-02T00:00:00Z", "2021-03-01T23:00:00Z"]
    );
    let bad_dates: Vec<u64> = parsed
        .problems
        .iter()
        .filter(|p| p.message.contains("in RDATE is not a date"))
        .map(|p| p.line)
        .collect();
    assert_eq!(bad_dates, [23, 28, 33]);
    let names = parsed
        .problems
        .iter()
        .filter(|p| p.message.contains("Untitled event"))
        .count();
    assert_eq!(names, 3);

    let example = parse("ics_example.ics", "");
    check(&example, (3, 0, 3, 0), 0, Preset::Ics);
    assert_eq!(shown(&example.drafts[0], campaign::START), "2021-12-31T23:00:00Z");
    assert_eq!(shown(&example.drafts[0], campaign::END), "2022-01-01T23:00:00Z");
}

const CFPB: &str =
    "Consumer complaint narrative=body,Issue=complaint,Product=product,State=region,Date received=created";

#[test]
fn cfpb_with_a_map() {
    let parsed = parse("cfpb_complaints_2023.csv", CFPB);
    check(&parsed, (728, 0, 728, 0), 0, Preset::Generic);
    assert_eq!((count(&parsed, report::BODY), count(&parsed, report::AT)), (328, 728));
    assert!(parsed.drafts.iter().all(|draft| draft.group.is_some()));
    let first = &parsed.drafts[0];
    assert_eq!(first.group.as_deref(), Some("Settlement process and costs"));
    assert_eq!(shown(first, report::SOURCE_ID), "356966");
    assert_eq!(shown(first, report::AT), "2013-03-14T23:00:00Z");
    assert_eq!(shown(first, report::REGION), "WA");
    let last = parsed.drafts.last().unwrap();
    assert!(last.line > 728, "cells hold line breaks; lines are physical");

    let plain = parse("cfpb_complaints_2023.csv", "");
    assert_eq!(
        plain.drafts.len(),
        728,
        "recognised without a map too: {}",
        used(&plain)
    );
    assert!(plain.drafts.iter().zip(&parsed.drafts).all(|(a, b)| a.id == b.id));
}

#[test]
fn us_dates_are_judged_by_the_whole_column() {
    let parsed = parse("cfpb_loans_us_dates.csv", CFPB);
    check(&parsed, (785, 0, 785, 0), 0, Preset::Generic);
    assert_eq!((count(&parsed, report::AT), count(&parsed, report::BODY)), (785, 785));
    // 01/02/23 stands between 01/19/23s: 2 January, never 1 February.
    let years: Vec<String> = parsed
        .drafts
        .iter()
        .map(|draft| shown(draft, report::AT)[..4].to_owned())
        .collect();
    assert!(years.iter().all(|year| ("2015".."2026").contains(&year.as_str())));
    let ambiguous: String = String::from_utf8_lossy(&fixture("cfpb_loans_us_dates.csv")).into_owned();
    let cell = "\n04/07/23,";
    assert!(ambiguous.contains(cell), "the file holds a date that reads both ways");
    let line = ambiguous[..ambiguous.find(cell).unwrap() + 1].matches('\n').count() as u64 + 1;
    let draft = parsed.drafts.iter().find(|draft| draft.line == line).unwrap();
    assert_eq!(shown(draft, report::AT), "2023-04-06T22:00:00Z");
}

#[test]
fn support_questions_of_mozilla() {
    let parsed = parse("sumo_thunderbird_questions_2023.csv", "");
    check(&parsed, (1196, 0, 1196, 0), 0, Preset::Generic);
    let first = &parsed.drafts[0];
    assert_eq!(shown(first, report::AT), "2023-07-11T00:02:32Z");
    assert_eq!(shown(first, report::CATEGORY), "download-and-install_1");
    assert_eq!(shown(first, report::CUSTOMER), "user0001");
    assert_eq!(
        (count(&parsed, report::BODY), count(&parsed, report::TITLE)),
        (1196, 1196)
    );
}

#[test]
fn city_service_requests() {
    let parsed = parse("nyc311_requests.csv", "");
    check(&parsed, (4000, 0, 4000, 0), 0, Preset::Generic);
    assert_eq!(count(&parsed, report::AT), 4000);
    let solved = count(&parsed, report::SOLVED);
    assert!(solved > 0 && solved < 4000, "{solved} are closed");
    assert_eq!(shown(&parsed.drafts[0], report::CATEGORY), "Missed Collection");
}

#[test]
fn json_that_is_none_of_ours_is_named() {
    let error = read("holidays.json", &fixture("uk_bank_holidays_govuk.json"), &options(""))
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "\"holidays.json\" is JSON, but neither a Trello board nor a list of rows: it holds \"content_id\", \
         \"description\", \"divisions\". Export the rows as CSV."
    );
}

#[test]
fn a_second_import_finds_the_same_records() {
    for (name, map) in [
        ("zendesk_view_export_layout.csv", ""),
        ("trello_csv_events_layout.csv", ""),
        ("trello_board.json", ""),
        ("google_australian_holidays.ics", ""),
        ("jours_feries_fr.ics", ""),
        ("ics_multiple_timezones.ics", ""),
        ("cfpb_complaints_2023.csv", CFPB),
    ] {
        assert_eq!(parse(name, map), parse(name, map), "{name}");
        // A day later the same months are in the window.
        let mut later = options(map);
        later.now += 24 * 3_600_000;
        let again = read(name, &fixture(name), &later).unwrap();
        assert_eq!(again.drafts, parse(name, map).drafts, "{name}");
    }
}

#[test]
fn another_account_is_another_source() {
    let mut options = ReadOptions::new(Tz::UTC, NOW);
    options.account = Some("Shop B".to_owned());
    let name = "zendesk_view_export_layout.csv";
    let parsed = read(name, &fixture(name), &options).unwrap();
    check_sound(&parsed);
    assert_ne!(parsed.drafts[0].id, parse(name, "").drafts[0].id);
    assert_eq!(shown(&parsed.drafts[0], report::SOURCE), "zendesk-csv: Shop B");
}

#[test]
fn the_extension_does_not_matter() {
    for (name, wrong) in [
        ("jours_feries_fr.ics", "x.csv"),
        ("trello_board.json", "x.ics"),
        ("nyc311_requests.csv", "x.json"),
    ] {
        let parsed = read(wrong, &fixture(name), &options("")).unwrap();
        assert_eq!(parsed.drafts, parse(name, "").drafts);
    }
}
