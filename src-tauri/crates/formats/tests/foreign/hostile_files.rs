//! The hostile files that lie beside the presets' own (product §7.6), read whole.

use crate::common::{fixture, options, parse, shown, told};
use sidedesk_domain::fields::report;
use sidedesk_formats::{DateOrder, Draft, Kind, Listener, Parsed, Preset, ReadOptions, Remembered, read, read_to};

fn check(name: &str, drafts: &[&str], problems: &[(u64, &str)], damaged: bool) {
    let parsed = parse(&format!("made/{name}"), "");
    let got: Vec<String> = parsed.drafts.iter().map(told).collect();
    assert_eq!(got, drafts, "{name}");
    let found: Vec<(u64, &str)> = parsed.problems.iter().map(|p| (p.line, p.message.as_str())).collect();
    assert_eq!(found, problems, "{name}");
    assert_eq!(parsed.damaged, damaged, "{name}");
}

#[test]
fn encodings_and_delimiters() {
    check(
        "semicolon_cp1252.csv",
        &[
            "title=Schuhe zu groß – „42“ passt nicht, schade · created=2026-11-02T08:00:00Z · id=1",
            "title=Rückgabe: 20 € · created=2026-11-02T23:00:00Z · id=2",
        ],
        &[],
        false,
    );
    check(
        "utf16_tabs.csv",
        &[
            "title=Посылка опоздала · created=2026-11-01T23:00:00Z · id=1",
            "title=荷物が届かない · created=2026-11-02T23:00:00Z · id=2",
        ],
        &[],
        false,
    );
    check(
        "sep_line.csv",
        &["title=a, b; c · created=2026-11-01T23:00:00Z · id=1"],
        &[],
        false,
    );
}

#[test]
fn a_formula_is_text() {
    check(
        "formulas.csv",
        &[
            "title==cmd|' /C calc'!A0 · body=@SUM(1+1) · customer=+ana@example.com · id=1",
            "title=-2+3 · body==1+1 · customer=x · id=2",
        ],
        &[],
        false,
    );
}

#[test]
fn a_quote_that_never_closes_and_a_file_cut_off() {
    let drafts: Vec<String> = (1..=9)
        .map(|n| {
            let day = if n == 1 {
                "2026-10-31".to_owned()
            } else {
                format!("2026-11-{:02}", n - 1)
            };
            format!("title=title {n} · created={day}T23:00:00Z · channel=web · id={n}")
        })
        .collect();
    let drafts: Vec<&str> = drafts.iter().map(String::as_str).collect();
    let note = "A quote opens in line 7 and does not close; the line was read without it";
    check("unclosed_quote.csv", &drafts, &[(7, note)], true);
    check(
        "truncated.csv",
        &[
            "title=a · created=2026-10-31T23:00:00Z · channel=web · id=1",
            "title=b · created=2026-11-01T23:00:00Z · channel=web · id=2",
        ],
        &[(
            4,
            "The file is cut off in this row, after 3 of 4 cells. Export it again",
        )],
        true,
    );
}

#[test]
fn a_wrong_extension_and_an_empty_file() {
    let parsed = parse("made/wrong_extension.csv", "");
    assert_eq!((parsed.preset, parsed.drafts.len()), (Preset::Ics, 1));
    let error = read("empty.csv", &fixture("made/empty.csv"), &options("")).unwrap_err();
    assert_eq!(error.to_string(), "\"empty.csv\" is empty. Export it again.");
}

/// Knows what was said about the columns of one fingerprint.
struct Recalls<'k> {
    fingerprint: &'k str,
    said: &'k Remembered,
    drafts: Vec<Draft>,
}

impl Listener for Recalls<'_> {
    fn recall(&mut self, fingerprint: &str) -> Option<Remembered> {
        (fingerprint == self.fingerprint).then(|| self.said.clone())
    }

    fn draft(&mut self, draft: Draft) -> bool {
        self.drafts.push(draft);
        true
    }
}

#[test]
fn what_was_said_about_columns_is_remembered_by_their_fingerprint() {
    let said = Remembered {
        map: vec![
            ("Ursache".to_owned(), "complaint".to_owned()),
            ("Betreff".to_owned(), "title".to_owned()),
        ],
        values: Vec::new(),
        kind: Some(Kind::Report),
        date_order: Some(DateOrder::DayFirst),
    };
    let first = read("t.csv", b"Betreff,Ursache,Created\na,b,03/04/2026\n", &{
        let mut options = options("Ursache=complaint,Betreff=title");
        options.date_order = Some(DateOrder::DayFirst);
        options
    });
    let first = first.unwrap();
    let known = first.header_fingerprint.clone();
    let read_again = |bytes: &[u8], options: &ReadOptions| {
        let (fingerprint, said) = (known.as_str(), &said);
        let drafts = Vec::new();
        let mut listener = Recalls {
            fingerprint,
            said,
            drafts,
        };
        let parsed = read_to("t.csv", bytes, options, &mut listener).unwrap();
        let drafts = listener.drafts;
        Parsed { drafts, ..parsed }
    };
    // The same columns in another order, and others.
    let next = b"Created,Betreff,Ursache\n04/05/2026,c,d\n";
    let next = read_again(next, &options(""));
    assert_eq!(
        told(&next.drafts[0]),
        "title=c · created=2026-05-03T22:00:00Z · complaint=d"
    );
    assert!(next.question.is_none());
    let said_now = read_again(b"Created,Betreff,Ursache\n04/05/2026,c,d\n", &options("Ursache=body"));
    assert_eq!(
        told(&said_now.drafts[0]),
        "title=c · body=d · created=2026-05-03T22:00:00Z"
    );
    let other = b"Created,Betreff\n04/05/2026,c\n";
    let other = read_again(other, &options("Betreff=title"));
    assert!(other.question.is_some());
}

#[test]
fn a_cell_of_hundreds_of_kilobytes() {
    let cell = "Dear \"\"support\"\",\nwhere is it\n".repeat(20_000);
    let text = format!("Id,Subject,Body\n1,a,\"{cell}\"\n2,b,c\n");
    assert!(cell.len() > 500_000);
    let parsed = read("t.csv", text.as_bytes(), &options("")).unwrap();
    assert_eq!((parsed.drafts.len(), parsed.drafts[1].line), (2, 40_003));
    assert_eq!(shown(&parsed.drafts[0], report::BODY).len(), 32 * 1024);
    let messages: Vec<&str> = parsed.problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(messages, ["Column \"Body\" holds more than 32 kB here and was cut"]);
}

#[test]
fn a_body_that_is_html_is_text_and_its_row_stays_the_same_row() {
    let of = |body: &str| {
        read(
            "t.csv",
            format!("Id,Subject,Body\n7,a < b,\"{body}\"\n").as_bytes(),
            &options(""),
        )
    };
    let html = of("<p>Hello,</p><p>mail jane@example.com <b>now</b> &amp; call</p>").unwrap();
    assert_eq!(
        told(&html.drafts[0]),
        "title=a < b · body=Hello,\n\nmail [e-mail] now & call · id=7"
    );
    assert_eq!(html.drafts[0].id, of("Hello").unwrap().drafts[0].id);
}

#[test]
fn ids_of_stages_are_asked_for_and_mean_what_somebody_says() {
    let file = b"Ticket ID,Ticket name,Ticket status,Priority\n1,a,4,1\n2,b,4,High\n3,c,9,High\n4,d,Waiting,\n";
    let mut asked = options("Ticket status=status");
    let parsed = read("t.csv", file, &asked).unwrap();
    let status = &parsed.columns[2];
    let shown: Vec<_> = status
        .values
        .iter()
        .map(|v| (v.value.as_str(), v.rows, v.becomes.as_deref()))
        .collect();
    assert_eq!(
        shown,
        [("4", 2, None), ("9", 1, None)],
        "a word says something by itself"
    );
    assert!(status.choices.contains(&"pending"));
    assert_eq!(parsed.columns[3].values.len(), 1);
    assert!(parsed.columns[1].choices.is_empty());

    asked.values = vec![("ticketstatus".into(), "4".into(), "Pending".into())];
    let parsed = read("t.csv", file, &asked).unwrap();
    let of = |at: usize| shown_status(&parsed.drafts[at]);
    assert_eq!([of(0), of(2), of(3)], ["pending", "9", "Waiting"]);
    assert_eq!(
        parsed.columns[2].values[0].becomes.as_deref(),
        Some("pending"),
        "it can be said anew"
    );
    assert_eq!(parsed.said.values, asked.values);

    asked.values = vec![("Ticket status".into(), "4".into(), "somewhere".into())];
    let refused = read("t.csv", file, &asked).unwrap_err().to_string();
    assert!(
        refused.starts_with("Cells of \"Ticket status\" cannot mean \"somewhere\". Words: new, open"),
        "{refused}"
    );
    asked.values = vec![("Ticket name".into(), "a".into(), "open".into())];
    assert!(read("t.csv", file, &asked).is_err());
}

#[test]
fn a_plan_s_own_stages_become_states_and_a_column_of_texts_has_none() {
    let plan = b"Name,Start Date,Status\nA,2026-12-01,In legal\nB,2026-12-02,Live\n";
    let mut asked = options("Status=state");
    asked.kind = Some(Kind::Campaign);
    let parsed = read("p.csv", plan, &asked).unwrap();
    assert_eq!(parsed.columns[2].values.len(), 1, "{:?}", parsed.columns[2]);
    asked.values = vec![("Status".into(), "In legal".into(), "ready".into())];
    let parsed = read("p.csv", plan, &asked).unwrap();
    assert!(
        told(&parsed.drafts[0]).contains("state=ready"),
        "{}",
        told(&parsed.drafts[0])
    );
    let many: String = (0..300).map(|i| format!("A{i},2026-12-01,Stage {i}\n")).collect();
    asked.values.clear();
    let parsed = read("p.csv", format!("Name,Start Date,Status\n{many}").as_bytes(), &asked).unwrap();
    assert!(
        parsed.columns[2].values.is_empty(),
        "nobody says that three hundred times"
    );
}

fn shown_status(draft: &Draft) -> String {
    shown(draft, report::STATUS)
}
