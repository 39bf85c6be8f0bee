//! What leaves the board as a file: records and what happened to them, as CSV or JSON.
//!
//! Personal data ([`is_personal`]) stays out unless somebody asks for it, and then the board says so to everybody, before
//! anything leaves: an entry with who, when, what and how many. A file that is out cannot be called back.
//!
//! The first column, `sidedesk`, holds a record's id, so that an import of the file finds it again. JSON is exact; in CSV an
//! element of a list that contains a semicolon comes back as two.

use crate::cards::{Names, shown};
use crate::desk::{Desk, OpenBoard};
use crate::dto::ExportDto;
use crate::error::Error;
use crate::problem::Problem;
use serde_json::{Map, Value as Json, json};
use sidedesk_domain::fields::{DELETED, board, board_id, is_personal, of_kind, report};
use sidedesk_domain::time::to_rfc3339;
use sidedesk_domain::{Edit, FieldSpec, FieldType, Kind, RecordEdit, RecordState, Value};
use sidedesk_formats::{CsvText, OWN_COLUMN};
use sidedesk_store::{ActivityLine, Card};

/// The action that says that personal data left; no undo takes it back.
pub(crate) const EXPORTED: &str = "export";
/// What can be exported.
pub const EXPORTS: [&str; 4] = ["campaigns", "complaints", "reports", "activity"];
/// How it can be written.
pub const EXPORT_FORMATS: [&str; 2] = ["csv", "json"];
/// Rows of one file at most: more than a spreadsheet opens.
const MAX_ROWS: usize = 1_000_000;
/// Rows read at once.
const PAGE: usize = 2_000;
/// Columns of `activity`.
const ACTIVITY: [&str; 9] = ["at", "by", "action", "kind", "record", "field", "element", "old", "new"];
/// What stands in the place of a customer's hash: read again, it would be hashed once more.
const CUSTOMER_COLUMN: &str = "customer_hash";

/// A file, not written yet.
#[derive(Debug)]
pub struct Export {
    /// What it is.
    pub about: ExportDto,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Rows on their way into a file.
struct Table {
    columns: Vec<&'static str>,
    out: Written,
    rows: u64,
}

enum Written {
    Csv(CsvText),
    Json(Vec<Json>),
}

impl Desk {
    /// Campaigns, complaints, reports or activity as `csv` or `json`. With personal data the board is told first.
    pub async fn export(&self, what: &str, format: &str, with_personal_data: bool) -> Result<Export, Error> {
        let open = self.open_board().await?;
        let choice = |field: &str, typed: &str, known: &'static [&'static str]| {
            let found = known.iter().find(|word| **word == typed).copied();
            found.ok_or_else(|| Error::input(field, Problem::choice(typed, known)))
        };
        let what = choice("what", what, &EXPORTS)?;
        let format = choice("format", format, &EXPORT_FORMATS)?;
        let personal = with_personal_data && matches!(what, "reports" | "activity");
        let now = self.clock().now();
        let mut table = Table::new(columns(what, personal), format);
        match what {
            "campaigns" => table.cards(Kind::Campaign, open.store.campaigns(MAX_ROWS).await?, personal),
            "complaints" => table.cards(Kind::Complaint, open.store.complaints(MAX_ROWS).await?, personal),
            "reports" => table.reports(&open, personal).await?,
            _ => table.activity(&open, personal).await?,
        }
        let about = ExportDto {
            what: what.into(),
            format: format.into(),
            rows: table.rows,
            personal_data: personal,
            file_name: format!("sidedesk-{what}-{}.{format}", day(&to_rfc3339(now))),
        };
        if personal {
            let said = format!("{} {} {} {format}", to_rfc3339(now), table.rows, what);
            let record = RecordEdit {
                kind: Kind::Board,
                id: board_id(),
                seen: open.store.head().await?,
                edits: vec![(board::EXPORTS, Edit::Add(said.into()))],
            };
            open.store.commit(self.action(EXPORTED, vec![record])?).await?;
        }
        let bytes = table.into_bytes(&about, &to_rfc3339(now));
        Ok(Export { about, bytes })
    }
}

/// `2026-11-22` of an instant.
fn day(instant: &str) -> &str {
    instant.split('T').next().unwrap_or_default()
}

fn columns(what: &str, personal: bool) -> Vec<&'static str> {
    let kind = match what {
        "campaigns" => Kind::Campaign,
        "complaints" => Kind::Complaint,
        "reports" => Kind::Report,
        _ => return ACTIVITY.to_vec(),
    };
    let own = of_kind(kind)
        .filter(|spec| personal || !is_personal(spec.id))
        .map(column);
    std::iter::once(OWN_COLUMN).chain(own).collect()
}

fn column(spec: &FieldSpec) -> &'static str {
    match spec.id {
        report::CUSTOMER => CUSTOMER_COLUMN,
        // Read again, the column of this name would make a complaint of each.
        report::COMPLAINT => "complaint_id",
        _ => spec.name,
    }
}

impl Table {
    fn new(columns: Vec<&'static str>, format: &str) -> Self {
        let out = match format {
            "csv" => Written::Csv(CsvText::new(columns.iter().copied())),
            _ => Written::Json(Vec::new()),
        };
        Self { columns, out, rows: 0 }
    }

    /// One more row, its cells in the order of the columns.
    fn row(&mut self, cells: Vec<Json>) {
        self.rows += 1;
        match &mut self.out {
            Written::Csv(text) => {
                let cells: Vec<String> = cells.iter().map(csv_cell).collect();
                text.row(cells.iter().map(String::as_str));
            }
            Written::Json(rows) => {
                let cells = self.columns.iter().map(|name| (*name).to_owned()).zip(cells);
                rows.push(Json::Object(
                    cells.filter(|(_, cell)| !cell.is_null()).collect::<Map<_, _>>(),
                ));
            }
        }
    }

    fn cards(&mut self, kind: Kind, cards: Vec<Card>, personal: bool) {
        let specs: Vec<&FieldSpec> = of_kind(kind).filter(|spec| personal || !is_personal(spec.id)).collect();
        for card in cards {
            let fields = specs.iter().map(|spec| cell(spec, &card.state));
            let row = std::iter::once(Json::String(card.id.to_string()))
                .chain(fields)
                .collect();
            self.row(row);
        }
    }

    async fn reports(&mut self, open: &OpenBoard, personal: bool) -> Result<(), Error> {
        let mut after = None;
        while self.rows < MAX_ROWS as u64 {
            let page = open.store.reports_after(after, PAGE).await?;
            let Some(last) = page.last().map(|card| card.id) else {
                break;
            };
            after = Some(last);
            self.cards(Kind::Report, page, personal);
        }
        Ok(())
    }

    /// The newest first.
    async fn activity(&mut self, open: &OpenBoard, personal: bool) -> Result<(), Error> {
        let names = open.names().await?;
        let mut before = None;
        while self.rows < MAX_ROWS as u64 {
            let page = open.store.activity_back(before, PAGE).await?;
            let Some(last) = page.last().map(|line| line.id) else {
                break;
            };
            before = Some(last);
            for line in &page {
                self.line(line, &names, personal);
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &ActivityLine, names: &Names, personal: bool) {
        for change in &line.changes {
            let told = |value: &Value| match is_personal(change.field) && !personal {
                true => Json::Null,
                false => shown(change.field, value).map_or(Json::Null, Json::String),
            };
            let field = match change.field {
                DELETED => "deleted",
                field => field.spec().map_or("", |spec| spec.name),
            };
            let text = |text: &str| Json::String(text.to_owned());
            self.row(vec![
                text(&to_rfc3339(line.stamp.author_time)),
                text(&names.of(line.stamp.member)),
                text(&line.name),
                text(line.record.0.name()),
                text(&line.record.1.to_string()),
                text(field),
                change.element.as_ref().map_or(Json::Null, &told),
                told(&change.old),
                told(&change.new),
            ]);
        }
    }

    fn into_bytes(self, about: &ExportDto, at: &str) -> Vec<u8> {
        match self.out {
            Written::Csv(text) => text.into_bytes(),
            Written::Json(rows) => {
                let whole = json!({
                    "what": about.what,
                    "exported_at": at,
                    "personal_data": about.personal_data,
                    "rows": rows,
                });
                let mut bytes = serde_json::to_vec_pretty(&whole).unwrap_or_default();
                bytes.push(b'\n');
                bytes
            }
        }
    }
}

fn cell(spec: &FieldSpec, state: &RecordState) -> Json {
    if spec.ty == FieldType::Set {
        let texts = state.texts(spec.id);
        return if texts.is_empty() {
            Json::Null
        } else {
            Json::from(texts)
        };
    }
    match state.get(spec.id) {
        Value::Int(number) if spec.ty != FieldType::Instant => Json::from(*number),
        value => shown(spec.id, value).map_or(Json::Null, Json::String),
    }
}

/// Elements parted by semicolons. Where one contains another sign that lists are parted by, a semicolon at the end says
/// which it is here.
fn csv_cell(cell: &Json) -> String {
    match cell {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(elements) => {
            let texts: Vec<&str> = elements.iter().filter_map(Json::as_str).collect();
            let end = if texts.iter().any(|text| text.contains([',', '|', '\n'])) {
                ";"
            } else {
                ""
            };
            texts.join("; ") + end
        }
        other => other.to_string(),
    }
}

/// Exports that held personal data, the newest first: the text and who made it.
pub(crate) fn logged(state: &RecordState, names: &Names) -> Vec<(String, String)> {
    let of = |text: String| {
        let by = state.element(board::EXPORTS, &Value::Text(text.clone()));
        by.map(|sibling| (sibling.stamp.author_time, text, names.of(sibling.stamp.member)))
    };
    let mut logged: Vec<_> = state.texts(board::EXPORTS).into_iter().filter_map(of).collect();
    logged.sort_by_key(|(at, _, _)| std::cmp::Reverse(*at));
    logged.into_iter().map(|(_, text, by)| (text, by)).collect()
}
