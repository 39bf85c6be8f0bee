//! Shared by the tests: the fixtures, and what holds for every file that was read.

use sidedesk_domain::fields::Kind;
use sidedesk_domain::time::{self, Tz};
use sidedesk_domain::{FieldId, fields};
use sidedesk_formats::{Draft, DraftValue, Parsed, ReadOptions, read};
use std::collections::HashSet;
use std::path::Path;

/// 21 November 2026, 12:00 UTC.
pub const NOW: i64 = 1_795_262_400_000;

/// The bytes of a foreign file.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/fixtures/foreign")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Read in Berlin, with a map like `Issue=complaint,Product=product`.
pub fn options(map: &str) -> ReadOptions {
    let mut options = ReadOptions::new(Tz::Europe__Berlin, NOW);
    let pairs = map.split(',').filter_map(|pair| pair.split_once('='));
    options.map = pairs
        .map(|(column, field)| (column.to_owned(), field.to_owned()))
        .collect();
    options
}

/// Reads a foreign file; what holds for every file is checked.
pub fn parse(name: &str, map: &str) -> Parsed {
    let parsed = read(name, &fixture(name), &options(map)).unwrap_or_else(|error| panic!("{name}: {error}"));
    check_sound(&parsed);
    parsed
}

/// Every row is accounted for, ids are distinct, fields belong to the kind, texts fit.
pub fn check_sound(parsed: &Parsed) {
    assert_eq!(
        parsed.rows + parsed.expanded,
        parsed.drafts.len() as u64 + parsed.skipped(),
        "accounting"
    );
    let ids: HashSet<_> = parsed.drafts.iter().map(|draft| draft.id).collect();
    assert_eq!(ids.len(), parsed.drafts.len(), "ids are distinct");
    for draft in &parsed.drafts {
        assert_eq!(draft.kind, parsed.kind);
        let named: HashSet<FieldId> = draft.fields.iter().map(|(field, _)| *field).collect();
        assert_eq!(named.len(), draft.fields.len(), "a field stands once: {draft:?}");
        for (field, value) in &draft.fields {
            let spec = field.spec().unwrap();
            assert_eq!(spec.kind, parsed.kind, "{field:?}");
            match value {
                DraftValue::Many(items) => {
                    assert!(spec.ty == fields::FieldType::Set && !items.is_empty(), "{field:?}");
                    assert!(items.iter().all(|item| item.len() <= 32 * 1024));
                }
                DraftValue::One(value) => {
                    assert!(spec.ty != fields::FieldType::Set, "{field:?}");
                    assert!(
                        value
                            .as_text()
                            .is_none_or(|text| text.len() <= 32 * 1024 && !text.contains('\0'))
                    );
                }
            }
        }
    }
    for problem in &parsed.problems {
        assert!(problem.line > 0 && !problem.message.is_empty(), "{problem:?}");
    }
    assert!(matches!(parsed.kind, Kind::Campaign | Kind::Report));
}

/// A field as people would write it.
pub fn shown(draft: &Draft, field: FieldId) -> String {
    let instant = field.spec().is_some_and(|spec| spec.ty == fields::FieldType::Instant);
    match draft.get(field) {
        None => String::new(),
        Some(DraftValue::Many(items)) => items.join("|"),
        Some(DraftValue::One(value)) => match (value.as_int(), value.as_text(), value.as_bool()) {
            (Some(at), ..) if instant => time::to_rfc3339(at),
            (Some(number), ..) => number.to_string(),
            (_, Some(text), _) => text.to_owned(),
            (_, _, Some(truth)) => truth.to_string(),
            _ => String::new(),
        },
    }
}

/// How many drafts have the field.
pub fn count(parsed: &Parsed, field: FieldId) -> usize {
    parsed.drafts.iter().filter(|draft| draft.get(field).is_some()).count()
}

/// `header→field` of the columns that are used.
pub fn used(parsed: &Parsed) -> String {
    let used = parsed
        .columns
        .iter()
        .filter_map(|column| Some(format!("{}→{}", column.header, column.field?)));
    used.collect::<Vec<_>>().join(" ")
}

/// A draft's filled fields by name, in the order of the fields: `title=x status=open`.
pub fn told(draft: &Draft) -> String {
    let mut fields: Vec<FieldId> = draft.fields.iter().map(|(field, _)| *field).collect();
    fields.sort_unstable_by_key(|field| field.0 & 0x7fff);
    let source = |field: &FieldId| field.spec().is_some_and(|spec| spec.name == "source");
    let told = fields.iter().filter(|field| !source(field));
    let told = told.map(|field| format!("{}={}", field.spec().unwrap().name, shown(draft, *field)));
    let group = draft.group.iter().map(|group| format!("complaint={group}"));
    told.chain(group).collect::<Vec<_>>().join(" · ")
}
