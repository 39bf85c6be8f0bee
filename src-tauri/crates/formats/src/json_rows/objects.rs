//! One object as named cells: what is nested becomes `outer.inner`, lists of scalars or of named things become lists,
//! and a list of `{id, value}` becomes a column each, as help desks write their custom fields.

use crate::rows::Cell;
use serde_json::{Map, Value};

/// Objects inside objects that become columns; deeper ones stay JSON text.
const DEPTH: usize = 3;

/// The cells of an object, in its order.
pub(super) fn flat(map: Map<String, Value>) -> Vec<(String, Cell<'static>)> {
    let mut cells = Vec::new();
    for (key, value) in map {
        put(key, value, DEPTH, &mut cells);
    }
    cells
}

/// The names of those cells.
pub(super) fn names(map: &Map<String, Value>) -> Vec<String> {
    let cells = flat(map.clone());
    let top = map.keys().cloned();
    top.chain(cells.into_iter().map(|(name, _)| name)).collect()
}

fn put(name: String, value: Value, depth: usize, cells: &mut Vec<(String, Cell<'static>)>) {
    match value {
        Value::Object(inner) if depth > 0 => {
            for (key, value) in inner {
                put(format!("{name}.{key}"), value, depth - 1, cells);
            }
        }
        Value::Array(items) if !items.is_empty() && items.iter().all(is_custom_field) => {
            for item in items {
                let Value::Object(mut item) = item else { continue };
                let id = item.remove("id").map(|id| to_cell(id).text().into_owned());
                let value = item.remove("value").unwrap_or_default();
                cells.push((format!("{name}.{}", id.unwrap_or_default()), to_cell(value)));
            }
        }
        value => cells.push((name, to_cell(value))),
    }
}

/// `{"id": 360001, "value": "Boots"}` and nothing else.
fn is_custom_field(item: &Value) -> bool {
    let Value::Object(item) = item else { return false };
    item.len() == 2 && item.contains_key("id") && item.contains_key("value")
}

fn to_cell(value: Value) -> Cell<'static> {
    match value {
        Value::Null => Cell::EMPTY,
        Value::String(text) => Cell::Text(text.into()),
        Value::Array(items) => match items.iter().map(word_of).collect::<Option<Vec<String>>>() {
            Some(words) => Cell::List(words),
            None => Cell::Text(Value::Array(items).to_string().into()),
        },
        other => Cell::Text(other.to_string().into()),
    }
}

/// A scalar, or what a thing is called: GitHub's labels are objects with a name.
fn word_of(item: &Value) -> Option<String> {
    match item {
        Value::String(text) => Some(text.clone()),
        Value::Null => Some(String::new()),
        Value::Object(thing) => {
            let name = ["name", "title"].iter().find_map(|key| thing.get(*key)?.as_str());
            name.map(str::to_owned)
        }
        Value::Array(_) => None,
        scalar => Some(scalar.to_string()),
    }
}
