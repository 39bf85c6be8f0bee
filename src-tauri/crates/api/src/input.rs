//! What people type into a field, read by the field's declaration: one reader for windows and command line.

use crate::dto::FieldInputDto;
use crate::error::Error;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use sidedesk_domain::fields::named;
use sidedesk_domain::time::{Tz, local_to_utc};
use sidedesk_domain::value::MAX_TEXT_LEN;
use sidedesk_domain::{Edit, FieldId, FieldSpec, FieldType, Kind, Millis, RecordId, RecordState, Value};

/// Elements in one list at most.
const MAX_ELEMENTS: usize = 200;

/// The edits that make the fields of `state` hold what was typed. Lists become single additions and removals, so that two
/// people's changes to one list merge.
pub(crate) fn edits(
    kind: Kind,
    state: &RecordState,
    fields: &[FieldInputDto],
    zone: Tz,
) -> Result<Vec<(FieldId, Edit)>, Error> {
    let mut edits = Vec::new();
    for input in fields {
        let spec = named(kind, &input.field).ok_or_else(|| {
            let known: Vec<&str> = sidedesk_domain::fields::of_kind(kind).map(|spec| spec.name).collect();
            Error::input(
                &input.field,
                format!("a {} has no such field; it has {}", kind.name(), known.join(", ")),
            )
        })?;
        let typed = input.value.as_deref().map(str::trim).unwrap_or("");
        if spec.ty == FieldType::Set {
            edits.extend(set_edits(spec, state, typed)?);
        } else {
            let value = read(spec, typed, zone)?;
            if *state.get(spec.id) != value || !state.rivals(spec.id).is_empty() {
                edits.push((spec.id, Edit::Set(value)));
            }
        }
    }
    Ok(edits)
}

fn set_edits(spec: &FieldSpec, state: &RecordState, typed: &str) -> Result<Vec<(FieldId, Edit)>, Error> {
    let wanted: Vec<&str> = typed
        .split([',', ';'])
        .map(str::trim)
        .filter(|element| !element.is_empty())
        .collect();
    if wanted.len() > MAX_ELEMENTS {
        return Err(Error::input(
            spec.name,
            format!("at most {MAX_ELEMENTS} values fit; leave some out"),
        ));
    }
    let present = state.texts(spec.id);
    let added = wanted.iter().filter(|element| !present.iter().any(|p| p == *element));
    let removed = present.iter().filter(|element| !wanted.contains(&element.as_str()));
    let mut edits: Vec<(FieldId, Edit)> = Vec::new();
    for element in added {
        edits.push((spec.id, Edit::Add(text(spec, element)?)));
    }
    for element in removed {
        edits.push((spec.id, Edit::Remove(element.as_str().into())));
    }
    edits.dedup();
    Ok(edits)
}

/// One value as typed; blank empties the field.
fn read(spec: &FieldSpec, typed: &str, zone: Tz) -> Result<Value, Error> {
    if typed.is_empty() {
        return match (spec.kind, spec.name) {
            (Kind::Campaign, "name") | (Kind::Complaint, "title") => {
                Err(Error::input(spec.name, "it cannot be empty; type a few words"))
            }
            _ => Ok(Value::Null),
        };
    }
    match spec.ty {
        FieldType::Text if spec.name == "zone" && typed.parse::<Tz>().is_err() => Err(Error::input(
            spec.name,
            format!("\"{}\" is not a zone; write one such as Europe/London", short(typed)),
        )),
        FieldType::Text | FieldType::Set => text(spec, typed),
        FieldType::Int => {
            let number: i64 = typed
                .replace([' ', '\u{a0}', '_'], "")
                .parse()
                .map_err(|_| Error::input(spec.name, format!("\"{}\" is not a whole number", short(typed))))?;
            check_range(spec, number)?;
            Ok(Value::Int(number))
        }
        FieldType::Instant => instant(typed, zone).map(Value::Int).ok_or_else(|| {
            let sentence = format!(
                "\"{}\" is not a date; write 2026-11-21 or 2026-11-21 15:00",
                short(typed)
            );
            Error::input(spec.name, sentence)
        }),
        FieldType::Bool => match typed.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(Value::Bool(true)),
            "false" | "no" | "0" => Ok(Value::Bool(false)),
            _ => Err(Error::input(spec.name, "write yes or no")),
        },
        FieldType::Choice(words) => {
            let word = typed.to_lowercase().replace([' ', '-'], "_");
            if words.contains(&word.as_str()) {
                Ok(Value::Text(word))
            } else {
                Err(Error::input(
                    spec.name,
                    format!("\"{}\" is not one of {}", short(typed), words.join(", ")),
                ))
            }
        }
        FieldType::Ref(kind) => typed.parse::<RecordId>().map(Value::Id).map_err(|_| {
            Error::input(
                spec.name,
                format!("\"{}\" is not the id of a {}", short(typed), kind.name()),
            )
        }),
    }
}

fn check_range(spec: &FieldSpec, number: i64) -> Result<(), Error> {
    match (spec.kind, spec.name) {
        (Kind::Complaint, "severity") if !(1..=5).contains(&number) => {
            Err(Error::input(spec.name, "it goes from 1 (a nuisance) to 5 (harm)"))
        }
        _ if number < 0 => Err(Error::input(spec.name, "it cannot be negative")),
        _ => Ok(()),
    }
}

fn text(spec: &FieldSpec, typed: &str) -> Result<Value, Error> {
    if typed.len() > MAX_TEXT_LEN {
        return Err(Error::input(
            spec.name,
            format!("it is longer than {} kB; shorten it", MAX_TEXT_LEN / 1024),
        ));
    }
    Ok(Value::Text(typed.to_owned()))
}

/// RFC 3339, or a date with or without a time of day in `zone`.
pub(crate) fn instant(typed: &str, zone: Tz) -> Option<Millis> {
    if let Ok(at) = DateTime::parse_from_rfc3339(typed) {
        return Some(at.timestamp_millis());
    }
    let local = [
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
    ]
    .iter()
    .find_map(|format| NaiveDateTime::parse_from_str(typed, format).ok())
    .or_else(|| {
        NaiveDate::parse_from_str(typed, "%Y-%m-%d")
            .ok()
            .map(|date| date.and_time(NaiveTime::MIN))
    })?;
    Some(local_to_utc(local, zone))
}

fn short(typed: &str) -> String {
    typed.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, field: &str, typed: &str, expected: Result<Edit, &str>) {
        let input = FieldInputDto {
            field: field.into(),
            value: Some(typed.into()),
        };
        let found = edits(kind, &RecordState::default(), &[input], Tz::Europe__London);
        match (found, expected) {
            (Ok(edits), Ok(edit)) => assert_eq!(edits.first().map(|(_, e)| e), Some(&edit), "{field}={typed}"),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (found, expected) => panic!("{field}={typed}: {found:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn typed_values_are_read_by_the_declaration() {
        let noon = 1_784_545_200_000; // 2026-07-20 12:00 in London
        check(Kind::Campaign, "start", "2026-07-20 12:00", Ok(Edit::Set(noon.into())));
        check(
            Kind::Campaign,
            "start",
            "2026-07-20T11:00:00Z",
            Ok(Edit::Set(noon.into())),
        );
        check(Kind::Campaign, "start", "next week", Err("2026-11-21"));
        check(Kind::Campaign, "reach", "48 000", Ok(Edit::Set(48_000.into())));
        check(
            Kind::Campaign,
            "state",
            "Winding down",
            Ok(Edit::Set("winding_down".into())),
        );
        check(Kind::Campaign, "state", "finished", Err("not one of"));
        check(Kind::Campaign, "product", "Boots, Socks", Ok(Edit::Add("Boots".into())));
        check(Kind::Campaign, "nmae", "x", Err("has no such field"));
        check(Kind::Campaign, "name", "  ", Err("cannot be empty"));
        check(Kind::Complaint, "severity", "6", Err("1 (a nuisance)"));
        check(Kind::Campaign, "zone", "Nowhere", Err("not a zone"));
    }
}
