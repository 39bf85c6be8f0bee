//! Records as rows of a file: CSV or JSON.

use super::{MAX_ROWS, Order, PAGE, Written};
use crate::cards::{Names, shown};
use crate::desk::OpenBoard;
use crate::error::Error;
use serde_json::{Map, Value as Json};
use sidedesk_domain::fields::{DELETED, is_personal, of_kind};
use sidedesk_domain::time::to_rfc3339;
use sidedesk_domain::{FieldSpec, FieldType, Kind, RecordState, Value};
use sidedesk_formats::{CsvText, OWN_COLUMN, OWN_LISTS, own_column};
use sidedesk_store::{ActivityLine, Card};

/// Columns of the activity.
const ACTIVITY: [&str; 9] = ["at", "by", "action", "kind", "record", "field", "element", "old", "new"];

/// Rows on their way into a file.
pub(super) struct Table {
    personal: bool,
    columns: Vec<&'static str>,
    out: Rows,
    rows: u64,
}

enum Rows {
    Csv(CsvText),
    Json(Vec<Json>),
}

/// The kind of a list; nothing for the activity.
fn kind_of(what: &str) -> Option<Kind> {
    OWN_LISTS.iter().find(|(_, word)| *word == what).map(|(kind, _)| *kind)
}

fn specs(kind: Kind, personal: bool) -> impl Iterator<Item = &'static FieldSpec> {
    of_kind(kind).filter(move |spec| personal || !is_personal(spec.id))
}

impl Table {
    /// An empty list of this.
    pub fn new(what: &str, personal: bool, format: &str) -> Self {
        let kind = kind_of(what);
        let columns: Vec<&'static str> = match kind {
            Some(kind) => std::iter::once(OWN_COLUMN)
                .chain(specs(kind, personal).map(own_column))
                .collect(),
            None => ACTIVITY.to_vec(),
        };
        let out = match format {
            "csv" => Rows::Csv(CsvText::new(columns.iter().copied())),
            _ => Rows::Json(Vec::new()),
        };
        Self {
            personal,
            columns,
            out,
            rows: 0,
        }
    }

    /// One more row, its cells in the order of the columns.
    fn row(&mut self, cells: Vec<Json>) {
        self.rows += 1;
        match &mut self.out {
            Rows::Csv(text) => {
                let cells: Vec<String> = cells.iter().map(csv_cell).collect();
                text.row(cells.iter().map(String::as_str));
            }
            Rows::Json(rows) => {
                let cells = self.columns.iter().map(|name| (*name).to_owned()).zip(cells);
                rows.push(Json::Object(
                    cells.filter(|(_, cell)| !cell.is_null()).collect::<Map<_, _>>(),
                ));
            }
        }
    }

    /// Records of one kind.
    pub fn cards(&mut self, kind: Kind, cards: Vec<Card>) {
        let specs: Vec<&FieldSpec> = specs(kind, self.personal).collect();
        for card in cards {
            let fields = specs.iter().map(|spec| cell(spec, &card.state));
            let id = std::iter::once(Json::String(card.id.to_string()));
            self.row(id.chain(fields).collect());
        }
    }

    /// All tickets.
    pub async fn reports(&mut self, open: &OpenBoard) -> Result<(), Error> {
        let mut after = None;
        while self.rows < MAX_ROWS as u64 {
            let page = open.store.reports_after(after, PAGE).await?;
            let Some(last) = page.last().map(|card| card.id) else {
                break;
            };
            after = Some(last);
            self.cards(Kind::Report, page);
        }
        Ok(())
    }

    /// What happened, the newest first.
    pub async fn activity(&mut self, open: &OpenBoard) -> Result<(), Error> {
        let names = open.names().await?;
        let mut before = None;
        while self.rows < MAX_ROWS as u64 {
            let page = open.store.activity_back(before, PAGE).await?;
            let Some(last) = page.last().map(|line| line.id) else {
                break;
            };
            before = Some(last);
            for line in &page {
                self.line(line, &names);
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &ActivityLine, names: &Names) {
        let personal = self.personal;
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

    /// The file.
    pub fn into_file(self, order: &Order) -> Written {
        let rows = self.rows;
        let bytes = match self.out {
            Rows::Csv(text) => text.into_bytes(),
            Rows::Json(list) => json_file(order, vec![("rows", list)]),
        };
        Written {
            rows,
            left_out: 0,
            bytes,
        }
    }
}

/// One file with several lists.
pub(super) fn whole(lists: Vec<(&'static str, Table)>, order: &Order) -> Written {
    let rows = lists.iter().map(|(_, table)| table.rows).sum();
    let lists = lists.into_iter().map(|(word, table)| match table.out {
        Rows::Json(list) => (word, list),
        Rows::Csv(_) => (word, Vec::new()),
    });
    let bytes = json_file(order, lists.collect());
    Written {
        rows,
        left_out: 0,
        bytes,
    }
}

/// The words that say what it is, then the lists.
fn json_file(order: &Order, lists: Vec<(&str, Vec<Json>)>) -> Vec<u8> {
    let mut file = Map::new();
    file.insert("what".into(), order.what.into());
    file.insert("exported_at".into(), to_rfc3339(order.now).into());
    file.insert("personal_data".into(), order.personal.into());
    file.extend(
        lists
            .into_iter()
            .map(|(word, list)| (word.to_owned(), Json::Array(list))),
    );
    let mut bytes = serde_json::to_vec_pretty(&Json::Object(file)).unwrap_or_default();
    bytes.push(b'\n');
    bytes
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
