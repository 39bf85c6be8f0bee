//! Files that this program wrote, read as exactly as they were written: every row is the record whose id stands in it.
//!
//! A table of ours has the column [`OWN_COLUMN`] first and else only columns of one kind of record. JSON of ours is an
//! object that says `what` it holds: `campaigns`, `complaints` or `reports` under `rows`, or a whole `board` with a list
//! of each. No column is guessed and no date is judged; what the cells mean is said by the fields' declarations.

use crate::csv_text::OWN_COLUMN;
use crate::encoding;
use crate::error::FormatError;
use crate::json_rows::broken;
use crate::ledger::Ledger;
use crate::model::Problem;
use crate::rows::Cell;
use crate::sniff::{self, Shape};
use crate::table::Table;
use crate::{MAX_FILE_LEN, MAX_ROWS};
use serde_json::{Map, Value as Json};
use sidedesk_domain::fields::{FieldSpec, Kind, of_kind, report};
use sidedesk_domain::{FieldId, RecordId};

/// The kinds that a file of ours holds, with the word for a list of each.
pub const OWN_LISTS: [(Kind, &str); 3] = [
    (Kind::Campaign, "campaigns"),
    (Kind::Complaint, "complaints"),
    (Kind::Report, "reports"),
];
/// The word for a file with a list of each.
pub const OWN_BOARD: &str = "board";

/// The column of a field. Two have other names than their fields: read as another tool's, `complaint` would make a
/// complaint of each value, and `customer` would be hashed once more.
pub fn own_column(spec: &FieldSpec) -> &'static str {
    match spec.id {
        report::CUSTOMER => "customer_hash",
        report::COMPLAINT => "complaint_id",
        _ => spec.name,
    }
}

/// A file, read.
#[derive(Debug, Default, PartialEq)]
pub struct OwnFile {
    /// Its records, in file order.
    pub rows: Vec<OwnRow>,
    /// Rows that were skipped, and what else is to be known.
    pub problems: Vec<Problem>,
    /// The file is cut off or broken in part.
    pub damaged: bool,
}

/// One record.
#[derive(Debug, PartialEq)]
pub struct OwnRow {
    /// Line in a table; in JSON the record's number in the file.
    pub line: u64,
    /// What it is.
    pub kind: Kind,
    /// Which it is.
    pub id: RecordId,
    /// What stands in its fields; empty ones are absent.
    pub cells: Vec<(FieldId, OwnCell)>,
}

/// What stands in one field.
#[derive(Debug, PartialEq, Eq)]
pub enum OwnCell {
    /// A text, or what a date, a number or a choice is written as.
    Text(String),
    /// The elements of a set.
    List(Vec<String>),
}

/// Reads a file of ours; `None` for any other.
///
/// # Errors
///
/// [`FormatError`] when it is ours and gave nothing; its text is for the user.
pub fn read_own(file_name: &str, bytes: &[u8]) -> Result<Option<OwnFile>, FormatError> {
    if bytes.is_empty() || bytes.len() > MAX_FILE_LEN || sniff::refuse_binary(file_name, bytes).is_err() {
        return Ok(None);
    }
    if sniff::is_calendar(bytes) {
        return Ok(None);
    }
    let text = encoding::decode(bytes);
    match sniff::shape(file_name, &text.text) {
        Ok(Shape::Table) => table(file_name, &text.text),
        Ok(Shape::Json) => json(file_name, &text.text),
        _ => Ok(None),
    }
}

fn table(file: &str, text: &str) -> Result<Option<OwnFile>, FormatError> {
    let Ok(table) = Table::open(file, text, &[]) else {
        return Ok(None);
    };
    let names: Vec<&str> = table.headers.iter().map(|header| header.raw.as_str()).collect();
    let Some((kind, fields)) = columns(&names) else {
        return Ok(None);
    };
    let mut ledger = Ledger::default();
    let mut rows = Vec::new();
    let mut failure = None;
    table.visit(&mut ledger, &mut |ledger, row| {
        if rows.len() as u64 >= MAX_ROWS {
            failure = Some(too_many(file, row.line));
            return false;
        }
        let id = row.cells.first().and_then(|cell| cell.text().trim().parse().ok());
        let cells = fields.iter().zip(row.cells.iter().skip(1));
        match id {
            Some(id) => rows.push(OwnRow {
                line: row.line,
                kind,
                id,
                cells: cells.filter_map(|(spec, cell)| of_table(spec, cell)).collect(),
            }),
            None => ledger.skip(row.line, format!("No record's id stands under {OWN_COLUMN}")),
        }
        true
    });
    close(file, rows, ledger, failure).map(Some)
}

/// The kind that has all these columns, and their fields.
fn columns(names: &[&str]) -> Option<(Kind, Vec<&'static FieldSpec>)> {
    let (first, others) = names.split_first()?;
    if *first != OWN_COLUMN || others.is_empty() {
        return None;
    }
    OWN_LISTS.iter().find_map(|(kind, _)| {
        let known = |name: &&str| of_kind(*kind).find(|spec| own_column(spec) == *name);
        Some((*kind, others.iter().map(known).collect::<Option<Vec<_>>>()?))
    })
}

fn of_table(spec: &FieldSpec, cell: &Cell<'_>) -> Option<(FieldId, OwnCell)> {
    let text = cell.text();
    let cell = match spec.ty {
        sidedesk_domain::FieldType::Set => {
            let elements = text.split(';').map(str::trim).filter(|element| !element.is_empty());
            OwnCell::List(elements.map(str::to_owned).collect())
        }
        _ => OwnCell::Text(text.into_owned()),
    };
    let is_empty = matches!(&cell, OwnCell::Text(text) if text.is_empty())
        || matches!(&cell, OwnCell::List(elements) if elements.is_empty());
    (!is_empty).then_some((spec.id, cell))
}

fn json(file: &str, text: &str) -> Result<Option<OwnFile>, FormatError> {
    // Looked for before the whole is read: another tool's 100 MB are read once, not twice.
    if !text.contains("\"exported_at\"") || !text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return Ok(None);
    }
    let whole: Map<String, Json> = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(whole) => whole,
        Err(error) => return Err(broken(file, &error, 0)),
    };
    let what = whole.get("what").and_then(Json::as_str).unwrap_or_default();
    let lists: Vec<(Kind, &[Json])> = OWN_LISTS
        .iter()
        .filter_map(|(kind, word)| {
            let key = if what == OWN_BOARD {
                Some(*word)
            } else {
                (what == *word).then_some("rows")
            };
            Some((*kind, whole.get(key?)?.as_array()?.as_slice()))
        })
        .collect();
    if lists.is_empty() {
        return Ok(None);
    }
    let mut ledger = Ledger::default();
    let mut rows = Vec::new();
    let records = lists
        .iter()
        .flat_map(|(kind, list)| list.iter().map(|row| (*kind, row)));
    for ((kind, row), line) in records.zip(1..) {
        if line > MAX_ROWS {
            return Err(too_many(file, line));
        }
        rows.extend(of_json(kind, line, row, &mut ledger));
    }
    close(file, rows, ledger, None).map(Some)
}

fn of_json(kind: Kind, line: u64, row: &Json, ledger: &mut Ledger) -> Option<OwnRow> {
    let id = row
        .get(OWN_COLUMN)
        .and_then(Json::as_str)
        .and_then(|id| id.parse().ok());
    let Some((id, row)) = id.zip(row.as_object()) else {
        let of = kind.name();
        ledger.skip(
            line,
            format!("The {of} with this number has no id under \"{OWN_COLUMN}\""),
        );
        return None;
    };
    let cells = of_kind(kind).filter_map(|spec| {
        let cell = match row.get(own_column(spec))? {
            Json::Null => return None,
            Json::String(text) => OwnCell::Text(text.clone()),
            Json::Array(elements) => {
                let texts = elements.iter().filter_map(Json::as_str);
                OwnCell::List(texts.map(str::to_owned).collect())
            }
            other => OwnCell::Text(other.to_string()),
        };
        Some((spec.id, cell))
    });
    let cells = cells.collect();
    Some(OwnRow { line, kind, id, cells })
}

fn close(file: &str, rows: Vec<OwnRow>, ledger: Ledger, failure: Option<FormatError>) -> Result<OwnFile, FormatError> {
    if let Some(failure) = failure {
        return Err(failure);
    }
    let (problems, damaged) = ledger.close();
    if rows.is_empty() && problems.is_empty() {
        return Err(FormatError::NoRows {
            file: file.to_owned(),
            line: 1,
        });
    }
    Ok(OwnFile {
        rows,
        problems,
        damaged,
    })
}

fn too_many(file: &str, line: u64) -> FormatError {
    FormatError::TooManyRows {
        file: file.to_owned(),
        line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidedesk_domain::fields::{campaign, complaint};

    const ID: &str = "01a20407-da72-7f10-9a3c-03df3cf02145";

    fn check(text: &str, expected: Option<(Kind, &[(FieldId, OwnCell)])>) {
        let read = read_own("t", text.as_bytes()).unwrap();
        let row = read.as_ref().and_then(|file| file.rows.first());
        assert_eq!(row.map(|row| (row.kind, row.cells.as_slice())), expected, "{text}");
        assert!(row.is_none_or(|row| row.id.to_string() == ID), "{text}");
    }

    #[test]
    fn a_table_is_ours_when_every_column_is() {
        let title = (complaint::TITLE, OwnCell::Text("=1".into()));
        let got = (complaint::GOT, OwnCell::Text("a\nb".into()));
        let text = format!("sidedesk,title,product,got\r\n{ID},\"'=1\",\"\",\"a\nb\"\r\n");
        check(&text, Some((Kind::Complaint, &[title, got])));
        let product = (
            campaign::PRODUCT,
            OwnCell::List(vec!["Boots, blue".into(), "Tents".into()]),
        );
        let name = (campaign::NAME, OwnCell::Text("Sale".into()));
        let text = format!("sidedesk,name,product\n{ID},Sale,\"Boots, blue; Tents;\"\n");
        check(&text, Some((Kind::Campaign, &[name, product])));
        check(&format!("sidedesk,name,my notes\n{ID},Sale,x\n"), None);
        check("name,product\nSale,Boots\n", None);
        check("sidedesk\n", None);
    }

    #[test]
    fn json_says_what_it_holds() {
        let title = || (complaint::TITLE, OwnCell::Text("Late".into()));
        let severity = || (complaint::SEVERITY, OwnCell::Text("4".into()));
        let row = format!(r#"{{"severity": 4, "title": "Late", "sidedesk": "{ID}", "later": true}}"#);
        let lone = format!(r#"{{"exported_at": "x", "what": "complaints", "rows": [{row}]}}"#);
        check(&lone, Some((Kind::Complaint, &[title(), severity()])));
        let board = format!(r#"{{"exported_at": "x", "what": "board", "campaigns": [], "complaints": [{row}]}}"#);
        check(&board, Some((Kind::Complaint, &[title(), severity()])));
        check(&format!(r#"{{"tickets": [{row}], "exported_at": "x"}}"#), None);
        check(&format!("[{row}]"), None);
    }

    #[test]
    fn a_row_without_an_id_is_skipped_with_its_line() {
        let text = format!("sidedesk,title\nnone,Late\n{ID},Wrong\n");
        let read = read_own("t", text.as_bytes()).unwrap().unwrap();
        assert_eq!((read.rows.len(), read.problems.len()), (1, 1));
        assert_eq!((read.problems[0].line, read.problems[0].skipped), (2, true));
        let cut = r#"{"exported_at": "x", "what": "reports", "rows": [{"side"#;
        assert!(matches!(
            read_own("t", cut.as_bytes()),
            Err(FormatError::BrokenJson { .. })
        ));
    }
}
