//! What a report began with, read off the report: its first lines of history do not say it a second time.
//!
//! A board is mostly reports, and most of them never change; their first lines would be a fifth of the view. So such a
//! line is kept without its values ([`read_off`]), and whoever reads it finds here, for each field, the old value of the first later
//! change, or, where there is none, what stands. Both are of the confirmed board: lines of what waits keep their values,
//! because what they follow on may still move.

use crate::activity::{ActivityRow, decode_changes};
use crate::error::Error;
use crate::read::{ActivityLine, activity_line};
use crate::shadow;
use crate::view::{self, RecordKey};
use sidedesk_domain::fold::Outcome;
use sidedesk_domain::{Changed, FieldId, Kind, RecordEdit, RecordId, RecordState, Space, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

/// Ids in one statement.
const IDS_PER_STATEMENT: usize = 2000;

/// A field, or one element of a set.
type Part = (FieldId, Option<Value>);
/// Of each record what its first lines wrote.
type Firsts = BTreeMap<RecordKey, BTreeMap<Part, Value>>;

/// The space in which this edit is the first of a report. What a report is in two spaces begins with two ops.
pub(crate) fn begins(before: &RecordState, edit: &RecordEdit) -> Option<Space> {
    let (first, _) = edit.edits.first().filter(|_| edit.kind == Kind::Report)?;
    let space = first.space();
    let alone = edit.edits.iter().all(|(field, _)| field.space() == space);
    (alone && before.is_empty_in(space)).then_some(space)
}

/// The space of a line that needs no values of its own: each of them can be told from "never written", and from another
/// one for the same field.
pub(crate) fn read_off(line: &ActivityRow) -> Option<Space> {
    let plain = |c: &Changed| c.outcome == Outcome::Written && c.old.is_null() && !c.new.is_null() && c.shown == c.new;
    let parts: BTreeSet<_> = line.changes.iter().map(|c| (c.field, &c.element)).collect();
    let told = !parts.is_empty() && parts.len() == line.changes.len() && line.changes.iter().all(plain);
    line.begins.filter(|_| told && !line.stamp.is_pending())
}

/// The space for which a line says nothing of its own: a number, where there is a list otherwise.
pub(crate) fn space_of(changes: &[u8]) -> Option<Space> {
    match changes {
        [number] => Space::from_number(*number),
        _ => None,
    }
}

/// Lines of history, whole. The rows were read in the transaction that `view` is in.
pub(crate) async fn lines(view: &mut SqliteConnection, rows: &[SqliteRow]) -> Result<Vec<ActivityLine>, Error> {
    let mut lines = Vec::with_capacity(rows.len());
    let mut empty = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let line = activity_line(row)?;
        let space = space_of(row.try_get("changes")?);
        empty.extend(space.map(|space| (at, line.record, space)));
        lines.push(line);
    }
    let keys: BTreeSet<RecordKey> = empty.iter().map(|(_, key, _)| *key).collect();
    let firsts = firsts(view, &keys.into_iter().collect::<Vec<_>>()).await?;
    for (at, key, space) in empty {
        if let (Some(line), Some(written)) = (lines.get_mut(at), firsts.get(&key)) {
            let there = written.iter().filter(|((field, _), _)| field.space() == space);
            line.changes = there
                .map(|(part, value)| changed(part.clone(), value.clone()))
                .collect();
        }
    }
    Ok(lines)
}

fn changed((field, element): Part, new: Value) -> Changed {
    Changed {
        field,
        element,
        old: Value::Null,
        shown: new.clone(),
        new,
        outcome: Outcome::Written,
    }
}

/// In the order of the fields.
async fn firsts(view: &mut SqliteConnection, keys: &[RecordKey]) -> Result<Firsts, Error> {
    let mut firsts = Firsts::new();
    if keys.is_empty() {
        return Ok(firsts);
    }
    let ids: Vec<RecordId> = keys.iter().map(|(_, id)| *id).collect();
    for chunk in ids.chunks(IDS_PER_STATEMENT) {
        changed_later(view, chunk, &mut firsts).await?;
    }
    let mut states = view::states(view, keys).await?;
    states.extend(shadow::shadows(view, keys).await?);
    for (key, state) in states {
        let written = firsts.entry(key).or_default();
        for (field, element, value) in state.shown_values() {
            written
                .entry((field, element.cloned()))
                .or_insert_with(|| value.clone());
        }
    }
    for written in firsts.values_mut() {
        // What was nothing before its first change was not there in the beginning.
        written.retain(|_, value| !value.is_null());
    }
    Ok(firsts)
}

/// Of every field that was changed after its first line: what it was until then.
async fn changed_later(view: &mut SqliteConnection, ids: &[RecordId], firsts: &mut Firsts) -> Result<(), Error> {
    let mut select = QueryBuilder::<Sqlite>::new("select record, changes from activity where record in (");
    let mut list = select.separated(", ");
    for id in ids {
        list.push_bind(id.0.to_vec());
    }
    select.push(") and kind = ").push_bind(i64::from(Kind::Report.number()));
    select.push(" and length(changes) > 1 and place < 4611686018427387904 order by place, id");
    for row in select.build().persistent(false).fetch_all(&mut *view).await? {
        let Some(id) = RecordId::from_slice(row.try_get("record")?) else {
            continue;
        };
        let written = firsts.entry((Kind::Report, id)).or_default();
        let changes = decode_changes(row.try_get("changes")?)?;
        for change in changes.into_iter().filter(|change| change.outcome.is_of_field()) {
            written.entry((change.field, change.element)).or_insert(change.old);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
