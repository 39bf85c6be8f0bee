//! Taking an action back on one record: only where what it wrote still stands.

use crate::action::Edit;
use crate::fields::{DELETED, FieldId};
use crate::fold::{Changed, Outcome, RecordState, Stamp, is_long_text};
use crate::text::diff::merge;
use crate::value::Value;
use std::collections::BTreeMap;

/// What one op of an action did to a record, as history tells it.
#[derive(Debug, Clone, Copy)]
pub struct Did<'a> {
    /// Who, when, where.
    pub stamp: Stamp,
    /// The record was empty before.
    pub created: bool,
    /// Old and new.
    pub changes: &'a [Changed],
}

/// How to take it back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inverse {
    /// The old values, where the action's own still stand.
    pub edits: Vec<(FieldId, Edit)>,
    /// Fields that stay as they are, because somebody changed them since.
    pub left: u64,
}

/// What an action did to one field: from the value before its first change to the one after its last.
struct Undoable {
    old: Value,
    new: Value,
    place: u64,
    outcome: Outcome,
}

/// Takes back what an action did to this record. A value counts as its own where it wrote it, or where undo or redo
/// brought it back at one of the places in `returned`. Of a long text it takes back the pieces that nobody has touched.
pub fn inverse(state: &RecordState, did: &[Did<'_>], returned: &[u64]) -> Inverse {
    let mut inverse = Inverse::default();
    let Some(author) = did.first().map(|line| line.stamp.device) else {
        return inverse;
    };
    if did.iter().any(|line| line.created) {
        // It began with this action: taking it back is deleting it, unless somebody else has worked on it since.
        if state.is_work_of(author) {
            inverse.edits.push((DELETED, Edit::Set(true.into())));
        } else {
            inverse.left = 1;
        }
        return inverse;
    }
    for (
        (field, element),
        Undoable {
            old,
            new,
            place,
            outcome,
        },
    ) in by_field(did)
    {
        if outcome != Outcome::Written {
            // A proposal is taken back by proposing what stands, and made again. What was declined is its proposer's.
            match outcome {
                Outcome::Proposed if proposed(state, field, element.as_ref(), place) => {
                    let stands = standing(state, field, element.as_ref());
                    inverse.edits.push((field, write_back(field, element, stands)));
                }
                Outcome::Withdrawn => inverse.edits.push((field, write_back(field, element, old))),
                _ => inverse.left += 1,
            }
            continue;
        }
        if is_long_text(field) && element.is_none() && state.rivals(field).is_empty() {
            let (text, touched) = without(&old, &new, state.get(field));
            inverse.left += u64::from(touched);
            if text != *state.get(field) {
                inverse.edits.push((field, Edit::Set(text)));
            }
            continue;
        }
        let stands = |place: &u64| state.stands(field, element.as_ref(), *place);
        let brought_back = || holds(state, field, element.as_ref(), &new) && returned.iter().any(stands);
        if !(stands(&place) || brought_back()) {
            inverse.left += 1;
        } else if old != new {
            inverse.edits.push((field, write_back(field, element, old)));
        }
    }
    inverse
}

fn by_field(did: &[Did<'_>]) -> BTreeMap<(FieldId, Option<Value>), Undoable> {
    let mut done: BTreeMap<(FieldId, Option<Value>), Undoable> = BTreeMap::new();
    for line in did {
        for change in line.changes {
            let fresh = || Undoable {
                old: change.old.clone(),
                new: Value::Null,
                place: 0,
                outcome: Outcome::Written,
            };
            let entry = done.entry((change.field, change.element.clone())).or_insert_with(fresh);
            (entry.new, entry.place, entry.outcome) = (change.new.clone(), line.stamp.place, change.outcome);
        }
    }
    done
}

fn proposed(state: &RecordState, field: FieldId, element: Option<&Value>, place: u64) -> bool {
    let mut waiting = state.proposals().filter(|p| (p.field, p.element) == (field, element));
    waiting.any(|proposal| proposal.sibling.stamp.place == place)
}

fn standing(state: &RecordState, field: FieldId, element: Option<&Value>) -> Value {
    match element {
        Some(element) => holds(state, field, Some(element), &true.into()).into(),
        None => state.get(field).clone(),
    }
}

fn holds(state: &RecordState, field: FieldId, element: Option<&Value>, value: &Value) -> bool {
    match element {
        Some(element) => state
            .element(field, element)
            .is_some_and(|sibling| sibling.value == *value),
        None => state.get(field) == value,
    }
}

/// A long text as it stands, without what one action did to it: of its pieces, those that nobody has touched since. True
/// when somebody has touched one.
fn without(old: &Value, new: &Value, standing: &Value) -> (Value, bool) {
    let text = |value: &Value| value.as_text().unwrap_or("").to_owned();
    let (merged, touched) = merge(&text(new), &text(old), &text(standing));
    let merged = if merged.is_empty() { Value::Null } else { merged.into() };
    (merged, touched > 0)
}

fn write_back(field: FieldId, element: Option<Value>, old: Value) -> Edit {
    match element {
        Some(element) if old.as_bool() == Some(true) => Edit::Add(element),
        Some(element) => Edit::Remove(element),
        None if field == DELETED => Edit::Set(old.as_bool().unwrap_or(false).into()),
        None => Edit::Set(old),
    }
}

#[cfg(test)]
mod tests;
