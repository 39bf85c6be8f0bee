//! What people type into a field, read by the field's declaration: one reader for windows and command line.

use crate::dto::FieldInputDto;
use crate::error::Error;
use crate::problem::Problem;
use crate::retention::MAX_MONTHS;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use sidedesk_domain::fields::{board, complaint, named};
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
        let spec = named(kind, &input.field)
            .filter(|spec| !is_written_here(spec))
            .ok_or_else(|| {
                let problem = Problem::UnknownField {
                    kind: kind.name(),
                    known: sidedesk_domain::fields::of_kind(kind).map(|spec| spec.name).collect(),
                };
                Error::input(&input.field, problem)
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
        return Err(Error::input(spec.name, Problem::Many(MAX_ELEMENTS)));
    }
    let present = state.texts(spec.id);
    let added = wanted.iter().filter(|element| !present.iter().any(|p| p == *element));
    let removed = present.iter().filter(|element| !wanted.contains(&element.as_str()));
    let mut edits: Vec<(FieldId, Edit)> = Vec::new();
    for element in added {
        edits.push((
            spec.id,
            Edit::Add(text(element).map_err(|problem| Error::input(spec.name, problem))?),
        ));
    }
    for element in removed {
        edits.push((spec.id, Edit::Remove(element.as_str().into())));
    }
    edits.dedup();
    Ok(edits)
}

/// What only the program writes: the lists of exports and of fixes are no lists that somebody edits.
fn is_written_here(spec: &FieldSpec) -> bool {
    [board::EXPORTS, complaint::FIXES].contains(&spec.id)
}

/// Fields that hold something or keep what they hold.
fn is_needed(spec: &FieldSpec) -> bool {
    matches!(
        (spec.kind, spec.name),
        (Kind::Campaign, "name") | (Kind::Complaint, "title") | (Kind::Board | Kind::Member, _)
    ) && ![board::RETENTION, board::QUIET, board::ONE_ANSWER].contains(&spec.id)
}

/// One value as typed; blank empties the field.
fn read(spec: &FieldSpec, typed: &str, zone: Tz) -> Result<Value, Error> {
    if typed.is_empty() {
        return if is_needed(spec) {
            Err(Error::input(spec.name, Problem::Empty))
        } else {
            Ok(Value::Null)
        };
    }
    value(spec, typed, zone).map_err(|problem| Error::input(spec.name, problem))
}

/// One value as typed, not blank.
pub(crate) fn value(spec: &FieldSpec, typed: &str, zone: Tz) -> Result<Value, Problem> {
    match spec.ty {
        FieldType::Text if spec.name == "zone" && typed.parse::<Tz>().is_err() => Err(Problem::Zone(typed.into())),
        FieldType::Text if (spec.kind, spec.name) == (Kind::Board, "standup") => time_of_day(typed)
            .map(Value::Text)
            .ok_or_else(|| Problem::Time(typed.into())),
        FieldType::Text | FieldType::LongText | FieldType::Set => text(typed),
        FieldType::Int => {
            let digits = typed.replace([' ', '\u{a0}', '\u{202f}', '_'], "");
            let number: i64 = digits.parse().map_err(|_| Problem::Number(typed.into()))?;
            check_range(spec, number)?;
            Ok(Value::Int(number))
        }
        FieldType::Instant => instant(typed, zone)
            .map(Value::Int)
            .ok_or_else(|| Problem::Date(typed.into())),
        FieldType::Bool => match typed.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(Value::Bool(true)),
            "false" | "no" | "0" => Ok(Value::Bool(false)),
            _ => Err(Problem::choice(typed, &["yes", "no"])),
        },
        FieldType::Choice(words) => {
            let word = typed.to_lowercase().replace([' ', '-'], "_");
            if words.contains(&word.as_str()) {
                Ok(Value::Text(word))
            } else {
                Err(Problem::choice(typed, words))
            }
        }
        FieldType::Ref(kind) => typed.parse::<RecordId>().map(Value::Id).map_err(|_| Problem::Link {
            typed: typed.into(),
            kind: kind.name(),
        }),
    }
}

fn check_range(spec: &FieldSpec, number: i64) -> Result<(), Problem> {
    match (spec.kind, spec.name) {
        // 1 is a nuisance, 5 is harm.
        (Kind::Board, "retention_months") if number > MAX_MONTHS => Err(Problem::Range {
            from: 0,
            to: Some(MAX_MONTHS),
        }),
        (Kind::Complaint, "severity") if !(1..=5).contains(&number) => Err(Problem::Range { from: 1, to: Some(5) }),
        _ if number < 0 => Err(Problem::Range { from: 0, to: None }),
        _ => Ok(()),
    }
}

/// A text that is not too long.
pub(crate) fn text(typed: &str) -> Result<Value, Problem> {
    if typed.len() > MAX_TEXT_LEN {
        return Err(Problem::Long(MAX_TEXT_LEN / 1024));
    }
    Ok(Value::Text(typed.to_owned()))
}

/// `9:15` and `09:15` are the same time; written it is the longer one.
fn time_of_day(typed: &str) -> Option<String> {
    let time = NaiveTime::parse_from_str(typed, "%H:%M").ok()?;
    Some(time.format("%H:%M").to_string())
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
        check(Kind::Board, "standup", "9:05", Ok(Edit::Set("09:05".into())));
        check(Kind::Board, "standup", "25:00", Err("not a time of day"));
        check(Kind::Board, "standup", "soon", Err("not a time of day"));
        check(Kind::Board, "standup", "", Err("cannot be empty"));
        check(Kind::Member, "function", "", Err("cannot be empty"));
        check(Kind::Member, "function", "sales", Err("not one of marketing, support"));
    }
}
