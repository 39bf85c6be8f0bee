//! Workbooks and archives: what is read of them, and what is refused before it fills the memory.

use crate::common::{check_sound, fixture, options, parse, told};
use sidedesk_formats::{FormatError, Parsed, Preset, read};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive of these files, deflated.
pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        if name.ends_with('/') {
            writer.add_directory(*name, deflated).unwrap();
        } else {
            writer.start_file(*name, deflated).unwrap();
            writer.write_all(bytes).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// The parts of a workbook around its sheets. Style 1 is a date, 2 a date with a time, 3 a length of hours.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm:ss"/></numFmts>
<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;

/// A workbook of sheets: name, attributes of its entry, and its `<row>` elements.
pub fn workbook(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let numbered = || sheets.iter().zip(1..);
    let entries: String = numbered()
        .map(|((name, more, _), n)| format!(r#"<sheet name="{name}" sheetId="{n}" r:id="rId{n}" {more}/>"#))
        .collect();
    let targets: String = numbered()
        .map(|(_, n)| {
            format!(r#"<Relationship Id="rId{n}" Type="{rels}/worksheet" Target="worksheets/sheet{n}.xml"/>"#)
        })
        .collect();
    let book = format!(r#"<workbook xmlns="{main}" xmlns:r="{rels}"><sheets>{entries}</sheets></workbook>"#);
    let package = "http://schemas.openxmlformats.org/package/2006";
    let targets = format!(r#"<Relationships xmlns="{package}/relationships">{targets}</Relationships>"#);
    let root = format!(
        r#"<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let types = format!(r#"<Types xmlns="{package}/content-types"/>"#);
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("[Content_Types].xml".into(), types.into()),
        ("_rels/.rels".into(), root.into()),
        ("xl/workbook.xml".into(), book.into()),
        ("xl/_rels/workbook.xml.rels".into(), targets.into()),
        ("xl/styles.xml".into(), STYLES.into()),
    ];
    for ((.., rows), n) in numbered() {
        let sheet = format!(
            r#"<worksheet xmlns="{main}"><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#
        );
        files.push((format!("xl/worksheets/sheet{n}.xml"), sheet.into()));
    }
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    archive(&files)
}

/// A row of texts.
fn row(number: u32, cells: &[&str]) -> String {
    let cells = cells.iter().zip('A'..).filter(|(text, _)| !text.is_empty());
    let cells =
        cells.map(|(text, column)| format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#));
    format!(r#"<row r="{number}">{}</row>"#, cells.collect::<String>())
}

/// The header that stands above each of its groups.
const PLAN: [&str; 7] = [
    "Name",
    "Person",
    "Status",
    "Start Date",
    "End date",
    "Reach",
    "Archived",
];

/// A plan as monday writes it: a title, a group's name, the header, rows, the next group.
pub fn plan() -> Vec<u8> {
    let rows = [
        row(1, &["Plan 2027"]),
        row(3, &["Launches"]),
        row(4, &PLAN),
        r#"<row r="5"><c r="A5" t="inlineStr"><is><t>Spring &amp; summer</t></is></c>
           <c r="C5" t="str"><f>CONCAT("Do","ne")</f><v>Done</v></c><c r="D5" s="1"><v>46447</v></c>
           <c r="E5" s="2"><v>46478.5</v></c><c r="F5"><v>1200.4</v></c><c r="G5" t="b"><v>1</v></c></row>"#
            .to_owned(),
        r#"<row r="6"><c r="A6" t="inlineStr"><is><t>=1+1</t></is></c><c r="D6" t="d"><v>2027-06-01</v></c>
           <c r="F6" t="e"><v>#N/A</v></c></row>"#
            .to_owned(),
        row(8, &["Ideas"]),
        row(9, &PLAN),
        row(10, &["Autumn sale", "Cy", "Stuck"]),
    ];
    workbook(&[
        ("Cover", "", &row(1, &["Made for the board"])),
        (
            "Print",
            "",
            &(row(1, &["Printed", "By"]) + &row(2, &["yesterday", "Ana"])),
        ),
        ("Old", r#"state="hidden""#, &row(1, &["Name", "Start Date"])),
        ("Plan", "", &rows.concat()),
        ("People", "", &(row(1, &["Name", "Team"]) + &row(2, &["Ana", "A"]))),
    ])
}

fn read_it(bytes: &[u8]) -> Result<Parsed, FormatError> {
    let parsed = read("plan.xlsx", bytes, &options(""))?;
    check_sound(&parsed);
    Ok(parsed)
}

fn refused(bytes: &[u8], part: &str) {
    let error = read_it(bytes).unwrap_err().to_string();
    assert!(error.contains(part) && error.ends_with('.'), "{error}");
}

#[test]
fn the_first_sheet_with_a_header_is_read() {
    let parsed = read_it(&plan()).unwrap();
    let drafts: Vec<String> = parsed.drafts.iter().map(told).collect();
    let expected = [
        "name=Spring & summer · state=ended · start=2027-02-28T23:00:00Z · end=2027-04-01T10:00:00Z · zone=Europe/Berlin · \
         reach=1200 · labels=Done · archived=true",
        "name==1+1 · start=2027-05-31T22:00:00Z · zone=Europe/Berlin",
        "name=Autumn sale · state=paused · owner=Cy · labels=Stuck",
    ];
    assert_eq!(drafts, expected);
    let lines: Vec<u64> = parsed.drafts.iter().map(|draft| draft.line).collect();
    assert_eq!(
        (lines, parsed.rows, parsed.preset),
        (vec![5, 6, 10], 5, Preset::Generic)
    );
    let problems: Vec<(u64, &str)> = parsed.problems.iter().map(|p| (p.line, p.message.as_str())).collect();
    let expected = [
        (8, "A group's title stands here, not a row"),
        (9, "The header is repeated here"),
    ];
    assert_eq!(problems, expected);
    let others = "Other sheets of the workbook: only \"Plan\" was read, not \"Cover\", \"Print\", \"People\"";
    assert!(parsed.missing.iter().any(|line| line == others), "{:?}", parsed.missing);
}

#[test]
fn a_tools_columns_are_known_in_a_workbook_too() {
    let header = [
        "Ticket ID",
        "Subject",
        "Status",
        "Created time",
        "Agent interactions",
        "Contact ID",
    ];
    let length = r#"<c r="G2" s="3"><v>1.25</v></c>"#;
    let rows = row(1, &[&header[..], &["First response time (in hrs)"]].concat())
        + &row(2, &["7", "Late", "Open", "2026-11-01 09:00", "1", "9"]).replace("</row>", &format!("{length}</row>"));
    let parsed = read_it(&workbook(&[("Tickets", "", &rows)])).unwrap();
    assert_eq!(parsed.preset, Preset::FreshdeskCsv);
    let expected = "title=Late · created=2026-11-01T08:00:00Z · status=Open · customer=9 · first_reply=2026-11-02T14:00:00Z · id=7";
    assert_eq!(told(&parsed.drafts[0]), expected);
}

#[test]
fn workbooks_that_cannot_be_read_are_refused_with_a_sentence() {
    refused(&workbook(&[("Empty", "", "")]), "has no columns");
    refused(
        &workbook(&[("One", "", &row(1, &["Name", "Start Date"]))]),
        "has no columns",
    );
    refused(
        &archive(&[("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"<a")]),
        "its sheets are damaged",
    );
    refused(
        &archive(&[("[Content_Types].xml", b"x"), ("word/document.xml", b"x")]),
        "a word processor document",
    );
    refused(
        &archive(&[("mimetype", b"x"), ("content.xml", b"x")]),
        "Save it as XLSX or CSV",
    );
    let mut cut = plan();
    cut.truncate(cut.len() / 2);
    refused(&cut, "it is damaged");
}

#[test]
fn a_sheet_is_read_by_its_cells_not_by_its_claims() {
    let far = row(1, &["Name", "Start Date"])
        + &row(2, &["Sale", "2027-03-01"])
        + r#"<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Last</t></is></c><c r="XFD1048576"><v>1</v></c></row>"#;
    let parsed = read_it(&workbook(&[("Far", "", &far)])).unwrap();
    let lines: Vec<u64> = parsed.drafts.iter().map(|draft| draft.line).collect();
    assert_eq!(lines, [2, 1_048_576]);

    let rows: String = (2..=11_000)
        .map(|n| format!(r#"<row r="{n}"><c r="BXX{n}"><v>1</v></c></row>"#))
        .collect();
    refused(
        &workbook(&[("Wide", "", &(row(1, &["Name", "Start Date"]) + &rows))]),
        "more than 20 million cells",
    );
    let rows: String = (2..=201_100)
        .map(|n| format!(r#"<row r="{n}"><c r="A{n}"><v>1</v></c></row>"#))
        .collect();
    refused(
        &workbook(&[("Long", "", &(row(1, &["Name", "Start Date"]) + &rows))]),
        "more than 200000 rows",
    );
}

#[test]
fn one_file_in_an_archive_is_that_file() {
    let csv = fixture("made/freshdesk.csv");
    let plain = parse("made/freshdesk.csv", "");
    let zipped = archive(&[
        ("export/", b""),
        ("export/tickets.csv", &csv),
        ("__MACOSX/export/._tickets.csv", b"x"),
        ("export/.DS_Store", b"x"),
    ]);
    assert_eq!(read_it(&zipped).unwrap(), plain);
    let book = read_it(&archive(&[("plan.xlsx", &plan())])).unwrap();
    assert_eq!(book, read_it(&plan()).unwrap());
    let calendar = fixture("made/hostile.ics");
    assert_eq!(
        read_it(&archive(&[("plan.ics", &calendar)])).unwrap(),
        parse("made/hostile.ics", "")
    );
}

#[test]
fn other_archives_are_refused_with_a_sentence() {
    refused(&archive(&[]), "there is no file in it");
    refused(
        &archive(&[("a.csv", b"x"), ("b.csv", b"y")]),
        "an archive of 2 files. Unpack it",
    );
    let inner = archive(&[("a.csv", b"Id,Subject\n1,a\n")]);
    refused(&archive(&[("inner.zip", &inner)]), "it lies in another archive");
    refused(
        &archive(&[("picture.csv", b"\x89PNG\r\n\x1a\n")]),
        "\"picture.csv in plan.xlsx\" is a PNG picture",
    );
    let mut bent = archive(&[("a.csv", "Id,Subject\n1,a\n".repeat(99).as_bytes())]);
    bent[45] ^= 0x55;
    refused(&bent, "it is damaged");
    let many: Vec<(String, &[u8])> = (0..10_001).map(|n| (format!("{n}"), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    refused(&archive(&many), "more than 10 000 files");
}

#[test]
fn bombs_in_archives_are_refused_before_they_unfold() {
    let zeros = vec![b'a'; 12 * 1024 * 1024];
    refused(&archive(&[("a.csv", &zeros)]), "more than two hundred times its size");
    let sheet = archive(&[
        ("[Content_Types].xml", b"x"),
        ("xl/workbook.xml", b"x"),
        ("xl/worksheets/sheet1.xml", &zeros),
    ]);
    refused(&sheet, "more than two hundred times its size");
    // Shared strings that refer to themselves, as in the milliard laughs.
    let laughs = archive(&[
        ("[Content_Types].xml", b"x"),
        (
            "xl/workbook.xml",
            b"<!DOCTYPE a [<!ENTITY b \"x\"><!ENTITY c \"&b;&b;&b;\">]><workbook><sheets><sheet name=\"&c;\"/></sheets></workbook>",
        ),
    ]);
    refused(&laughs, "");
}
