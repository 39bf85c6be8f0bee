//! Files of other tools: whatever they hold, a row becomes a draft or a problem, and the same bytes give the same.
//!
//! An archive that was bent is refused by its checksum before a workbook's reader sees it, so [`workbook`] packs the bytes
//! itself, as one part of a workbook that is sound otherwise.

use super::NOW;
use sidedesk_formats::{DateOrder, Kind, Parsed, Preset, ReadOptions, read};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn options() -> ReadOptions {
    ReadOptions::new(chrono_tz::Europe::London, NOW)
}

fn check(name: &str, content: &[u8], options: &ReadOptions) {
    let Ok(parsed) = read(name, content, options) else {
        return;
    };
    let Parsed {
        rows, expanded, drafts, ..
    } = &parsed;
    let all = drafts.len() as u64 + parsed.skipped();
    assert_eq!(rows + expanded, all, "a row is neither a draft nor a problem");
}

/// Any bytes; the first says under which name they come and which preset is asked for.
pub fn formats(bytes: &[u8]) {
    let Some((first, content)) = bytes.split_first() else {
        return;
    };
    let name = ["a.csv", "a.json", "a.ics", "a", "a.txt"][usize::from(*first) % 5];
    let mut options = options();
    options.preset = match first / 5 % 4 {
        0 => None,
        1 => Some(Preset::ZendeskCsv),
        2 => Some(Preset::TrelloJson),
        _ => Some(Preset::Ics),
    };
    check(name, content, &options);
}

/// The first byte says which preset, the second what the rows become and how dates read; then comes one line of
/// `column=field,…`, and the file.
pub fn mapper(bytes: &[u8]) {
    let [preset, how, rest @ ..] = bytes else { return };
    let mut parts = rest.splitn(2, |b| *b == b'\n');
    let (line, content) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut options = options();
    options.preset = Preset::ALL.get(usize::from(*preset)).copied();
    options.kind = [None, Some(Kind::Campaign), Some(Kind::Report)][usize::from(*how) % 3];
    options.date_order = [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)][usize::from(how / 3) % 3];
    let line = String::from_utf8_lossy(line);
    let pairs = line.split(',').filter_map(|pair| pair.split_once('='));
    options.map = pairs
        .map(|(column, field)| (column.to_owned(), field.to_owned()))
        .collect();
    check("a.csv", content, &options);
}

/// The parts of a small workbook: its book, its sheet, its shared strings, its styles.
const PARTS: [(&str, &str); 4] = [
    (
        "xl/workbook.xml",
        r#"<workbook xmlns:r="r"><sheets><sheet name="Plan" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/worksheets/sheet1.xml",
        r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>Sale</t></is></c><c r="B2" s="1"><v>46447.5</v></c></row></sheetData></worksheet>"#,
    ),
    (
        "xl/sharedStrings.xml",
        r#"<sst count="2" uniqueCount="2"><si><t>Name</t></si><si><r><t>Start </t></r><r><t>Date</t></r></si></sst>"#,
    ),
    (
        "xl/styles.xml",
        r#"<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>"#,
    ),
];

/// What holds the parts together.
const FRAME: [(&str, &str); 3] = [
    ("[Content_Types].xml", "<Types/>"),
    (
        "_rels/.rels",
        r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];

/// One part of a workbook; the first byte says which.
pub fn workbook(bytes: &[u8]) {
    let Some((first, content)) = bytes.split_first() else {
        return;
    };
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let frame = FRAME.iter().map(|(name, text)| (*name, text.as_bytes()));
    let bent = usize::from(*first) % PARTS.len();
    let parts = PARTS.iter().enumerate();
    let parts = parts.map(|(at, (name, text))| (*name, if at == bent { content } else { text.as_bytes() }));
    for (name, bytes) in frame.chain(parts) {
        writer.start_file(name, stored).unwrap();
        writer.write_all(bytes).unwrap();
    }
    check("a.xlsx", &writer.finish().unwrap().into_inner(), &options());
}

/// The parts as they are, for the corpus.
pub fn workbook_examples() -> impl Iterator<Item = (String, Vec<u8>)> {
    PARTS.iter().zip(0_u8..).map(|((name, text), at)| {
        let name = name.rsplit('/').next().unwrap_or(name);
        (name.to_owned(), [&[at], text.as_bytes()].concat())
    })
}
