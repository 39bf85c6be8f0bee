//! Files as people really hand them over: wrong encodings, broken quotes, cut off, not a table at all.

use crate::common::{check_sound, fixture, options, shown};
use sidedesk_domain::fields::{campaign, report};
use sidedesk_formats::{DateOrder, Draft, FormatError, Kind, Listener, Parsed, Preset, Progress, read, read_to};

fn parse_with(text: impl AsRef<[u8]>, map: &str) -> Parsed {
    let parsed = read("t.csv", text.as_ref(), &options(map)).unwrap_or_else(|error| panic!("{error}"));
    check_sound(&parsed);
    parsed
}

fn parse(text: impl AsRef<[u8]>) -> Parsed {
    parse_with(text, "")
}

fn titles(parsed: &Parsed) -> Vec<String> {
    parsed.drafts.iter().map(|draft| shown(draft, report::TITLE)).collect()
}

fn refused(bytes: &[u8]) -> String {
    read("t.csv", bytes, &options("")).unwrap_err().to_string()
}

#[test]
fn encodings_and_delimiters_do_not_matter() {
    let text = "Id;Subject;Created at\r\n1;Größe „falsch“;2026-01-02\r\n2;Käse, Brot;2026-01-03\r\n";
    let expected = parse(text);
    assert_eq!(titles(&expected), ["Größe „falsch“", "Käse, Brot"]);
    let utf16 = |to_bytes: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
        format!("{mark}{text}").encode_utf16().flat_map(to_bytes).collect()
    };
    let (cp1252, _, lossy) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!lossy);
    let variants: [Vec<u8>; 8] = [
        utf16(u16::to_le_bytes, "\u{FEFF}"),
        utf16(u16::to_be_bytes, "\u{FEFF}"),
        utf16(u16::to_le_bytes, ""),
        utf16(u16::to_be_bytes, ""),
        format!("\u{FEFF}{text}").into_bytes(),
        cp1252.into_owned(),
        text.replace(';', "\t").into_bytes(),
        text.replace("\r\n", "\n").into_bytes(),
    ];
    for bytes in variants {
        assert_eq!(parse(&bytes).drafts, expected.drafts);
    }
    let declared = parse(format!("sep=;\r\n{text}"));
    assert_eq!((titles(&declared), declared.drafts[0].line), (titles(&expected), 3));
}

#[test]
fn what_is_no_table_is_refused_with_a_sentence() {
    let check = |bytes: &[u8], part: &str| {
        let error = refused(bytes);
        assert!(
            error.contains(part) && error.starts_with("\"t.csv\"") && error.ends_with('.'),
            "{error}"
        );
        assert!(
            !error.contains('!') && !error.to_lowercase().contains("please"),
            "{error}"
        );
    };
    check(b"", "is empty");
    check(b"\xEF\xBB\xBF \r\n\r\n", "is empty");
    check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture");
    check(b"PK\x03\x04\x14\0\x06\0", "an archive that was not read: it is damaged");
    check(
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "Save it as XLSX or CSV without one",
    );
    check(b"%PDF-1.7\n1 0 obj", "a PDF document");
    check(b"\0\x01\x02\x03\x04\x05\x06\x07\x7f\x80", "a binary file");
    check(b"<!DOCTYPE html>\n<html><head><title>Sign in</title>", "a web page");
    check(b"{\"a\": [1, 2", "is broken in line 1");
    check(b"{\"a\":\n [1, x]}", "is broken in line 2");
    check(b"[1, 2, 3]", "it holds no named values");
    check(b"Id,Subject\n", "has a header in line 1 and no rows");
    check(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "a calendar without events");
    assert!(refused(b"The quick brown fox.\nIt jumps over the dog.\n").starts_with("None of the columns"));
}

#[test]
fn a_file_cut_off_in_mid_row_says_where() {
    let parsed = parse("Id,Subject,Created at\n1,a,2026-01-02\n2,b");
    assert!(parsed.damaged);
    assert_eq!((parsed.rows, parsed.drafts.len(), parsed.problems[0].line), (2, 1, 3));

    let parsed = parse("Id,Subject,Body\n1,a,x\n2,b,\"the rest, of\nthis letter");
    assert!(
        parsed.damaged && parsed.problems[0].message.contains("opens in line 3"),
        "{:?}",
        parsed.problems
    );
    assert_eq!(titles(&parsed), ["a"]);

    let mut real = fixture("cfpb_complaints_2023.csv");
    let whole = parse_with(&real, "Date received=created").drafts.len();
    real.truncate(real.len() - 700);
    let parsed = parse_with(&real, "Date received=created");
    assert!(parsed.damaged && parsed.drafts.len() < whole && parsed.drafts.len() + 10 > whole);
}

#[test]
fn a_quote_that_never_closes_costs_one_line() {
    let rows: String = (1..=200).map(|n| format!("{n},title {n},2026-01-02,web\n")).collect();
    let text = format!("Id,Subject,Created at,Channel\n{rows}").replace("50,title 50", "50,\"title 50");
    let parsed = parse(&text);
    assert_eq!((parsed.rows, parsed.drafts.len(), parsed.damaged), (200, 200, true));
    assert!(
        parsed.problems[0].message.starts_with("A quote opens in line 51"),
        "{:?}",
        parsed.problems
    );
}

#[test]
fn quotes_that_open_in_every_row_are_read_as_they_stand() {
    let rows: String = (1..=20_000).map(|n| format!("{n},\"title {n},web\n")).collect();
    let parsed = parse(format!("Id,Subject,Channel\n{rows}"));
    assert_eq!((parsed.drafts.len(), parsed.damaged), (20_000, true));
    assert!(
        parsed
            .problems
            .iter()
            .any(|problem| problem.message.starts_with("Too many quotes"))
    );
}

#[test]
fn rows_wider_and_shorter_than_the_header_are_kept_and_reported() {
    let parsed = parse("Id,Subject,Channel\n1,a,web,extra\n2,c\n3,b,mail\n");
    assert_eq!((parsed.rows, parsed.drafts.len(), parsed.damaged), (3, 3, false));
    let notes: Vec<(u64, bool)> = parsed.problems.iter().map(|p| (p.line, p.skipped)).collect();
    assert_eq!(notes, [(2, false), (3, false)]);
}

#[test]
fn repeated_headers_become_lists() {
    let parsed = parse("Issue key,Summary,Labels,Labels,Labels,Comment,Comment\nA-1,x,red,,blue,first,second\n");
    assert_eq!(shown(&parsed.drafts[0], report::CATEGORY), "red|blue");
    assert_eq!(shown(&parsed.drafts[0], report::BODY), "first\n\nsecond");
    assert_eq!(shown(&parsed.drafts[0], report::SOURCE_ID), "A-1");
}

#[test]
fn equal_rows_stay_apart_and_equal_ids_are_said() {
    let parsed = parse("Subject,Channel\nsame,web\nsame,web\nother,web\n");
    assert_eq!(parsed.drafts.len(), 3);
    let parsed = parse("Id,Subject\n1,a\n1,a\n1,b\n");
    assert_eq!((parsed.drafts.len(), parsed.skipped()), (2, 1));
    assert_eq!(parsed.problems[0].message, "The same as line 2");
    assert!(parsed.problems[1].message.contains("also stands in line 2"));
}

#[test]
fn a_date_that_reads_both_ways_is_asked_about_once() {
    let text = "Id,Subject,Created\n1,a,03/04/2026\n2,b,05/06/2026 14:00\n";
    let parsed = parse(text);
    let question = parsed.question.clone().unwrap();
    assert_eq!(question.column, "Created");
    let examples: Vec<String> = question
        .examples
        .iter()
        .map(|e| format!("{} {} {}", e.text, e.day_first, e.month_first))
        .collect();
    assert_eq!(
        examples,
        [
            "03/04/2026 2026-04-03 2026-03-04",
            "05/06/2026 14:00 2026-06-05 2026-05-06"
        ]
    );
    assert_eq!(
        shown(&parsed.drafts[0], report::AT),
        "2026-03-03T23:00:00Z",
        "month first until somebody answers"
    );
    let mut answered = options("");
    answered.date_order = Some(DateOrder::DayFirst);
    let parsed = read("t.csv", text.as_bytes(), &answered).unwrap();
    assert!(parsed.question.is_none());
    assert_eq!(shown(&parsed.drafts[0], report::AT), "2026-04-02T22:00:00Z");
}

#[test]
fn one_date_decides_for_its_column_and_for_the_file() {
    let parsed = parse("Id,Subject,Created,Resolved\n1,a,03/04/2026,05/06/2026\n2,b,25/12/2026,\n");
    assert!(parsed.question.is_none());
    assert_eq!(shown(&parsed.drafts[0], report::AT), "2026-04-02T22:00:00Z");
    assert_eq!(shown(&parsed.drafts[0], report::SOLVED), "2026-06-04T22:00:00Z");

    let parsed = parse("Id,Subject,Created\n1,a,25/12/2026\n2,b,26/12/2026\n3,c,12/27/2026\n4,d,soon\n5,e,N/A\n");
    assert_eq!(parsed.drafts.len(), 5);
    assert_eq!(
        parsed.problems.iter().map(|p| p.line).collect::<Vec<_>>(),
        [4, 5],
        "{:?}",
        parsed.problems
    );
    assert_eq!(shown(&parsed.drafts[3], report::AT), "");

    let parsed = parse("Id,Subject,Created\n1,a,12/25/2026\n2,b,12/26/2026\n3,c,27/12/2026\n");
    assert_eq!(
        parsed.problems.iter().map(|p| p.line).collect::<Vec<_>>(),
        [4],
        "the majority rules both ways"
    );
}

#[test]
fn the_zone_in_a_header_is_used() {
    let parsed = parse(
        "Conversation ID,Topics,Conversation started at (America/New_York)\n1,a,2026-03-07 12:00\n2,b,2026-03-09 12:00\n",
    );
    let at: Vec<String> = parsed.drafts.iter().map(|draft| shown(draft, report::AT)).collect();
    assert_eq!(at, ["2026-03-07T17:00:00Z", "2026-03-09T16:00:00Z"]);
}

#[test]
fn long_cells_and_control_characters_are_reported() {
    let long = "ü".repeat(20_000);
    let parsed = parse(format!("Id,Subject,Body\n1,a\u{0}b\u{7}c,{long}\n"));
    let draft = &parsed.drafts[0];
    assert_eq!(shown(draft, report::TITLE), "abc");
    assert_eq!(shown(draft, report::BODY).len(), 32 * 1024);
    let messages: Vec<&str> = parsed.problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "Control characters in column \"Subject\" were left out",
            "Column \"Body\" holds more than 32 kB here and was cut",
        ]
    );
}

#[test]
fn campaigns_are_recognised_and_read() {
    let text = "Campaign name;Start date;End date;Reach;Product;Budget;Status;Notes\n\
        Spring sale;01.03.2026;31.03.2026;1.200;Boots, Sandals;9.000 €;ACTIVE;-\n\
        Autumn;2026-09-01 08:00;;2.000.000;Boots;;On ice;x\n";
    let parsed = parse(text);
    assert_eq!(parsed.kind, Kind::Campaign);
    let [first, second] = &parsed.drafts[..] else {
        panic!("two")
    };
    assert_eq!(shown(first, campaign::START), "2026-02-28T23:00:00Z");
    assert_eq!(
        shown(first, campaign::END),
        "2026-03-31T22:00:00Z",
        "the last day is part of it"
    );
    assert_eq!(
        (shown(first, campaign::REACH), shown(second, campaign::REACH)),
        ("1200".into(), "2000000".into())
    );
    assert_eq!(shown(first, campaign::PRODUCT), "Boots|Sandals");
    assert_eq!(
        (shown(first, campaign::STATE), shown(first, campaign::LABELS)),
        ("live".into(), "ACTIVE".into())
    );
    assert_eq!(
        (shown(second, campaign::STATE), shown(second, campaign::LABELS)),
        ("draft".into(), "On ice".into())
    );
    assert_eq!(shown(first, campaign::TEXT), "");
    let as_reports = parse_with(text, "Notes=body,Campaign name=title");
    assert_eq!(as_reports.kind, Kind::Report);
}

#[test]
fn customers_texts_are_masked_at_the_door() {
    let parsed =
        parse("Id,Subject,Body,Requester email\n1,Call +44 20 7946 0958,I am jane@example.com,jane@example.com\n");
    let draft = &parsed.drafts[0];
    assert_eq!(shown(draft, report::TITLE), "Call [phone]");
    assert_eq!(shown(draft, report::BODY), "I am [e-mail]");
    assert_eq!(
        shown(draft, report::CUSTOMER),
        "jane@example.com",
        "raw: hashed by the caller"
    );
}

#[test]
fn json_lists_are_tables_too() {
    let list = r#"[ {"id": 1, "subject": "a", "created_at": "2026-01-02T10:00:00Z", "tags": ["x","y"], "via": {"channel": "web"}},
        {"id": 2, "subject": "b", "extra": null}, 7 ]"#;
    let parsed = parse_with(list, "via.channel=channel");
    assert_eq!(
        (parsed.rows, parsed.drafts.len(), parsed.skipped(), parsed.preset),
        (3, 2, 1, Preset::Generic)
    );
    assert_eq!(shown(&parsed.drafts[0], report::CATEGORY), "x|y");
    assert_eq!(shown(&parsed.drafts[0], report::CHANNEL), "web");
    assert_eq!(parsed.drafts[1].line, 2);
    let ids = |parsed: &Parsed| parsed.drafts.iter().map(|d| d.id).collect::<Vec<_>>();
    let wrapped =
        parse("{\"count\": 2, \"tickets\": [{\"id\": 1, \"subject\": \"a\"},\n{\"id\": 2, \"subject\": \"b\"}]}");
    let lines = parse("{\"id\": 1, \"subject\": \"a\"}\n{\"id\": 2, \"subject\": \"b\"}\n");
    assert_eq!((ids(&wrapped), ids(&lines)), (ids(&parsed), ids(&parsed)));
    let cut = parse("[{\"id\": 1, \"subject\": \"a\"},\n{\"id\": 2, \"subj");
    assert_eq!((cut.drafts.len(), cut.damaged, cut.problems[0].line), (1, true, 2));
}

#[test]
fn a_board_drops_nothing() {
    let board = r#"{"name": "Plan", "closed": false,
        "lists": [{"id": "l1", "name": "Live"}, {"id": "l2", "name": "Old", "closed": true}],
        "members": [{"id": "m1", "fullName": "Jane Doe"}],
        "checklists": [{"idCard": "c1", "name": "Before", "checkItems": [
            {"name": "second", "state": "complete", "pos": 2}, {"name": "first", "state": "incomplete", "pos": 1}]}],
        "customFields": [{"id": "f1", "name": "Product", "options": [{"id": "o1", "value": {"text": "Boots"}}]}],
        "actions": [
            {"type": "commentCard", "date": "2026-02-02T10:00:00Z", "data": {"text": "late", "card": {"id": "c1"}}, "memberCreator": {"fullName": "Jane Doe"}},
            {"type": "commentCard", "date": "2026-01-01T10:00:00Z", "data": {"text": "early", "card": {"id": "c1"}}, "memberCreator": {"username": "bob"}}],
        "cards": [
            {"id": "c1", "name": "Sale", "desc": "All boots", "idList": "l1", "idMembers": ["m1"], "closed": true, "due": "2026-03-01T12:00:00.000Z", "start": null,
             "labels": [{"id": "x", "name": "", "color": "green"}], "attachments": [{"name": "brief.pdf", "url": "https://example.com/b"}],
             "customFieldItems": [{"idCustomField": "f1", "idValue": "o1", "value": null}]},
            {"id": "c2", "name": "", "idList": "l2", "start": "2026-03-01T12:00:00.000Z", "due": "2026-03-05T12:00:00.000Z"}]}"#;
    let parsed = read("board.json", board.as_bytes(), &options("Product=product")).unwrap();
    check_sound(&parsed);
    assert_eq!(
        (parsed.rows, parsed.drafts.len(), parsed.account.as_str()),
        (2, 2, "Plan")
    );
    let [sale, other] = &parsed.drafts[..] else {
        panic!("two")
    };
    assert_eq!(
        shown(sale, campaign::TEXT),
        "All boots\n\nChecklists: Before\n[ ] first\n[x] second\n\nComments: 2026-01-01 bob: early\n2026-02-02 Jane Doe: late\n\n\
         Attachments: brief.pdf https://example.com/b"
    );
    assert_eq!(
        (shown(sale, campaign::ARCHIVED), shown(other, campaign::ARCHIVED)),
        ("true".into(), "true".into())
    );
    assert_eq!(
        (shown(sale, campaign::START), shown(sale, campaign::END)),
        ("2026-03-01T12:00:00Z".into(), String::new())
    );
    assert_eq!(
        (shown(sale, campaign::PRODUCT), shown(sale, campaign::LABELS)),
        ("Boots".into(), "green".into())
    );
    assert_eq!(
        (shown(other, campaign::NAME), shown(other, campaign::LABELS)),
        ("Untitled card".into(), "Old".into())
    );
    assert_eq!(shown(other, campaign::END), "2026-03-05T12:00:00Z");

    let action = r#"{"type": "updateCard"}"#;
    let many = board.replace(
        "\"actions\": [",
        &format!("\"actions\": [{}", format!("{action},").repeat(1_000)),
    );
    let parsed = read("board.json", many.as_bytes(), &options("")).unwrap();
    assert!(
        parsed
            .missing
            .iter()
            .any(|words| words.contains("at most 1 000 actions"))
    );
    let error = read("board.json", &board.as_bytes()[..900], &options("")).unwrap_err();
    assert!(matches!(error, FormatError::BrokenJson { line: 7.., .. }), "{error}");
}

#[test]
fn a_preset_that_does_not_fit_is_refused() {
    let mut options = options("");
    options.preset = Some(Preset::Ics);
    let error = read("t.csv", b"Id,Subject\n1,a\n", &options).unwrap_err().to_string();
    assert_eq!(
        error,
        "\"t.csv\" is a table, so the preset ics cannot read it. Leave the preset out."
    );
    options.preset = None;
    options.kind = Some(Kind::Complaint);
    assert!(matches!(
        read("t.csv", b"Id,Subject\n1,a\n", &options),
        Err(FormatError::WrongKind { .. })
    ));
}

/// Stops at the row, and counts what it heard.
struct StopsAt {
    row: u64,
    calls: u64,
    drafts: u64,
}

impl Listener for StopsAt {
    fn progress(&mut self, progress: Progress) -> bool {
        self.calls += 1;
        !matches!(progress, Progress::Read { done, total: 200_000 } if done >= self.row)
    }

    fn draft(&mut self, _: Draft) -> bool {
        self.drafts += 1;
        true
    }
}

#[test]
fn reading_can_be_stopped_and_is_bounded() {
    let rows: String = (0..200_000).map(|n| format!("{n},t\n")).collect();
    let text = format!("Id,Subject\n{rows}");
    let mut listener = StopsAt {
        row: 5_000,
        calls: 0,
        drafts: 0,
    };
    let stopped = read_to("t.csv", text.as_bytes(), &options(""), &mut listener);
    assert_eq!(stopped, Err(FormatError::Cancelled));
    assert_eq!((listener.calls, listener.drafts), (2_050, 4_999));
    assert_eq!(
        read("t.csv", text.as_bytes(), &options("")).unwrap().drafts.len(),
        200_000
    );
    let error = read("t.csv", format!("{text}x,y\n").as_bytes(), &options("")).unwrap_err();
    assert_eq!(
        error,
        FormatError::TooManyRows {
            file: "t.csv".into(),
            line: 200_002
        }
    );
}
