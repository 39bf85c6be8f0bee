//! JSON as rows: a list of flat objects, the same under a key (`{"tickets": […]}`), or one object per line.
//!
//! Elements are read one by one, so a file that is cut off keeps those before the cut, and every row knows its line.
//! A nested value becomes its JSON text; one level of nesting becomes columns (`requester.email`).

use crate::MAX_COLUMNS;
use crate::error::FormatError;
use crate::headers::Header;
use crate::ledger::Ledger;
use crate::model::ReadOptions;
use crate::pipeline::Opened;
use crate::presets::Preset;
use crate::rows::{Cell, Row, Source};
use crate::trello_json;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Keys under which programs put their rows.
const WRAPPERS: [&str; 6] = ["tickets", "results", "items", "data", "records", "rows"];

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
    } else {
        wrapped(text).map(|at| (at, true))
    };
    let Some((at, in_list)) = at else {
        return Err(foreign(file, text));
    };
    let mut elements = Elements {
        text,
        at,
        line: 1,
        in_list,
    };
    elements.line += count_lines(text.get(..at).unwrap_or_default());
    let (rows, headers, skipped) = collect(file, &mut elements, ledger)?;
    if headers.is_empty() {
        return Err(foreign(file, text));
    }
    Ok(Opened {
        preset: options.preset.unwrap_or(Preset::Generic),
        source: Source::Listed { headers, rows, skipped },
        account: None,
        header_line: 1,
        missing: Vec::new(),
    })
}

fn count_lines(text: &str) -> u64 {
    text.bytes().filter(|b| *b == b'\n').count() as u64
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

fn what_is_wrong(error: &serde_json::Error) -> &'static str {
    if error.is_eof() {
        "the file is cut off"
    } else {
        "this is not JSON"
    }
}

struct Elements<'a> {
    text: &'a str,
    at: usize,
    line: u64,
    in_list: bool,
}

enum Next {
    Element(u64, Value),
    End,
    Cut(&'static str),
}

impl Elements<'_> {
    fn advance(&mut self, to: usize) {
        self.line += count_lines(self.text.get(self.at..to).unwrap_or_default());
        self.at = to;
    }

    fn next(&mut self) -> Next {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let blank = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == '\0')
                .len();
        self.advance(self.at + blank);
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return if self.in_list {
                Next::Cut("the file is cut off")
            } else {
                Next::End
            };
        }
        if self.in_list && rest.starts_with(']') {
            return Next::End;
        }
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                let line = self.line;
                let used = stream.byte_offset();
                self.advance(self.at + used);
                Next::Element(line, value)
            }
            Some(Err(error)) => {
                self.line += (error.line() as u64).saturating_sub(1);
                Next::Cut(what_is_wrong(&error))
            }
            None => Next::End,
        }
    }
}

type Collected = (Vec<Row<'static>>, Vec<Header>, u64);

fn collect(file: &str, elements: &mut Elements<'_>, ledger: &mut Ledger) -> Result<Collected, FormatError> {
    let mut columns: Vec<String> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut rows: Vec<Row<'static>> = Vec::new();
    let mut skipped = 0;
    loop {
        match elements.next() {
            Next::End => break,
            Next::Cut(what) if rows.is_empty() => {
                return Err(FormatError::BrokenJson {
                    file: file.to_owned(),
                    line: elements.line,
                    column: 1,
                    what: what.to_owned(),
                });
            }
            Next::Cut(what) => {
                ledger.damaged = true;
                skipped += 1;
                ledger.skip(
                    elements.line,
                    format!("Here {what}. Rows before it are sound; export it again"),
                );
                break;
            }
            Next::Element(line, Value::Object(map)) => {
                let mut cells: Vec<Cell<'static>> = vec![Cell::EMPTY; columns.len()];
                for (key, value) in flat(map) {
                    let known = index.get(&key).copied();
                    let at = known.unwrap_or(columns.len());
                    if known.is_none() {
                        if columns.len() >= MAX_COLUMNS {
                            continue;
                        }
                        index.insert(key.clone(), at);
                        columns.push(key);
                        cells.push(Cell::EMPTY);
                    }
                    if let Some(cell) = cells.get_mut(at) {
                        *cell = to_cell(value);
                    }
                }
                rows.push(Row {
                    line,
                    cells,
                    extra: false,
                });
            }
            Next::Element(line, _) => {
                skipped += 1;
                ledger.skip(line, "This element is not an object with named values");
            }
        }
    }
    for row in &mut rows {
        row.cells.resize(columns.len(), Cell::EMPTY);
    }
    Ok((rows, columns.iter().map(|name| Header::new(name)).collect(), skipped))
}

/// One level of nesting becomes `outer.inner`.
fn flat(map: Map<String, Value>) -> Vec<(String, Value)> {
    let mut pairs = Vec::new();
    for (key, value) in map {
        match value {
            Value::Object(inner) => {
                pairs.extend(inner.into_iter().map(|(name, value)| (format!("{key}.{name}"), value)))
            }
            value => pairs.push((key, value)),
        }
    }
    pairs
}

fn to_cell(value: Value) -> Cell<'static> {
    match value {
        Value::Null => Cell::EMPTY,
        Value::String(text) => Cell::Text(text.into()),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => Cell::List(
            items
                .into_iter()
                .map(|item| to_cell(item).text().into_owned())
                .collect(),
        ),
        other => Cell::Text(other.to_string().into()),
    }
}
