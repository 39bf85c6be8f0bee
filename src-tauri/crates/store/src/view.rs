//! The queries of `view.db` that write, and the few that the fold reads by. One function per query.

use crate::error::Error;
use sidedesk_domain::clash::over_at;
use sidedesk_domain::fields::{campaign, complaint, report};
use sidedesk_domain::fold::PENDING;
use sidedesk_domain::{Action, ActionId, FieldId, Kind, Millis, RecordEdit, RecordId, RecordState, Stamp, Value};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};
use std::collections::BTreeMap;

/// `view.db`'s schema version; any change of the schema or of what a column means raises it.
pub const VERSION: i64 = 2;
/// `view.db`'s schema.
pub const SCHEMA: &str = include_str!("../schema/view.sql");

/// A campaign without dates is never over.
const NEVER: i64 = i64::MAX;
/// Rows in one statement: well below SQLite's 32 766 parameters at nine columns.
const ROWS_PER_STATEMENT: usize = 2000;

/// Which record.
pub type RecordKey = (Kind, RecordId);

/// Sets a value of the meta table.
pub async fn set_meta(view: &mut SqliteConnection, key: &str, value: &[u8]) -> Result<(), Error> {
    sqlx::query(
        "insert into meta (key, value) values (?, ?)
         on conflict (key) do update set value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(view)
    .await?;
    Ok(())
}

/// A value of the meta table.
pub async fn meta(view: &mut SqliteConnection, key: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar("select value from meta where key = ?")
        .bind(key)
        .fetch_optional(view)
        .await?)
}

/// The states of these records, as far as they exist.
pub async fn states(
    view: &mut SqliteConnection,
    keys: &[RecordKey],
) -> Result<BTreeMap<RecordKey, RecordState>, Error> {
    let from = |kind| match kind {
        Kind::Campaign => ("select id, state from campaign where ", false),
        Kind::Complaint => ("select id, state from complaint where ", false),
        Kind::Report => ("select id, state from report where ", false),
        Kind::Member | Kind::Board | Kind::Decision | Kind::Standup | Kind::Other(_) => {
            ("select id, state from other where ", true)
        }
    };
    select_by_id(view, keys, from).await
}

/// The shadows of these records, as far as there are any.
pub async fn shadows(
    view: &mut SqliteConnection,
    keys: &[RecordKey],
) -> Result<BTreeMap<RecordKey, RecordState>, Error> {
    select_by_id(view, keys, |_| ("select id, state from shadow where ", true)).await
}

/// States by kind and id. `from` says for a kind where its states lie, and whether that table holds several kinds.
async fn select_by_id(
    view: &mut SqliteConnection,
    keys: &[RecordKey],
    from: impl Fn(Kind) -> (&'static str, bool),
) -> Result<BTreeMap<RecordKey, RecordState>, Error> {
    let mut found = BTreeMap::new();
    for kind in kinds(keys) {
        let (table, shared) = from(kind);
        let ids: Vec<RecordId> = keys.iter().filter(|(k, _)| *k == kind).map(|(_, id)| *id).collect();
        for chunk in ids.chunks(ROWS_PER_STATEMENT) {
            let mut select = QueryBuilder::<Sqlite>::new(table);
            if shared {
                select.push("kind = ").push_bind(i64::from(kind.number())).push(" and ");
            }
            let mut list = select.push("id in (").separated(", ");
            for id in chunk {
                list.push_bind(id.as_bytes());
            }
            select.push(")");
            for row in select.build().fetch_all(&mut *view).await? {
                let (id, state) = id_and_state(&row)?;
                found.insert((kind, id), state);
            }
        }
    }
    Ok(found)
}

fn kinds(keys: &[RecordKey]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = keys.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

pub(crate) fn id_and_state(row: &sqlx::sqlite::SqliteRow) -> Result<(RecordId, RecordState), Error> {
    let id = RecordId::from_slice(row.try_get("id")?).ok_or_else(|| Error::Unreadable("a record's id".into()))?;
    Ok((id, minicbor::decode(row.try_get("state")?)?))
}

/// True when the record is in no list: deleted, and nobody edited it since.
pub fn is_hidden(state: &RecordState) -> bool {
    state.is_deleted() && !state.edited_since_deleted()
}

/// Writes these records' states and the columns that lists are read by.
pub async fn put(view: &mut SqliteConnection, records: &[(RecordKey, &RecordState)]) -> Result<(), Error> {
    for kind in kinds(&records.iter().map(|(key, _)| *key).collect::<Vec<_>>()) {
        let of_kind: Vec<(RecordId, &RecordState)> = records
            .iter()
            .filter(|((k, _), _)| *k == kind)
            .map(|((_, id), state)| (*id, *state))
            .collect();
        for chunk in of_kind.chunks(ROWS_PER_STATEMENT) {
            put_chunk(view, kind, chunk).await?;
        }
    }
    Ok(())
}

async fn put_chunk(view: &mut SqliteConnection, kind: Kind, chunk: &[(RecordId, &RecordState)]) -> Result<(), Error> {
    let mut encoded = Vec::with_capacity(chunk.len());
    for (id, state) in chunk {
        let bytes = minicbor::to_vec(state).map_err(|e| Error::Unreadable(e.to_string()))?;
        encoded.push((*id, *state, bytes));
    }
    let mut insert = QueryBuilder::<Sqlite>::new(match kind {
        Kind::Campaign => "insert or replace into campaign (id, state, hidden, over_ms) ",
        Kind::Complaint => "insert or replace into complaint (id, state, hidden, opened_ms) ",
        Kind::Report => "insert or replace into report (id, state, hidden, complaint, at_ms, customer) ",
        Kind::Member | Kind::Board | Kind::Decision | Kind::Standup | Kind::Other(_) => {
            "insert or replace into other (kind, id, state) "
        }
    });
    insert.push_values(encoded, |mut row, (id, state, bytes)| {
        if matches!(
            kind,
            Kind::Member | Kind::Board | Kind::Decision | Kind::Standup | Kind::Other(_)
        ) {
            row.push_bind(i64::from(kind.number()))
                .push_bind(id.0.to_vec())
                .push_bind(bytes);
            return;
        }
        row.push_bind(id.0.to_vec())
            .push_bind(bytes)
            .push_bind(is_hidden(state));
        match kind {
            Kind::Campaign => {
                let (start, end) = (state.get(campaign::START).as_int(), state.get(campaign::END).as_int());
                row.push_bind(over_at(start, end).unwrap_or(NEVER));
            }
            Kind::Complaint => {
                row.push_bind(state.get(complaint::OPENED).as_int().unwrap_or(0));
            }
            _ => {
                let complaint = complaint_of(state).map_or_else(Vec::new, |id| id.0.to_vec());
                row.push_bind(complaint)
                    .push_bind(state.get(report::AT).as_int().unwrap_or(0))
                    .push_bind(state.get(report::CUSTOMER).as_text().unwrap_or("").to_owned());
            }
        }
    });
    insert.build().persistent(chunk.len() == 1).execute(view).await?;
    Ok(())
}

/// The complaint a report belongs to.
pub fn complaint_of(state: &RecordState) -> Option<RecordId> {
    state.get(report::COMPLAINT).as_id()
}

/// Removes a record that turned out not to exist: its only edits were refused.
pub async fn remove(view: &mut SqliteConnection, (kind, id): RecordKey) -> Result<(), Error> {
    let sql = match kind {
        Kind::Campaign => "delete from campaign where id = ?",
        Kind::Complaint => "delete from complaint where id = ?",
        Kind::Report => "delete from report where id = ?",
        Kind::Member | Kind::Board | Kind::Decision | Kind::Standup | Kind::Other(_) => {
            "delete from other where id = ?"
        }
    };
    sqlx::query(sql).bind(id.as_bytes()).execute(view).await?;
    Ok(())
}

/// Keeps the confirmed states under pending edits.
pub async fn put_shadows(view: &mut SqliteConnection, shadows: &[(RecordKey, &RecordState)]) -> Result<(), Error> {
    for chunk in shadows.chunks(ROWS_PER_STATEMENT) {
        let mut rows = Vec::with_capacity(chunk.len());
        for ((kind, id), state) in chunk {
            let bytes = minicbor::to_vec(state).map_err(|e| Error::Unreadable(e.to_string()))?;
            rows.push((i64::from(kind.number()), id.0.to_vec(), bytes));
        }
        let mut insert = QueryBuilder::<Sqlite>::new("insert or replace into shadow (kind, id, state) ");
        insert.push_values(rows, |mut row, (kind, id, state)| {
            row.push_bind(kind).push_bind(id).push_bind(state);
        });
        insert.build().execute(&mut *view).await?;
    }
    Ok(())
}

/// A record has no pending edits left.
pub async fn remove_shadow(view: &mut SqliteConnection, (kind, id): RecordKey) -> Result<(), Error> {
    sqlx::query("delete from shadow where kind = ? and id = ?")
        .bind(i64::from(kind.number()))
        .bind(id.as_bytes())
        .execute(view)
        .await?;
    Ok(())
}

/// Every shadow.
pub async fn all_shadows(view: &mut SqliteConnection) -> Result<Vec<(RecordKey, RecordState)>, Error> {
    let rows = sqlx::query("select kind, id, state from shadow")
        .fetch_all(view)
        .await?;
    rows.iter()
        .map(|row| {
            let kind = Kind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).unwrap_or_default());
            let (id, state) = id_and_state(row)?;
            Ok(((kind, id), state))
        })
        .collect()
}

/// Forgets every pending edit and every trace of one.
pub async fn clear_pending(view: &mut SqliteConnection) -> Result<(), Error> {
    sqlx::query("delete from shadow").execute(&mut *view).await?;
    sqlx::query("delete from pending_edit").execute(&mut *view).await?;
    sqlx::query("delete from activity where place >= 4611686018427387904")
        .execute(view)
        .await?;
    Ok(())
}

/// Keeps one pending op's edits by record.
pub async fn insert_pending_edits(
    view: &mut SqliteConnection,
    seq: u64,
    author_time: Millis,
    edits: &[RecordEdit],
) -> Result<(), Error> {
    for chunk in edits.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into pending_edit (kind, id, seq, author_time, edit) ");
        insert.push_values(chunk, |mut row, edit| {
            row.push_bind(i64::from(edit.kind.number()))
                .push_bind(edit.id.as_bytes())
                .push_bind(seq as i64)
                .push_bind(author_time)
                .push_bind(minicbor::to_vec(edit).unwrap_or_default());
        });
        insert.build().execute(&mut *view).await?;
    }
    Ok(())
}

/// One pending op was confirmed or refused: its edits and its history lines leave.
pub async fn delete_pending_edits(view: &mut SqliteConnection, seq: u64) -> Result<Vec<RecordKey>, Error> {
    let rows = sqlx::query("delete from pending_edit where seq = ? returning kind, id")
        .bind(seq as i64)
        .fetch_all(&mut *view)
        .await?;
    sqlx::query("delete from activity where place = ?")
        .bind((PENDING + seq) as i64)
        .execute(view)
        .await?;
    rows.iter()
        .map(|row| {
            let kind = Kind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).unwrap_or_default());
            let id = RecordId::from_slice(row.try_get("id")?).ok_or_else(|| Error::Unreadable("an id".into()))?;
            Ok((kind, id))
        })
        .collect()
}

/// A record's pending edits in order: (sequence, author time, edit).
pub async fn pending_edits(
    view: &mut SqliteConnection,
    (kind, id): RecordKey,
) -> Result<Vec<(u64, Millis, RecordEdit)>, Error> {
    let rows = sqlx::query(
        "select seq, author_time, edit
         from pending_edit
         where kind = ? and id = ?
         order by seq",
    )
    .bind(i64::from(kind.number()))
    .bind(id.as_bytes())
    .fetch_all(view)
    .await?;
    rows.iter()
        .map(|row| {
            let edit = minicbor::decode(row.try_get("edit")?)?;
            Ok((row.try_get::<i64, _>("seq")? as u64, row.try_get("author_time")?, edit))
        })
        .collect()
}

/// One line of history: what one op changed on one record.
#[derive(Debug, Clone)]
pub struct ActivityRow {
    /// Who, when, where in the log.
    pub stamp: Stamp,
    /// Which record.
    pub record: RecordKey,
    /// Part of which action.
    pub action: ActionId,
    /// The record was empty before.
    pub created: bool,
    /// Old and new of every field.
    pub changes: Vec<sidedesk_domain::Changed>,
}

/// Writes history.
pub async fn insert_activity(view: &mut SqliteConnection, rows: &[ActivityRow]) -> Result<(), Error> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into activity
             (place, kind, record, action, created, member, author_time, hub_time, changes) ",
        );
        insert.push_values(chunk, |mut row, line| {
            row.push_bind(line.stamp.place as i64)
                .push_bind(i64::from(line.record.0.number()))
                .push_bind(line.record.1.0.to_vec())
                .push_bind(line.action.as_bytes())
                .push_bind(line.created)
                .push_bind(line.stamp.member.0.to_vec())
                .push_bind(line.stamp.author_time)
                .push_bind(line.stamp.hub_time)
                .push_bind(encode_changes(&line.changes));
        });
        insert.build().persistent(chunk.len() == 1).execute(&mut *view).await?;
    }
    Ok(())
}

type PackedChange = (u16, Option<Value>, Value, Value);

fn encode_changes(changes: &[sidedesk_domain::Changed]) -> Vec<u8> {
    let packed: Vec<(u16, Option<&Value>, &Value, &Value)> = changes
        .iter()
        .map(|c| (c.field.0, c.element.as_ref(), &c.old, &c.new))
        .collect();
    minicbor::to_vec(packed).unwrap_or_default()
}

/// Reads what [`insert_activity`] wrote.
pub(crate) fn decode_changes(bytes: &[u8]) -> Result<Vec<sidedesk_domain::Changed>, Error> {
    let packed: Vec<PackedChange> = minicbor::decode(bytes)?;
    let changed = |(field, element, old, new)| sidedesk_domain::Changed {
        field: FieldId(field),
        element,
        old,
        new,
    };
    Ok(packed.into_iter().map(changed).collect())
}

/// Remembers actions for the undo stack; a further op of the same action changes nothing, its confirmation the place.
pub async fn put_actions(view: &mut SqliteConnection, actions: &[(&Action, Stamp)]) -> Result<(), Error> {
    let bytes = |id: Option<ActionId>| id.map_or_else(Vec::new, |id| id.0.to_vec());
    for chunk in actions.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into action (id, place, name, device, undoes, redoes) ");
        insert.push_values(chunk, |mut row, (action, stamp)| {
            row.push_bind(action.id.as_bytes())
                .push_bind(stamp.place as i64)
                .push_bind(action.name.as_str())
                .push_bind(stamp.device.0.to_vec())
                .push_bind(bytes(action.undoes))
                .push_bind(bytes(action.redoes));
        });
        insert.push(" on conflict (id) do update set place = min(place, excluded.place)");
        insert.build().persistent(chunk.len() == 1).execute(&mut *view).await?;
    }
    Ok(())
}

/// Adds to a counter.
pub async fn count(view: &mut SqliteConnection, name: &str, delta: i64) -> Result<(), Error> {
    if delta != 0 {
        sqlx::query(
            "insert into counter (name, value) values (?, ?)
             on conflict (name) do update set value = value + excluded.value",
        )
        .bind(name)
        .bind(delta)
        .execute(view)
        .await?;
    }
    Ok(())
}
