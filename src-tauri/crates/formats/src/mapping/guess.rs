//! Where columns go when nobody says so: by the tool's names, by ours, and in a table of nobody's by a name that is a
//! letter off.

use super::Target;
use crate::distance;
use crate::headers::Header;
use crate::presets::{self, Preset};
use sidedesk_domain::fields::{self, FieldSpec, FieldType, Kind};

/// One target per column.
pub(super) fn guess(preset: Preset, kind: Kind, headers: &[Header]) -> Vec<Option<Target>> {
    let mut targets: Vec<Option<Target>> = vec![None; headers.len()];
    let habits = preset.layout().habits;
    let (own, scope) = presets::table(preset, kind);
    if kind == Kind::Report
        && let Some((cause, _)) = habits.cause
    {
        let column = headers.iter().position(|header| header.normal == cause);
        if let Some(slot) = column.and_then(|at| targets.get_mut(at)) {
            *slot = Some(Target::Group);
        }
    }
    for (field, names) in own.iter().chain(scope) {
        let Some(spec) = fields::named(kind, field) else {
            continue;
        };
        let filled = targets.iter().flatten().any(|target| target.name() == *field);
        if filled {
            continue;
        }
        take_named(preset, spec, names, headers, &mut targets);
    }
    if habits.typed_custom_fields
        && kind == Kind::Report
        && let Some(spec) = fields::named(kind, "category")
    {
        take_columns(&mut targets, headers, spec, |header| {
            header.suffix.as_deref() == Some("list")
        });
    }
    if habits.due_is_the_date {
        due_is_the_date(&mut targets, kind);
    }
    targets
}

/// Gives a field the columns that are called so; in a table of nobody's also one that is a letter off.
fn take_named(
    preset: Preset,
    spec: &'static FieldSpec,
    names: &[&str],
    headers: &[Header],
    targets: &mut [Option<Target>],
) {
    let generic = preset == Preset::Generic;
    let several = spec.ty == FieldType::Set || (!generic && ["text", "first_reply"].contains(&spec.name));
    let mut found = false;
    for exact in [true, false] {
        for name in names {
            if found && !several {
                break;
            }
            found |= take_columns(targets, headers, spec, |header| {
                // Zendesk's own "Status" and a custom field "Status [list]" are two things.
                let custom = preset.layout().habits.typed_custom_fields && header.suffix.is_some();
                !custom && (header.normal == *name || (!exact && is_one_off(&header.normal, name)))
            });
        }
        if found || !generic {
            break;
        }
    }
}

/// A plan without start dates calls its date the due date.
fn due_is_the_date(targets: &mut [Option<Target>], kind: Kind) {
    if targets.iter().flatten().any(|target| target.name() == "start") {
        return;
    }
    for target in targets
        .iter_mut()
        .filter(|target| target.is_some_and(|t| t.name() == "end"))
    {
        *target = fields::named(kind, "start").map(Target::Field);
    }
}

/// Gives every free column that fits to the field.
fn take_columns(
    targets: &mut [Option<Target>],
    headers: &[Header],
    spec: &'static FieldSpec,
    fits: impl Fn(&Header) -> bool,
) -> bool {
    let mut any = false;
    for (target, header) in targets.iter_mut().zip(headers) {
        if target.is_none() && fits(header) {
            *target = Some(Target::Field(spec));
            any = true;
        }
    }
    any
}

/// Mistyped by one letter; short names are too much alike for that.
fn is_one_off(normal: &str, name: &str) -> bool {
    name.len() >= 6 && normal.len().abs_diff(name.len()) <= 1 && distance::edits(normal, name) == 1
}
