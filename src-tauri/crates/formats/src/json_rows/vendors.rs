//! What some tools' objects need before they are flat: a conversation becomes its customer's words, a problem and its
//! incidents become one cause, a wrapper is taken off.

use crate::headers::normal_form;
use crate::presets::Preset;
use crate::rows::{Cell, Row};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The object as its preset's layout expects it, or why it is not taken.
pub(super) fn prepared(preset: Preset, mut map: Map<String, Value>) -> Result<Map<String, Value>, &'static str> {
    match preset {
        Preset::HubspotTickets | Preset::HubspotCampaigns => lift(&mut map, "properties"),
        Preset::ChatwootJson => spoken(&mut map, "messages", "content", &["message_type"], &["0", "incoming"]),
        Preset::ZammadJson => spoken(&mut map, "articles", "body", &["sender"], &["Customer", "2"]),
        Preset::GithubIssues => {
            if map.get("pull_request").is_some_and(|request| !request.is_null()) {
                return Err("This is a pull request, not an issue");
            }
            let reference = ["html_url", "url"]
                .iter()
                .find_map(|key| reference(map.get(*key)?.as_str()?));
            if let Some(reference) = reference {
                map.insert("reference".to_owned(), Value::String(reference));
            }
        }
        _ => {}
    }
    Ok(map)
}

/// Puts what lies under `key` one level up, where nothing else has the name.
fn lift(map: &mut Map<String, Value>, key: &str) {
    if let Some(Value::Object(inner)) = map.remove(key) {
        for (name, value) in inner {
            map.entry(name).or_insert(value);
        }
    }
}

/// Replaces a list of messages by the texts of those that a customer wrote.
fn spoken(map: &mut Map<String, Value>, key: &str, text: &str, by: &[&str], customers: &[&str]) {
    let Some(Value::Array(messages)) = map.get(key) else {
        return;
    };
    let word = |value: &Value| match value {
        Value::String(word) => word.clone(),
        other => other.to_string(),
    };
    let wrote = |message: &&Value| {
        let author = by.iter().find_map(|name| message.get(*name)).map(word);
        author.is_some_and(|author| customers.contains(&author.as_str()))
    };
    let texts = messages
        .iter()
        .filter(wrote)
        .filter_map(|message| message.get(text)?.as_str());
    let texts: Vec<&str> = texts.map(str::trim).filter(|text| !text.is_empty()).collect();
    let joined = Value::String(texts.join("\n\n"));
    map.insert(key.to_owned(), joined);
}

/// `https://github.com/owner/name/issues/12` → `owner/name#12`: numbers alone would be the same in every repository.
fn reference(address: &str) -> Option<String> {
    let (before, number) = address.trim_end_matches('/').rsplit_once("/issues/")?;
    let mut parts = before.rsplit('/');
    let (name, owner) = (parts.next()?, parts.next()?);
    let sound = !name.is_empty() && !owner.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| format!("{owner}/{name}#{number}"))
}

/// Zendesk's problem and its incidents are one cause, called as the problem is. Gives the columns `problem` and
/// `problem_id` to every ticket that belongs to one.
pub(super) fn name_causes(columns: &mut Vec<String>, rows: &mut [Row<'static>]) {
    let find = |columns: &[String], name: &str| columns.iter().position(|column| normal_form(column) == name);
    let (Some(id), Some(subject)) = (find(columns, "id"), find(columns, "subject")) else {
        return;
    };
    let (kind, cause) = (find(columns, "type"), find(columns, "problemid"));
    let cell = |row: &Row<'_>, at: Option<usize>| {
        let cell = at.and_then(|at| row.cells.get(at));
        cell.map(|cell| cell.text().trim().to_owned()).unwrap_or_default()
    };
    let cause_of = |row: &Row<'_>| match cell(row, cause) {
        known if !known.is_empty() => known,
        _ if cell(row, kind) == "problem" => cell(row, Some(id)),
        _ => String::new(),
    };
    let subjects: HashMap<String, String> = rows
        .iter()
        .map(|row| (cell(row, Some(id)), cell(row, Some(subject))))
        .collect();
    let causes: Vec<String> = rows.iter().map(cause_of).collect();
    if causes.iter().all(String::is_empty) {
        return;
    }
    let cause = cause.unwrap_or_else(|| {
        columns.push("problem_id".to_owned());
        columns.len() - 1
    });
    columns.push("problem".to_owned());
    let name_at = columns.len() - 1;
    for (row, id) in rows.iter_mut().zip(causes).filter(|(_, id)| !id.is_empty()) {
        row.cells.resize(columns.len().max(row.cells.len()), Cell::EMPTY);
        let known = subjects.get(&id).filter(|subject| !subject.is_empty());
        let name = known.cloned().unwrap_or_else(|| format!("Problem {id}"));
        for (at, text) in [(cause, id), (name_at, name)] {
            if let Some(cell) = row.cells.get_mut(at) {
                *cell = Cell::Text(text.into());
            }
        }
    }
}
