//! JSON as rows: a list of flat objects, the same under a key (`{"tickets": […]}`), or one object per line.
//!
//! Elements are read one by one, so a file that is cut off keeps those before the cut, and every row knows its line.
//! What is nested becomes columns (`requester.email`).

mod elements;
mod objects;
mod vendors;

use crate::error::FormatError;
use crate::headers::Header;
use crate::ledger::Ledger;
use crate::model::ReadOptions;
use crate::opening::Opened;
use crate::presets::{self, Preset};
use crate::rows::{Cell, Row, Source};
use crate::sniff::Shape;
use crate::trello_json;
use crate::{MAX_CELLS, MAX_COLUMNS, MAX_ROWS};
use elements::{Elements, Next, what_is_wrong};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Keys under which programs put their rows.
const WRAPPERS: [&str; 10] = [
    "tickets",
    "results",
    "payload",
    "issues",
    "conversations",
    "items",
    "data",
    "records",
    "rows",
    "campaigns",
];

/// Opens JSON as a Trello board or as rows.
pub(crate) fn open(
    file: &str,
    text: &str,
    options: &ReadOptions,
    ledger: &mut Ledger,
) -> Result<Opened<'static>, FormatError> {
    let body = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\0');
    let start = text.len() - body.len();
    if options.preset != Some(Preset::Generic) && body.starts_with('{') && trello_json::is_board(body) {
        return trello_json::open(file, text, options);
    }
    let at = if body.starts_with('[') {
        Some((start + 1, true))
    } else if has_second_object(body) {
        Some((start, false))
    } else if let Some(at) = wrapped(text) {
        Some((at, true))
    } else {
        is_one_of_a_tool(body, options).then_some((start, false))
    };
    let Some((at, in_list)) = at else {
        return Err(foreign(file, text));
    };
    let mut elements = Elements::new(text, at, in_list);
    let mut collected = Collected {
        preset: options.preset,
        ..Collected::default()
    };
    collected.all(file, &mut elements, ledger)?;
    let Collected {
        preset,
        mut columns,
        mut rows,
        skipped,
        ..
    } = collected;
    let preset = preset.unwrap_or(Preset::Generic);
    if columns.is_empty() {
        return Err(foreign(file, text));
    }
    if preset.layout().habits.cause.is_some() {
        vendors::name_causes(&mut columns, &mut rows);
    }
    let headers = columns.iter().map(|name| Header::new(name)).collect();
    Ok(Opened {
        preset,
        source: Source::Listed { headers, rows, skipped },
        account: None,
        header_line: 1,
        missing: Vec::new(),
    })
}

/// One object alone is a row when a tool is known by its names.
fn is_one_of_a_tool(body: &str, options: &ReadOptions) -> bool {
    let object = serde_json::from_str::<Map<String, Value>>(body.trim_end_matches('\0'));
    let known = |map| recognised(&map) != Preset::Generic;
    object.is_ok_and(|map| options.preset.is_some_and(|preset| preset != Preset::Generic) || known(map))
}

/// Whose object it is. HubSpot's names lie under `properties`.
fn recognised(map: &Map<String, Value>) -> Preset {
    let mut names = objects::names(map);
    if let Some(Value::Object(inner)) = map.get("properties") {
        names.extend(inner.keys().cloned());
    }
    let normals: Vec<String> = names.iter().map(|name| Header::new(name).normal).collect();
    let normals: Vec<&str> = normals.iter().map(String::as_str).collect();
    presets::recognise(Shape::Json, &normals)
}

/// One object per line: what follows the first object is another one.
fn has_second_object(body: &str) -> bool {
    let mut stream = serde_json::Deserializer::from_str(body).into_iter::<Map<String, Value>>();
    matches!(stream.next(), Some(Ok(_))) && matches!(stream.next(), Some(Ok(_)))
}

/// The place after `"tickets": [`, when an object follows.
fn wrapped(text: &str) -> Option<usize> {
    WRAPPERS.iter().find_map(|key| {
        let quoted = format!("\"{key}\"");
        let at = text.find(&quoted)? + quoted.len();
        let rest = text
            .get(at..)?
            .trim_start()
            .strip_prefix(':')?
            .trim_start()
            .strip_prefix('[')?;
        rest.trim_start().starts_with('{').then(|| text.len() - rest.len())
    })
}

/// Valid JSON of another shape, or JSON that is broken.
fn foreign(file: &str, text: &str) -> FormatError {
    match serde_json::from_str::<Value>(text) {
        Err(error) => broken(file, &error, 0),
        Ok(value) => {
            let found = match &value {
                Value::Object(map) => {
                    let keys = map
                        .keys()
                        .take(3)
                        .map(|key| format!("\"{}\"", key.chars().take(30).collect::<String>()));
                    keys.collect::<Vec<_>>().join(", ")
                }
                _ => "no named values".to_owned(),
            };
            FormatError::ForeignJson {
                file: file.to_owned(),
                found: if found.is_empty() {
                    "no named values".to_owned()
                } else {
                    found
                },
            }
        }
    }
}

/// `error` was met in a text that begins `lines_before` lines into the file.
pub(crate) fn broken(file: &str, error: &serde_json::Error, lines_before: u64) -> FormatError {
    FormatError::BrokenJson {
        file: file.to_owned(),
        line: error.line() as u64 + lines_before,
        column: error.column() as u64,
        what: what_is_wrong(error).to_owned(),
    }
}

/// Rows in the making.
#[derive(Default)]
struct Collected {
    /// As given, else by the first object.
    preset: Option<Preset>,
    columns: Vec<String>,
    index: HashMap<String, usize>,
    rows: Vec<Row<'static>>,
    cells: usize,
    skipped: u64,
}

impl Collected {
    fn all(&mut self, file: &str, elements: &mut Elements<'_>, ledger: &mut Ledger) -> Result<(), FormatError> {
        loop {
            match elements.next() {
                Next::End => return Ok(()),
                Next::Cut(what) if self.rows.is_empty() => {
                    return Err(FormatError::BrokenJson {
                        file: file.to_owned(),
                        line: elements.line,
                        column: 1,
                        what: what.to_owned(),
                    });
                }
                Next::Cut(what) => {
                    ledger.damaged = true;
                    let message = format!("Here {what}. Rows before it are sound; export it again");
                    self.skip(ledger, elements.line, message);
                    return Ok(());
                }
                Next::Refused(line, why) => self.skip(ledger, line, why.to_owned()),
                Next::Element(line, Value::Object(map)) => self.object(ledger, line, map),
                Next::Element(line, _) => {
                    self.skip(
                        ledger,
                        line,
                        "This element is not an object with named values".to_owned(),
                    );
                }
            }
            let line = elements.line;
            if self.rows.len() as u64 + self.skipped > MAX_ROWS {
                let file = file.to_owned();
                return Err(FormatError::TooManyRows { file, line });
            }
            if self.cells > MAX_CELLS {
                let file = file.to_owned();
                return Err(FormatError::TooManyCells { file, line });
            }
        }
    }

    fn skip(&mut self, ledger: &mut Ledger, line: u64, message: String) {
        self.skipped += 1;
        ledger.skip(line, message);
    }

    fn object(&mut self, ledger: &mut Ledger, line: u64, map: Map<String, Value>) {
        let preset = *self.preset.get_or_insert_with(|| recognised(&map));
        let map = match vendors::prepared(preset, map) {
            Ok(map) => map,
            Err(why) => return self.skip(ledger, line, why.to_owned()),
        };
        let mut cells: Vec<Cell<'static>> = Vec::new();
        for (name, value) in objects::flat(map) {
            let Some(at) = self.column(name) else { continue };
            if cells.len() <= at {
                cells.resize(at + 1, Cell::EMPTY);
            }
            if let Some(cell) = cells.get_mut(at) {
                *cell = value;
            }
        }
        self.cells += cells.len();
        self.rows.push(Row {
            line,
            cells,
            extra: false,
        });
    }

    /// The column of this name, a new one if there is room.
    fn column(&mut self, name: String) -> Option<usize> {
        if let Some(at) = self.index.get(&name) {
            return Some(*at);
        }
        let at = self.columns.len();
        (at < MAX_COLUMNS).then(|| {
            self.index.insert(name.clone(), at);
            self.columns.push(name);
            at
        })
    }
}
